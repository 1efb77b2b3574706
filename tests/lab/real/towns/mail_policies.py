"""MTA-STS policies right, wrong, missing and mismatching, of towns whose mail is at one shared provider."""

from __future__ import annotations

from tests.lab.real import apache, mail_provider
from tests.lab.real.mail_provider import DAEMONS, PROVIDER, SERVERS, ZONE, delivered_here
from tests.lab.real.mail_town import announced, authenticated, policy
from tests.lab.real.model import Daemon, RealTown, RealZone
from tests.lab.real.nginx import nginx, secure
from tests.lab.real.web_town import places, truth

_MX = delivered_here()
_MISSING, _INVALID = "mail.mta-sts-missing domain:{domain}", "mail.mta-sts-invalid domain:{domain}"
_FILE = "root {dir}/www;\n"
_RIGHT = policy(*SERVERS)


def _town(
    number: int,
    name: str,
    note: str,
    *must: str,
    text: str = _RIGHT,
    lines: str = _FILE,
    records: str | None = None,
    served: bool = True,
    daemon: Daemon | None = None,
    unknown: tuple[str, ...] = (),
    firewall: str = "",
) -> RealTown:
    """`text` is the file; `lines` how nginx serves it; `records` the ones of MTA-STS in place of the right ones."""
    domain = f"sts-{name}.fr"
    host = f"mta-sts.{domain}"
    own = daemon or nginx(host, places(number), secure(host, lines), files={"www/.well-known/mta-sts.txt": text})
    leading = announced(number) if records is None else records
    return RealTown(
        f"sts-{name}",
        domain,
        (RealZone(domain, _MX + authenticated(domain) + leading, signed=True), ZONE),
        (*DAEMONS, *((own,) if served else ())),
        must=truth(domain, must),
        may_be_unknown=frozenset(unknown),
        firewall=firewall,
        note=note,
    )


def _host(number: int) -> str:
    return announced(number).partition("\n")[2]


def _by_apache(number: int) -> Daemon:
    host = "mta-sts.sts-apache.fr"
    return apache.apache(host, places(number), apache.secure(host), files={"www/.well-known/mta-sts.txt": _RIGHT})


_LOOSE = f"version:STSv1\nmode:   enforce  \nnote: bonjour\n{''.join(f'mx:{name}' + chr(10) for name in SERVERS)}max_age:86400\n"
_TO_PROVIDER = f"return 301 https://{PROVIDER}/.well-known/mta-sts.txt;\n"

TOWNS = (
    _town(120, "juste", "enforce, and both servers"),
    _town(121, "joker", "`*.` for the provider's servers", text=policy(f"*.{PROVIDER}")),
    _town(122, "absent", "nothing at all", _MISSING, records="", served=False),
    _town(123, "autre-mx", "enforce, and the servers of the provider before", _INVALID, text=policy("mx.ancien.fr")),
    _town(124, "mx-oublie", "enforce, and one server of two", _INVALID, text=policy(SERVERS[0])),
    _town(125, "essai", "testing, and right", text=policy(*SERVERS, mode="testing")),
    _town(126, "aucun", "mode none: the way out that the norm asks for", text=policy(mode="none")),
    _town(127, "sans-id", "a record without its id", _INVALID, records='_mta-sts 3600 IN TXT "v=STSv1;"\n' + _host(127)),
    _town(128, "en-double", "two records", _INVALID, records='_mta-sts 3600 IN TXT "v=STSv1; id=1"\n' + announced(128)),
    _town(129, "introuvable", "404", _INVALID, lines="return 404;\n"),
    _town(130, "redirige", "a redirect, which senders must not follow", _INVALID, lines=_TO_PROVIDER),
    _town(131, "sans-hote", "mta-sts does not exist", _INVALID, records='_mta-sts 3600 IN TXT "v=STSv1; id=1"\n', served=False),
    _town(132, "ferme", "port 443 is closed", _INVALID, served=False),
    _town(133, "expire", "its certificate ended", _INVALID),
    _town(134, "autosigne", "its certificate is self-signed", _INVALID),
    _town(135, "autre-nom", "its certificate is made out to another name", _INVALID),
    _town(136, "incomplet", "the intermediate is not sent", _INVALID),
    _town(137, "sans-age", "no max_age", _INVALID, text=_RIGHT.replace("max_age: 1209600\r\n", "")),
    _town(138, "mode-faux", "a mode that does not exist", _INVALID, text=policy(*SERVERS, mode="strict")),
    _town(139, "page-html", "a page in place of the policy", _INVALID, text="<html><h1>Bienvenue</h1></html>\n"),
    _town(140, "souple", "bare LF, odd spaces and an unknown key: right all the same", text=_LOOSE),
    _town(141, "en-panne", "500: not judged", lines="return 500;\n", unknown=("mail.mta-sts-invalid",)),
    _town(142, "apache", "served by Apache", daemon=_by_apache(142)),
    _town(143, "sans-enregistrement", "the file without its record", _MISSING, records=_host(143)),
    _town(
        144,
        "muet",
        "port 443 is silent: not judged",
        unknown=("mail.mta-sts-invalid",),
        firewall=f"ip daddr {places(144)[0]} drop\nip6 daddr {places(144)[1]} drop",
    ),
)
_KINDS = {f"sts-{name}": kind for name, kind in (
    ("expire", "expired"), ("autosigne", "self-signed"), ("autre-nom", "wrong-name"), ("incomplet", "incomplete"),
)}  # fmt: skip
CERTIFICATES = (
    *mail_provider.CERTIFICATES,
    *((f"mta-sts.{town.domain}", _KINDS.get(town.name, "good"), (f"mta-sts.{town.domain}",)) for town in TOWNS),
)
