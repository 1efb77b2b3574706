"""The well-run rest of a town whose subject is its mail: signed zone, SPF, DKIM, DMARC, TLS-RPT, MTA-STS, no site. Data only."""

from __future__ import annotations

from tests.lab.model import Zone
from tests.lab.real.model import Daemon, RealTown, RealZone
from tests.lab.real.nginx import nginx, secure
from tests.lab.real.web_town import addressed, places, truth
from tests.lab.towns.parts import DKIM_RECORD


def mail_place(number: int, server: int = 1) -> str:
    """The address of a mail server of the town with this number (100 to 198)."""
    return f"198.18.{number}.{24 + server}"


def served_by(*servers: str) -> str:
    """MX and address records of mx1, mx2... of the zone itself."""
    return "".join(
        f"@ 3600 IN MX {10 * index} mx{index}\nmx{index} 3600 IN A {place}\n" for index, place in enumerate(servers, 1)
    )


def authenticated(domain: str) -> str:
    """SPF, DKIM, DMARC and TLS-RPT as they should be."""
    return (
        '@ 3600 IN TXT "v=spf1 mx -all"\n'
        f'_dmarc 3600 IN TXT "v=DMARC1; p=reject; rua=mailto:dmarc@{domain}"\n'
        f"dkim._domainkey 3600 IN TXT {DKIM_RECORD}\n"
        f'_smtp._tls 3600 IN TXT "v=TLSRPTv1; rua=mailto:tls@{domain}"\n'
        '@ 3600 IN CAA 0 issue "letsencrypt.org"\n'
    )


def policy(*patterns: str, mode: str = "enforce") -> str:
    """An MTA-STS policy file (RFC 8461 3.2)."""
    lines = ("version: STSv1", f"mode: {mode}", *(f"mx: {pattern}" for pattern in patterns), "max_age: 1209600")
    return "".join(f"{line}\r\n" for line in lines)


def announced(number: int) -> str:
    """The records that lead to the policy."""
    return '_mta-sts 3600 IN TXT "v=STSv1; id=20261101"\n' + addressed(number, "mta-sts")


def policy_host(number: int, domain: str, text: str) -> Daemon:
    """nginx that serves a policy file, and nothing else."""
    return nginx(
        f"mta-sts.{domain}",
        places(number),
        secure(f"mta-sts.{domain}", "root {dir}/www;\n"),
        files={"www/.well-known/mta-sts.txt": text},
    )


def mail_town(
    number: int,
    domain: str,
    note: str,
    *daemons: Daemon,
    records: str = "",
    servers: int = 1,
    must: tuple[str, ...] = (),
    missed: tuple[str, ...] = (),
    may_fail: tuple[str, ...] = (),
    unknown: tuple[str, ...] = (),
    others: tuple[Zone, ...] = (),
    sts: str | None = "",
) -> RealTown:
    """Mail servers mx1, mx2... of its own; `must` and `missed` are `CHECK`, on mx1, or `CHECK SUBJECT` with `{domain}`.

    `sts` is the policy that is served, the right one by default; None announces none.
    """
    own = tuple(mail_place(number, index) for index in range(1, servers + 1))
    mx = served_by(*own)
    extra: tuple[Daemon, ...] = ()
    if sts is not None:
        mx += announced(number)
        extra = (policy_host(number, domain, sts or policy(*(f"mx{index}.{domain}" for index in range(1, servers + 1)))),)
    return RealTown(
        domain.removesuffix(".fr"),
        domain,
        (RealZone(domain, mx + authenticated(domain) + records, signed=True), *others),
        (*daemons, *extra),
        dedicated=own,
        must=_truth(domain, must),
        missed=_truth(domain, missed),
        may_fail=frozenset(may_fail),
        may_be_unknown=frozenset(unknown),
        note=note,
    )


def _truth(domain: str, given: tuple[str, ...]) -> frozenset[tuple[str, str]]:
    return truth(domain, tuple(text if " " in text else f"{text} mail_server:mx1.{{domain}}" for text in given))
