"""Saint-Exemple does everything right: any finding is a false alarm, any UNKNOWN a blind spot."""

from __future__ import annotations

from tests.lab.model import MailHost, Page, Service, Town, VirtualHost, WebServer, Zone
from tests.lab.tcp_services import ssh
from tests.lab.towns.parts import DKIM_RECORD, HARDENED, WORDPRESS_LATEST, page, redirect, security_txt, text

DOMAIN = "saint-exemple.fr"
MAIL = "courriel-laboratoire.fr"  # its mail provider, signed as well
WEB, MX1, MX2 = "127.66.1.1", "127.66.1.25", "127.66.1.26"

_RECORDS = f"""
@            3600 IN NS    ns1
@            3600 IN NS    ns2
ns1          3600 IN A     127.66.1.53
ns2          3600 IN A     127.66.101.53
@            3600 IN A     {WEB}
@            3600 IN AAAA  ::1
www          3600 IN A     {WEB}
www          3600 IN AAAA  ::1
mta-sts      3600 IN A     {WEB}
@            3600 IN MX    10 mx1.{MAIL}.
@            3600 IN MX    20 mx2.{MAIL}.
@            3600 IN CAA   0 issue "letsencrypt.org"
@            3600 IN CAA   0 issuewild ";"
@            3600 IN CAA   0 iodef "mailto:securite@{DOMAIN}"
@            3600 IN TXT   "v=spf1 mx -all"
_dmarc       3600 IN TXT   "v=DMARC1; p=reject; rua=mailto:dmarc@{DOMAIN}"
dkim._domainkey 3600 IN TXT {DKIM_RECORD}
_mta-sts     3600 IN TXT   "v=STSv1; id=20261101"
_smtp._tls   3600 IN TXT   "v=TLSRPTv1; rua=mailto:tls@{DOMAIN}"
"""

_MAIL_RECORDS = f"""
@            3600 IN NS    ns1
@            3600 IN NS    ns2
ns1          3600 IN A     127.66.1.54
ns2          3600 IN A     127.66.101.54
mx1          3600 IN A     {MX1}
mx2          3600 IN A     {MX2}
"""

_WORDPRESS = '<link rel="stylesheet" href="/wp-content/themes/mairie/style.css">'
_LOGIN = (
    f'<link rel="stylesheet" href="https://{DOMAIN}/wp-admin/css/login.min.css?ver={WORDPRESS_LATEST}">'
    f'<link rel="stylesheet" href="https://{DOMAIN}/wp-includes/css/buttons.min.css?ver={WORDPRESS_LATEST}">'
)
_HEADERS = (("server", "nginx"), *HARDENED)

_PAGES: dict[str, Page] = {
    "/": page("Commune de Saint-Exemple", '<a href="/demarches">Vos démarches</a>', head=_WORDPRESS),
    "/wp-login.php": page("Se connecter", head=_LOGIN),
    "/.well-known/security.txt": security_txt(DOMAIN),
}
_POLICY = f"version: STSv1\r\nmode: enforce\r\nmx: mx1.{MAIL}\r\nmx: mx2.{MAIL}\r\nmax_age: 1209600\r\n"

_HOSTS = (
    VirtualHost((DOMAIN, f"www.{DOMAIN}"), secure=_PAGES, plain={"*": redirect(f"https://{DOMAIN}{{path}}")}, headers=_HEADERS),
    VirtualHost((f"mta-sts.{DOMAIN}",), secure={"/.well-known/mta-sts.txt": text(_POLICY)}, headers=_HEADERS),
)

EXEMPLAIRE = Town(
    name="exemplaire",
    domain=DOMAIN,
    zones=(Zone(DOMAIN, _RECORDS, signed=True), Zone(MAIL, _MAIL_RECORDS, signed=True)),
    web=(WebServer(WEB, _HOSTS), WebServer("::1", _HOSTS)),
    mail=(MailHost(f"mx1.{MAIL}", MX1), MailHost(f"mx2.{MAIL}", MX2)),
    services=(Service(WEB, 22, ssh()),),
    dedicated=(WEB,),
    must_not=frozenset({"*"}),
)
