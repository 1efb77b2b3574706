"""Where the mail servers of a result stand, as far as the registration of their addresses tells."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.countries import country_of, in_european_union
from scanner.discovery import Addresses
from scanner.landscape import Sight
from scanner.model import MailServer, Reason, Unobserved
from scanner.result import ScanResult

MAX_SHOWN = 10

#: Operators whose addresses are registered in one country and answer on several continents, by the ending of their MX.
WORLDWIDE = (
    "mail.protection.outlook.com", "mx.microsoft", "google.com", "googlemail.com", "amazonaws.com",
    "mx.cloudflare.net", "pphosted.com", "mimecast.com", "barracudanetworks.com", "iphmx.com",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Places:
    """Addresses as they are shown, `91.121.1.1 (FR)`, at most ten of each kind, in the order of the servers.

    `worldwide` are those registered outside the Union by an operator that uses them on several continents,
    `nowhere` those for which the registries name no country; `unseen` is why one server's addresses are lacking.
    """

    inside: tuple[str, ...]
    outside: tuple[str, ...]
    worldwide: tuple[str, ...]
    nowhere: tuple[str, ...]
    unseen: Reason | None


def places_of_mail(result: ScanResult) -> Places:
    """The addresses of every mail server that discovery found. A server that positively has none receives nothing."""
    kinds: dict[str, dict[str, None]] = {kind: {} for kind in ("inside", "outside", "worldwide", "nowhere")}
    unseen: Reason | None = None
    for server in result.landscape.of_kind(MailServer):
        sight = result.seen.exactly(server, Addresses)
        unseen = unseen or _unseen(sight)
        for address in sight.all if isinstance(sight, Addresses) else ():
            country = country_of(address)
            kinds[_kind(country, server)][f"{address} ({country})" if country else address] = None
    return Places(**{kind: tuple(shown)[:MAX_SHOWN] for kind, shown in kinds.items()}, unseen=unseen)


def _kind(country: str | None, server: MailServer) -> str:
    if country is None:
        return "nowhere"
    if in_european_union(country):
        return "inside"
    anywhere = any(server.name == ending or server.name.endswith(f".{ending}") for ending in WORLDWIDE)
    return "worldwide" if anywhere else "outside"


def _unseen(sight: Sight) -> Reason | None:
    """Why addresses are lacking. IPv6 is asked only where there is no IPv4, so its lack is no blind spot by itself."""
    if isinstance(sight, Unobserved):
        return sight.reason
    return Reason.DNS_FAILURE if isinstance(sight, Addresses) and sight.ipv4_unseen else None
