"""Redirects in every wrong way, in a few right ones, and sites that do not answer."""

from __future__ import annotations

from tests.lab.model import Zone
from tests.lab.real.model import Daemon, RealTown
from tests.lab.real.nginx import FILES, REDIRECT, nginx, plain, secure
from tests.lab.real.web_town import PAGE_UNSEEN, addressed, names, pages, places, site, web_town, web_zone

_NO_HTTPS, _NO_LEAD, _BACK = "web.https-missing", "web.http-not-redirected", "web.https-downgrade"
_DEAD = "web.unreachable domain:{domain}"
_FOREIGN = "web.redirect-foreign"
_NO_END = ("web.unreachable", _FOREIGN)  # where the way was not followed to its end
_UNSEEN_TXT = "web.security-txt-*"
_TO_PLAIN = "return 302 http://$host$request_uri;\n"
_CHAIN = "".join(f"location = /etape-{step} {{ return 302 /etape-{step + 1}; }}\n" for step in range(1, 8))


def _town(
    number: int,
    name: str,
    note: str,
    *,
    clear: str | None = REDIRECT,
    lines: str = FILES,
    must: tuple[str, ...] = (),
    unknown: tuple[str, ...] = (),
) -> RealTown:
    domain = f"{name}.fr"
    server = site(number, domain, clear=clear, lines=lines)
    return web_town(number, domain, note, server, must=must, unknown=unknown)


def _plain_only(number: int, name: str, note: str, *servers: str, must: tuple[str, ...]) -> RealTown:
    domain = f"{name}.fr"
    server = nginx(domain, places(number), *servers, files=pages(domain))
    return web_town(number, domain, note, server, must=must)


def _detour() -> RealTown:
    number, domain = 44, "redirection-detour.fr"
    first = plain(f"return 301 http://www.{domain}$request_uri;\n", domain)
    second = plain(f"return 301 https://www.{domain}$request_uri;\n", f"www.{domain}")
    bare = secure(domain, f"return 301 http://www.{domain}$request_uri;\n", domain)
    www = secure(domain, FILES, f"www.{domain}")
    server = nginx(domain, places(number), first, second, bare, www, files=pages(domain))
    return web_town(number, domain, "https to http to https, as many hosters' www", server, must=(f"{_BACK} site:{{domain}}",))


def _closed(number: int, name: str, note: str, *names_in_dns: str, must: tuple[str, ...] = ()) -> RealTown:
    domain = f"{name}.fr"
    return web_town(number, domain, note, must=must, records=addressed(number, *names_in_dns))


def _elsewhere() -> RealTown:
    number, domain, other = 56, "redirection-ailleurs.fr", "communaute-ailleurs.fr"
    servers = plain(), secure(domain, f"return 301 https://www.{other}/;\n"), secure(other, FILES, *names(other))
    here = nginx(domain, places(number), *servers, files=pages(other))
    neighbour = web_zone(other, addressed(number, "@", "www"))
    note = "every page leads to the home page of the intercommunality; a security.txt of its own it has none"
    return web_town(number, domain, note, here, others=(neighbour,), must=(_FOREIGN, "web.security-txt-missing domain:{domain}"))


def _one_name(number: int, name: str, note: str, served: str) -> RealTown:
    """Only the domain, or only its www, has an address."""
    domain = f"{name}.fr"
    return web_town(number, domain, note, site(number, domain), records=addressed(number, served))


def _alias() -> tuple[Zone, Daemon]:
    """The hoster's machine that `www` is an alias of."""
    number, hoster = 60, "hebergeur-web.fr"
    domain = "redirection-alias.fr"
    server = nginx(
        domain,
        places(number),
        plain(f"return 301 https://www.{domain}$request_uri;\n"),
        secure(domain, f"return 308 https://www.{domain}$request_uri;\n", domain),
        secure(domain, FILES, f"www.{domain}"),
        files=pages(domain),
    )
    return web_zone(hoster, addressed(number, "grappe12")), server


def _shared_host() -> RealTown:
    zone, server = _alias()
    records = addressed(60, "@") + "www 3600 IN CNAME grappe12.hebergeur-web.fr.\n"
    return web_town(
        60, "redirection-alias.fr", "www is an alias of the hoster's machine; 308", server, records=records, others=(zone,)
    )


_BROKEN_UPSTREAM = "location / { proxy_pass http://127.0.0.1:9; }\n"
_META = 'default_type text/html;\nlocation / { return 200 \'<meta http-equiv="refresh" content="0; url=https://$host/">\'; }\n'

TOWNS = (
    _town(40, "redirection-absente", "port 80 shows the site", clear=FILES, must=(_NO_LEAD,)),
    _town(41, "redirection-meta", "port 80 answers 200 with a meta refresh", clear=_META, must=(_NO_LEAD,)),
    _town(
        42,
        "redirection-retour",
        "https leads back to http, where the site is",
        clear=FILES,
        lines=_TO_PLAIN,
        must=(_BACK, _NO_LEAD),
        unknown=(_UNSEEN_TXT,),
    ),
    _town(
        43,
        "redirection-boucle",
        "http leads to https, which leads back: no browser shows anything",
        lines=_TO_PLAIN,
        must=(_BACK, _DEAD),
        unknown=(_UNSEEN_TXT,),
    ),
    _detour(),
    _town(
        45,
        "redirection-a-rallonge",
        "eight steps until the page; browsers follow twenty",
        lines="location = / { return 302 /etape-1; }\n" + _CHAIN + "location = /etape-8 { return 200 fin; }\n" + FILES,
        unknown=_NO_END,
    ),
    _town(
        46,
        "redirection-circulaire",
        "https leads to itself",
        lines="location = / { return 302 https://$host/; }\n" + FILES,
        must=(_DEAD,),
    ),
    _plain_only(
        47,
        "redirection-vers-rien",
        "http leads to https, where nobody listens",
        plain(),
        must=(_NO_HTTPS, _DEAD),
    ),
    _town(
        48,
        "redirection-interne",
        "https leads to an address of the town's own network",
        lines="location = / { return 302 https://10.0.0.1/accueil; }\n" + FILES,
        unknown=_NO_END,
    ),
    _town(49, "redirection-307", "307 in place of 301: right all the same", clear="return 307 https://$host$request_uri;\n"),
    _town(
        50,
        "redirection-relative",
        "port 80 sends to `//host/`, which stays in http: a circle",
        clear="absolute_redirect off;\nreturn 301 //$host/;\n",
        must=(_NO_LEAD,),
    ),
    _plain_only(51, "https-absent", "port 443 is closed, the site stands on port 80", plain(FILES), must=(_NO_HTTPS,)),
    _plain_only(
        52,
        "https-en-clair",
        "port 443 speaks plain http",
        plain(FILES),
        f"server {{\nlisten {places(52)[0]}:443;\nlisten [{places(52)[1]}]:443;\n{FILES}}}\n",
        must=(_NO_HTTPS,),
    ),
    _town(53, "https-en-panne", "port 80 shows the site, https answers 502", clear=FILES, lines=_BROKEN_UPSTREAM,
          must=(_NO_HTTPS,), unknown=(_UNSEEN_TXT, *PAGE_UNSEEN)),
    _town(54, "site-en-panne", "every answer is 500", clear="return 500;\n", lines="return 500;\n", must=(_DEAD,),
          unknown=(_UNSEEN_TXT, _NO_LEAD, *PAGE_UNSEEN)),
    _closed(55, "site-ferme", "in DNS, and both ports closed", "@", "www", must=(_DEAD,)),
    _elsewhere(),
    _one_name(57, "site-sans-www", "www does not exist: nothing to say", "@"),
    _one_name(58, "site-www-seul", "only www has an address: nothing to say", "www"),
    _shared_host(),
    _town(61, "site-sous-bouclier", "403 for us: a shield, not judged", lines="return 403;\n", clear="return 403;\n",
          unknown=("web.*", "software.*")),
)  # fmt: skip
CERTIFICATES = (
    *((town.domain, "good", names(town.domain)) for town in TOWNS),
    ("communaute-ailleurs.fr", "good", names("communaute-ailleurs.fr")),
)
