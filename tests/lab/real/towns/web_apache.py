"""Apache as Debian gives it, as it should be, and as it was left."""

from __future__ import annotations

from tests.lab.real.apache import LENIENT, apache, plain, secure
from tests.lab.real.model import Daemon, RealTown
from tests.lab.real.web_town import names, pages, places, web_town

_BARE = (
    "web.http-not-redirected", "web.hsts-missing", "web.csp-missing", "web.framing-allowed", "web.nosniff-missing",
    "web.referrer-policy-missing", "software.version-disclosed",
)  # fmt: skip
_DEBIAN = "ServerTokens OS\nServerSignature On\n"  # conf-available/security.conf


def _town(number: int, name: str, note: str, *must: str, daemon: Daemon) -> RealTown:
    return web_town(number, f"apache-{name}.fr", note, daemon, must=must)


def _apache(number: int, name: str, *hosts: str, tokens: str = "", lenient: bool = False) -> Daemon:
    domain = f"apache-{name}.fr"
    given = {"tokens": tokens} if tokens else {}
    return apache(domain, places(number), *hosts, files=pages(domain), lenient=lenient, **given)


def _usual() -> RealTown:
    number, domain = 93, "apache-usuel.fr"
    server = _apache(
        number,
        "usuel",
        plain(f"Redirect permanent / https://{domain}/\n"),
        secure(domain, "", domain),
        secure(domain, f"Redirect permanent / https://{domain}/\n", f"www.{domain}"),
    )
    return _town(number, "usuel", "everything leads to the bare name, by `Redirect permanent`", daemon=server)


TOWNS = (
    _town(90, "soigne", "everything in place", daemon=_apache(90, "soigne", plain(), secure("apache-soigne.fr"))),
    _town(
        91,
        "defaut",
        "the default sites of Debian, with a certificate: Apache 2.4 maintained by Debian",
        *_BARE,
        daemon=_apache(91, "defaut", plain(""), secure("apache-defaut.fr", headers=(), tls=""), tokens=_DEBIAN),
    ),
    _town(
        92,
        "ancien",
        "TLS 1.0 alone, as on a machine that nobody dares to touch",
        "tls.old-protocol",
        "tls.modern-missing",
        daemon=_apache(
            92, "ancien", plain(), secure("apache-ancien.fr", tls=f"SSLProtocol -all +TLSv1\n{LENIENT}"), lenient=True
        ),
    ),
    _usual(),
    _town(
        94,
        "entetes-doubles",
        "`Header set` and `Header always set` both: every line twice",
        daemon=_apache(
            94,
            "entetes-doubles",
            plain(),
            secure(
                "apache-entetes-doubles.fr",
                'Header set Strict-Transport-Security "max-age=31536000"\nHeader set X-Content-Type-Options nosniff',
            ),
        ),
    ),
    _town(
        95,
        "tout-accepte",
        "`SSLProtocol all`, with an OpenSSL that is asked to be lenient",
        "tls.old-protocol",
        daemon=_apache(
            95, "tout-accepte", plain(), secure("apache-tout-accepte.fr", tls=f"SSLProtocol all\n{LENIENT}"), lenient=True
        ),
    ),
)
CERTIFICATES = tuple((town.domain, "good", names(town.domain)) for town in TOWNS)
