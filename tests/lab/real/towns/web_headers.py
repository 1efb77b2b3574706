"""What a site says in its headers, right and wrong; the domain and its www often differ, so that one town shows two ways."""

from __future__ import annotations

from tests.lab.model import Headers
from tests.lab.real.model import RealTown
from tests.lab.real.nginx import FILES, nginx, plain, secure
from tests.lab.real.web_town import names, pages, places, site, web_town
from tests.lab.towns.parts import HARDENED, page, security_txt

_HSTS, _CSP, _FRAMING = "strict-transport-security", "content-security-policy", "x-frame-options"
_NOSNIFF, _REFERRER = "x-content-type-options", "referrer-policy"
_BARE, _WWW = " site:{domain}", " site:www.{domain}"
_TXT = "/.well-known/security.txt"


def _with(name: str, *values: str) -> Headers:
    """Every header in place, but for one that has these values."""
    return (*(header for header in HARDENED if header[0] != name), *((name, value) for value in values))


def _without_both() -> Headers:
    """Neither of the two headers that forbid framing."""
    return tuple(header for header in HARDENED if header[0] not in (_CSP, _FRAMING))


def _town(
    number: int,
    name: str,
    note: str,
    bare: Headers = HARDENED,
    www: Headers = HARDENED,
    *,
    must: tuple[str, ...] = (),
    clear: Headers = (),
    files: dict[str, str | bytes] | None = None,
    unknown: tuple[str, ...] = (),
    tokens: str = "",
) -> RealTown:
    domain = f"{name}.fr"
    servers = (
        plain(headers=clear),
        secure(domain, FILES + tokens, domain, headers=bare),
        secure(domain, FILES + tokens, f"www.{domain}", headers=www),
    )
    server = nginx(domain, places(number), *servers, files=pages(domain) | (files or {}))
    return web_town(number, domain, note, server, must=must, unknown=unknown)


def _text(number: int, name: str, note: str, check: str, lines: str, file: bytes | None = None) -> RealTown:
    domain = f"security-txt-{name}.fr"
    files = {} if file is None else {"www/.well-known/security.txt": file}
    return web_town(number, domain, note, site(number, domain, lines=lines + FILES, files=files), must=(check,) if check else ())


def _no_ipv6() -> RealTown:
    number, domain = 79, "ipv6-absent.fr"
    ipv4 = places(number)[0]
    records = f"@ 3600 IN A {ipv4}\nwww 3600 IN A {ipv4}\n"
    server = site(number, domain)
    return web_town(number, domain, "IPv4 alone", server, must=("web.ipv6-missing domain:{domain}",), records=records)


def _only_ipv6() -> RealTown:
    number, domain = 80, "ipv6-seul.fr"
    records = "".join(f"{name} 3600 IN AAAA {places(number)[1]}\n" for name in ("@", "www"))
    return web_town(number, domain, "IPv6 alone", site(number, domain), records=records)


_PAGE_WITH_POLICY = page("Commune", head='<meta http-equiv="Content-Security-Policy" content="default-src \'self\'">').body
_SECURITY = "web.security-txt-{} domain:{{domain}}"
_MISSING, _INVALID = _SECURITY.format("missing"), _SECURITY.format("invalid")
_COOKIE = "set-cookie"

TOWNS = (
    _town(64, "hsts-absent", "none; and max-age=0", _with(_HSTS), _with(_HSTS, "max-age=0"), must=("web.hsts-missing",)),
    _town(65, "hsts-court", "five minutes; 30 days", _with(_HSTS, "max-age=300"), _with(_HSTS, "max-age=2592000"),
          must=("web.hsts-missing",)),
    _town(66, "hsts-illisible", "no number; no max-age", _with(_HSTS, "max-age=toujours"), _with(_HSTS, "includeSubDomains"),
          must=("web.hsts-missing",)),
    _town(67, "hsts-juste", "quoted; upper case and preload", _with(_HSTS, 'max-age="31536000"'),
          _with(_HSTS, "includeSubDomains ; MAX-AGE=63072000 ; preload")),
    _town(68, "hsts-double", "two lines, of which the first counts", _with(_HSTS, "max-age=31536000", "max-age=0"),
          _with(_HSTS, "max-age=0", "max-age=31536000"), must=("web.hsts-missing" + _WWW,)),
    _town(69, "hsts-en-clair", "sent over plain http, where it counts for nothing", _with(_HSTS), _with(_HSTS),
          clear=((_HSTS, "max-age=31536000"),), must=("web.hsts-missing",)),
    _town(70, "csp-absent", "none; report-only", _with(_CSP), (*_with(_CSP), (_CSP + "-report-only", "default-src 'self'")),
          must=("web.csp-missing",)),
    _town(71, "csp-permissive", "unsafe-inline; everywhere", _with(_CSP, "default-src 'self' 'unsafe-inline'"),
          _with(_CSP, "default-src 'self'; script-src *"), must=("web.csp-missing",)),
    _town(72, "csp-meta", "in the page; with a nonce", _with(_CSP), _with(_CSP, "script-src 'nonce-c2VsYQ' 'unsafe-inline'"),
          files={"www/index.html": _PAGE_WITH_POLICY}),
    _town(73, "cadre-permis", "none; a word that no browser knows any more", _without_both(),
          (*_without_both(), (_FRAMING, "ALLOW-FROM https://autre.fr")),
          must=("web.framing-allowed", "web.csp-missing")),
    _town(74, "cadre-csp", "frame-ancestors alone; frame-ancestors * over SAMEORIGIN", _with(_FRAMING),
          _with(_CSP, "default-src 'self'; frame-ancestors *"), must=("web.framing-allowed" + _WWW,)),
    _town(75, "type-devine", "no nosniff; misspelt", _with(_NOSNIFF), _with(_NOSNIFF, "no-sniff"), must=("web.nosniff-missing",)),
    _town(76, "provenance", "none; unsafe-url", _with(_REFERRER), _with(_REFERRER, "unsafe-url"),
          must=("web.referrer-policy-missing",)),
    _town(77, "temoins", "a session that scripts read and http carries; a preference without Secure",
          (*HARDENED, (_COOKIE, "PHPSESSID=0123456789abcdef; path=/")), (*HARDENED, (_COOKIE, "langue=fr; Path=/; SameSite=Lax")),
          must=("web.cookie-insecure",)),
    _town(78, "temoins-justes", "a session as it should be; one that is being deleted",
          (*HARDENED, (_COOKIE, "__Host-session=0123; Path=/; Secure; HttpOnly; SameSite=Lax")),
          (*HARDENED, (_COOKIE, "ancien=; Max-Age=0; Path=/"))),
    _no_ipv6(),
    _only_ipv6(),
    _text(81, "absent", "404", _MISSING, f"location = {_TXT} {{ return 404; }}\n"),
    _text(82, "page-html", "an HTML page with status 200 in its place", _MISSING,
          f"location = {_TXT} {{ default_type text/html; types {{ }} return 200 '<h1>Introuvable</h1>'; }}\n"),
    _text(83, "perime", "ended a month ago", _INVALID, "", security_txt("security-txt-perime.fr", days=-30).body),
    _text(84, "sans-contact", "no Contact", _INVALID, "", b"Expires: 2030-01-01T00:00:00Z\nPolicy: https://exemple.fr/\n"),
    _text(85, "sur-www", "the domain sends to www for it", "",
          "if ($host != www.security-txt-sur-www.fr) { return 301 https://www.security-txt-sur-www.fr$request_uri; }\n"),
    _text(86, "crlf", "with CRLF, a comment, two contacts and another time zone", "", "",
          b"# Bonjour\r\nContact: mailto:a@b.fr\r\nContact: tel:+33123456789\r\nExpires: 2027-03-01T00:00:00+01:00\r\n"),
    _town(87, "banniere-debian", "nginx 1.22 of Debian 12 names itself: old by number, maintained by Debian",
          tokens="server_tokens on;\n", must=("software.version-disclosed",), unknown=("software.server-end-of-life",)),
)  # fmt: skip
CERTIFICATES = tuple((town.domain, "good", names(town.domain)) for town in TOWNS)
