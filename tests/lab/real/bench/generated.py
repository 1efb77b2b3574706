"""Any number of small towns on shared machines: five sites an address, ten mail servers for all. Data only.

Every fifth town is well run; the others have a fault or two each.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.lab.model import Zone
from tests.lab.real.mail_town import authenticated
from tests.lab.real.model import Daemon, RealTown
from tests.lab.real.nginx import FILES, REDIRECT, nginx, plain, secure
from tests.lab.real.postfix import postfix
from tests.lab.real.towns import Certificate
from tests.lab.real.web_town import at, folder_of, names, pages_of, truth
from tests.lab.towns.parts import HARDENED

SITES_PER_ADDRESS = 5
MAIL_SERVERS = 10
_PROVIDER = "courrier-du-banc.fr"
_PROVIDER_ZONE = Zone(
    _PROVIDER, "".join(f"mx{index} 3600 IN A 198.18.220.{index + 1}\n" for index in range(MAIL_SERVERS)), signed=True
)


@dataclass(frozen=True, slots=True)
class Kind:
    """What is wrong with every fifth town: its checks, in the terms of `web_town.truth`."""

    must: tuple[str, ...] = ()
    signed: bool = False
    certificate: str = "good"
    hsts: bool = True
    clear: str = REDIRECT
    spf: bool = True
    dmarc: str = "v=DMARC1; p=reject;"


_DOMAIN = "domain:{domain}"
KINDS = (
    Kind(signed=True),
    Kind(("web.hsts-missing", f"mail.dmarc-none {_DOMAIN}"), hsts=False, dmarc="v=DMARC1; p=none;"),
    Kind(("tls.certificate-expired",), certificate="expired"),
    Kind((f"mail.spf-missing {_DOMAIN}", f"mail.dmarc-missing {_DOMAIN}"), spf=False, dmarc=""),
    Kind(("web.http-not-redirected",), clear=FILES),
)


def generate(count: int, moved: frozenset[int] = frozenset()) -> tuple[tuple[RealTown, ...], tuple[Certificate, ...]]:
    """The first `count` towns, the same at each call, and their certificates; those in `moved` are of the next kind."""
    domains = [f"commune-{index:04}.fr" for index in range(count)]
    kinds = [KINDS[(index + (index in moved)) % len(KINDS)] for index in range(count)]
    together = list(zip(domains, kinds, strict=True))
    shared = [together[start : start + SITES_PER_ADDRESS] for start in range(0, count, SITES_PER_ADDRESS)]
    hosts = {group: _web_host(group, chosen) for group, chosen in enumerate(shared)}
    servers = [_mail_server(index) for index in range(MAIL_SERVERS)]
    made = tuple(
        _town(index, domain, kind, (hosts[index // SITES_PER_ADDRESS], servers[index % MAIL_SERVERS]))
        for index, (domain, kind) in enumerate(together)
    )
    sites = tuple((domain, kind.certificate, names(domain)) for domain, kind in together)
    mails = (f"mx{index}.{_PROVIDER}" for index in range(MAIL_SERVERS))
    return made, (*sites, *((name, "good", (name,)) for name in mails))


def _places(group: int) -> tuple[str, str]:
    return f"198.18.{200 + group // 250}.{1 + group % 250}", f"2001:db8:ba::{group + 1:x}"


def _web_host(group: int, towns: list[tuple[str, Kind]]) -> Daemon:
    servers: list[str] = []
    files: dict[str, str | bytes] = {}
    for domain, kind in towns:
        headers = tuple(line for line in HARDENED if kind.hsts or line[0] != "strict-transport-security")
        own = folder_of(domain)
        servers += [
            plain(own if kind.clear == FILES else kind.clear, *names(domain)),
            secure(domain, own, *names(domain), headers=headers),
        ]
        files |= pages_of(domain)
    return nginx(f"banc-{group}", _places(group), *servers, files=files)


def _mail_server(index: int) -> Daemon:
    return postfix(f"mx{index}.{_PROVIDER}", f"198.18.220.{index + 1}", _PROVIDER)


def _town(index: int, domain: str, kind: Kind, daemons: tuple[Daemon, ...]) -> RealTown:
    records = at(_places(index // SITES_PER_ADDRESS), "@", "www")
    records += f"@ 3600 IN MX 10 mx{index % MAIL_SERVERS}.{_PROVIDER}.\n"
    for line in authenticated(domain).splitlines():
        if (kind.spf or "v=spf1" not in line) and (kind.dmarc or "v=DMARC1" not in line):
            records += line.replace("v=DMARC1; p=reject;", kind.dmarc or "-") + "\n"
    must = (f"mail.mta-sts-missing {_DOMAIN}", *kind.must, *(() if kind.signed else (f"dns.dnssec-missing {_DOMAIN}",)))
    return RealTown(
        domain.removesuffix(".fr"),
        domain,
        (Zone(domain, records, signed=kind.signed), _PROVIDER_ZONE),
        daemons,
        must=truth(domain, must),
        may_be_unknown=frozenset({"services.*", "software.admin-tool-exposed"}),  # nobody's mandate names a shared machine
    )
