"""Towns that are well run, in the usual way and in unusual ones: any finding that is not declared is a false alarm."""

from __future__ import annotations

from tests.lab.model import Headers, Zone
from tests.lab.real.mail_town import authenticated, policy
from tests.lab.real.model import Daemon, RealTown
from tests.lab.real.nginx import INTERMEDIATE, MODERN, nginx, plain, secure
from tests.lab.real.postfix import postfix
from tests.lab.real.remote_access import openssh
from tests.lab.towns.parts import DKIM_RECORD, HARDENED, page, security_txt

EXEMPLARY = "saint-exemple-reel.fr"
PROVIDER = "courriel-exemplaire.fr"
PATCHED = "sainte-debian.fr"
WITHOUT_MAIL = "sainte-silence.fr"
SHARED = ("sainte-mutualisee.fr", "saint-mutualise.fr")
HOSTER = "hebergement-mutualise.fr"

_MX = ("198.18.251.25", "198.18.252.25")
_SHARED_PLACES = ("198.18.243.80", "2001:db8:18:243::80")
_ON_PROVIDER = "".join(f"@ 3600 IN MX {10 * number} mx{number}.{PROVIDER}.\n" for number in (1, 2))
_NO_MAIL = '@ 3600 IN MX 0 .\n@ 3600 IN TXT "v=spf1 -all"\n_dmarc 3600 IN TXT "v=DMARC1; p=reject"\n'
_CAA = '@ 3600 IN CAA 0 issue "letsencrypt.org"\n'


def _places(number: int) -> tuple[str, str]:
    return f"198.18.{number}.80", f"2001:db8:18:{number}::80"


def _names(places: tuple[str, str], *names: str) -> str:
    return "".join(f"{name} 3600 IN A {places[0]}\n{name} 3600 IN AAAA {places[1]}\n" for name in names)


def _site(domain: str) -> dict[str, str | bytes]:
    """What stands in the folder of the site, under its own name where nginx serves several."""
    return {
        f"www/{domain}/index.html": page(f"Commune de {domain}", '<a href="/demarches">Vos démarches</a>').body,
        f"www/{domain}/.well-known/security.txt": security_txt(domain).body,
    }


def _secure(domain: str, *, tls: str = INTERMEDIATE, headers: Headers = HARDENED, more: str = "") -> str:
    lines = f"root {{dir}}/www/{domain};\n{more}"
    return secure(domain, lines, domain, f"www.{domain}", tls=tls, headers=headers)


_EXEMPLARY_NAMES = _names(_places(240), "@", "www", "mta-sts")
_POLICY_HOST = secure(f"mta-sts.{EXEMPLARY}", "root {dir}/www/mta-sts;\n", f"mta-sts.{EXEMPLARY}", tls=MODERN)
_PROVIDER_ZONE = Zone(
    PROVIDER,
    "".join(f"mx{number} 3600 IN A {place}\n" for number, place in enumerate(_MX, 1))
    + f'_spf 3600 IN TXT "v=spf1 ip4:{_MX[0]} ip4:{_MX[1]} -all"\n'
    + "".join(f"selector1.{name}._domainkey 3600 IN TXT {DKIM_RECORD}\n" for name in SHARED)
    + _NO_MAIL
    + _CAA,
    signed=True,
)
_PROVIDER_DAEMONS = tuple(postfix(f"mx{number}.{PROVIDER}", place, EXEMPLARY) for number, place in enumerate(_MX, 1))
_SHARED_DAEMONS: tuple[Daemon, ...] = (
    nginx(
        HOSTER,
        _SHARED_PLACES,
        plain(),
        secure(HOSTER, "return 421;\n"),
        *(_secure(domain) for domain in SHARED),
        files={key: content for domain in SHARED for key, content in _site(domain).items()},
    ),
    openssh(_SHARED_PLACES[0]),
    *_PROVIDER_DAEMONS,
)


def _shared(domain: str) -> RealTown:
    """Its mail servers and its site are machines of others; nobody may look for open ports there."""
    mail = (
        f'{_ON_PROVIDER}@ 3600 IN TXT "v=spf1 include:_spf.{PROVIDER} -all"\n'
        f'_dmarc 3600 IN TXT "v=DMARC1; p=quarantine; rua=mailto:dmarc@{domain}"\n'
        f"selector1._domainkey 3600 IN CNAME selector1.{domain}._domainkey.{PROVIDER}.\n"
    )
    return RealTown(
        name=domain.removesuffix(".fr"),
        domain=domain,
        zones=(Zone(domain, _names(_SHARED_PLACES, "@", "www") + mail + _CAA, signed=True), _PROVIDER_ZONE),
        daemons=_SHARED_DAEMONS,
        may_fail=frozenset({"mail.mta-sts-missing", "mail.tls-rpt-missing"}),
        may_be_unknown=frozenset({"services.*", "software.admin-tool-exposed"}),
        note="site and mail on machines that it shares with other towns",
    )


TOWNS: tuple[RealTown, ...] = (
    RealTown(
        name="exemplaire",
        domain=EXEMPLARY,
        zones=(
            Zone(
                EXEMPLARY,
                _EXEMPLARY_NAMES + _ON_PROVIDER + authenticated(EXEMPLARY) + '_mta-sts 3600 IN TXT "v=STSv1; id=20261101"\n',
                signed=True,
            ),
            _PROVIDER_ZONE,
        ),
        daemons=(
            nginx(
                EXEMPLARY,
                _places(240),
                plain(),
                _secure(EXEMPLARY, tls=MODERN),
                _POLICY_HOST,
                files={
                    **_site(EXEMPLARY),
                    "www/mta-sts/.well-known/mta-sts.txt": policy(*(f"mx{number}.{PROVIDER}" for number in (1, 2))),
                },
            ),
            openssh(_places(240)[0]),
            *_PROVIDER_DAEMONS,
        ),
        dedicated=(_places(240)[0],),
        note="everything as it should be: any finding is a false alarm, any UNKNOWN a blind spot",
    ),
    RealTown(
        name="debian-suivie",
        domain=PATCHED,
        zones=(Zone(PATCHED, _names(_places(241), "@", "www") + _NO_MAIL + _CAA, signed=True),),
        daemons=(
            nginx(PATCHED, _places(241), plain(), _secure(PATCHED, more="server_tokens build;\n"), files=_site(PATCHED)),
            openssh(_places(241)[0]),
        ),
        dedicated=(_places(241)[0],),
        must=frozenset(("software.version-disclosed", f"site:{name}") for name in (PATCHED, f"www.{PATCHED}")),
        may_be_unknown=frozenset({"software.server-end-of-life"}),
        note="versions that look old and that Debian keeps safe",
    ),
    RealTown(
        name="sans-courriel",
        domain=WITHOUT_MAIL,
        zones=(Zone(WITHOUT_MAIL, _names(_places(242), "@", "www") + _NO_MAIL + _CAA, signed=True),),
        daemons=(nginx(WITHOUT_MAIL, _places(242), plain(), _secure(WITHOUT_MAIL), files=_site(WITHOUT_MAIL)),),
        dedicated=(_places(242)[0],),
        note="no mail at all, and it says so",
    ),
    *(_shared(domain) for domain in SHARED),
)

CERTIFICATES = (
    *((domain, "good", (domain, f"www.{domain}")) for domain in (EXEMPLARY, PATCHED, WITHOUT_MAIL, *SHARED)),
    *((name, "good", (name,)) for name in (f"mta-sts.{EXEMPLARY}", HOSTER, f"mx1.{PROVIDER}", f"mx2.{PROVIDER}")),
)
