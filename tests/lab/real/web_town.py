"""The well-run rest of a town whose subject is its site: signed zone, no mail, IPv4 and IPv6, security.txt. Data only."""

from __future__ import annotations

from collections.abc import Mapping

from tests.lab.model import Headers, Zone
from tests.lab.real.model import Daemon, RealTown
from tests.lab.real.nginx import FILES, INTERMEDIATE, REDIRECT, nginx, plain, secure
from tests.lab.towns.parts import HARDENED, page, security_txt

#: What is read off the headers of a page: nothing may be said of it where the answer is an error.
PAGE_UNSEEN = (
    "web.cookie-insecure", "web.csp-missing", "web.framing-allowed", "web.hsts-missing", "web.nosniff-missing",
    "web.referrer-policy-missing",
)  # fmt: skip


def places(number: int) -> tuple[str, str]:
    """The IPv4 and IPv6 address of the town with this number (1 to 99)."""
    return f"198.18.{number}.80", f"2001:db8:18:{number}::80"


def at(where: tuple[str, str], *names: str) -> str:
    """A and AAAA records that lead these names of a zone to an IPv4 and an IPv6 address."""
    return "".join(f"{name} 3600 IN A {where[0]}\n{name} 3600 IN AAAA {where[1]}\n" for name in names)


def addressed(number: int, *names: str) -> str:
    """The same, to the town's own addresses."""
    return at(places(number), *names)


def no_mail(domain: str) -> str:
    """Records that say that nobody sends or receives mail under this name."""
    return f'@ 3600 IN MX 0 .\n@ 3600 IN TXT "v=spf1 -all"\n_dmarc 3600 IN TXT "v=DMARC1; p=reject; rua=mailto:dmarc@{domain}"\n'


def web_zone(domain: str, records: str, *, mail: str = "") -> Zone:
    """A signed zone; without mail, which it says, unless `mail` are the records of some."""
    return Zone(domain, f'{records}{mail or no_mail(domain)}@ 3600 IN CAA 0 issue "letsencrypt.org"\n', signed=True)


def pages(domain: str, *, title: str = "") -> dict[str, str | bytes]:
    """A home page and a security.txt, for the `files` of a daemon."""
    return {
        "www/index.html": page(title or f"Commune de {domain}", "<p>Bienvenue.</p>").body,
        "www/.well-known/security.txt": security_txt(domain).body,
    }


def folder_of(domain: str) -> str:
    """Where nginx finds the site, in place of FILES, on a machine that has several."""
    return FILES.replace("/www", f"/www/{domain}")


def pages_of(domain: str) -> dict[str, str | bytes]:
    """The pages for that folder."""
    return {path.replace("www/", f"www/{domain}/", 1): content for path, content in pages(domain).items()}


def site(
    number: int,
    domain: str,
    *,
    stem: str = "",
    tls: str = INTERMEDIATE,
    clear: str | None = REDIRECT,
    lines: str = FILES,
    headers: Headers = HARDENED,
    lenient: bool = False,
    files: Mapping[str, str | bytes] | None = None,
) -> Daemon:
    """nginx with the same answer for the domain and its www; `clear` are the lines of port 80, None closes it."""
    servers = (*(() if clear is None else (plain(clear),)), secure(stem or domain, lines, tls=tls, headers=headers))
    return nginx(domain, places(number), *servers, files=pages(domain) | dict(files or {}), lenient=lenient)


def web_town(
    number: int,
    domain: str,
    note: str,
    *daemons: Daemon,
    must: tuple[str, ...] = (),
    missed: tuple[str, ...] = (),
    may_fail: tuple[str, ...] = (),
    unknown: tuple[str, ...] = (),
    records: str | None = None,
    others: tuple[Zone, ...] = (),
    firewall: str = "",
) -> RealTown:
    """`must` and `missed` are `CHECK`, true on the domain's site and on its www, or `CHECK SUBJECT` with `{domain}`."""
    zone = web_zone(domain, addressed(number, "@", "www") if records is None else records)
    return RealTown(
        domain.removesuffix(".fr"),
        domain,
        (zone, *others),
        daemons,
        dedicated=places(number),
        must=truth(domain, must),
        missed=truth(domain, missed),
        may_fail=frozenset(may_fail),
        may_be_unknown=frozenset(unknown),
        firewall=firewall,
        note=note,
    )


def names(domain: str) -> tuple[str, str]:
    """The two names of a certificate."""
    return domain, f"www.{domain}"


def truth(domain: str, given: tuple[str, ...]) -> frozenset[tuple[str, str]]:
    """Pairs of check id and subject key."""
    pairs = set()
    for text in given:
        check, _, subject = text.replace("{domain}", domain).partition(" ")
        pairs |= {(check, subject)} if subject else {(check, f"site:{name}") for name in names(domain)}
    return frozenset(pairs)
