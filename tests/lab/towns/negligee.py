"""Val-Négligée has not been looked after for years."""

from __future__ import annotations

from tests.lab.model import Certificate, DatagramService, MailHost, MailManner, Service, Tls, Town, VirtualHost, WebServer, Zone
from tests.lab.tcp_services import ftp, mariadb, rdp, redis_open, smb2, telnet
from tests.lab.towns.parts import SPIP_ENDED, page, text
from tests.lab.udp_services import snmp_public

DOMAIN = "val-negligee.fr"
WEB = "127.66.3.1"  # one machine does everything

_RECORDS = f"""
@            3600 IN NS    ns1
ns1          3600 IN A     127.66.3.53
@            3600 IN A     {WEB}
www          3600 IN A     {WEB}
@            3600 IN MX    10 mx1
mx1          3600 IN A     {WEB}
"""

_SPIP = f'<meta name="generator" content="SPIP {SPIP_ENDED}">'
_HOME = page(
    "Commune de Val-Négligée",
    '<p>Bienvenue.</p><a href="/spip.php?page=plan">Plan</a> <a href="/phpmyadmin/">Base</a>',
    head=_SPIP,
    headers=(("set-cookie", "PHPSESSID=0123456789abcdef; path=/"), ("set-cookie", "spip_session=abcdef; path=/")),
)
_PHPMYADMIN = page(
    "phpMyAdmin",
    '<form method="post" action="index.php?route=/" name="login_form"><input name="pma_username" id="input_username">'
    '<input type="password" name="pma_password"></form>',
    head='<link rel="stylesheet" href="themes/pmahomme/css/theme.css?v=5.0.4"><script src="js/dist/common.js?v=5.0.4"></script>',
)
_PAQUET = (
    f'<paquet prefix="ecrire" categorie="outil" version="{SPIP_ENDED}" etat="stable" compatibilite="[3.2.0;3.2.99]"></paquet>\n'
)
_PAGES = {
    "/": _HOME,
    "/phpmyadmin/": _PHPMYADMIN,
    "/ecrire/paquet.xml": text(_PAQUET),
    "/local/config.txt": text(f"Composed-By: SPIP {SPIP_ENDED} @ www.spip.net + spip(3.2.11),compresseur(1.13.6)\n"),
}
_HOST = VirtualHost(
    (DOMAIN, f"www.{DOMAIN}"),
    secure=_PAGES,
    plain=_PAGES,
    headers=(
        ("server", "Apache/2.2.34 (Unix)"),
        ("x-powered-by", "PHP/7.4.30"),
        ("composed-by", f"SPIP {SPIP_ENDED} @ www.spip.net"),
    ),
    certificate=Certificate.EXPIRED,
)

_SITES = (f"site:{DOMAIN}", f"site:www.{DOMAIN}")
_ON_EACH_SITE = (
    "web.http-not-redirected", "web.hsts-missing", "web.csp-missing", "web.framing-allowed", "web.nosniff-missing",
    "web.referrer-policy-missing", "web.cookie-insecure", "tls.certificate-expired", "tls.old-protocol", "tls.tls13-missing",
    "software.cms-end-of-life", "software.known-exploited", "software.php-end-of-life", "software.server-end-of-life",
    "software.version-disclosed", "software.admin-tool-exposed",
)  # fmt: skip
_ON_THE_DOMAIN = (
    "dns.ns-redundancy", "dns.dnssec-missing", "dns.caa-missing", "web.security-txt-missing", "web.ipv6-missing",
    "mail.spf-missing", "mail.dmarc-missing", "mail.dkim-missing", "mail.mta-sts-missing", "mail.tls-rpt-missing",
)  # fmt: skip
_ON_THE_HOST = (
    "services.remote-desktop-exposed", "services.remote-desktop-no-nla", "services.database-exposed", "services.database-open",
    "services.plain-text-exposed", "services.file-sharing-exposed", "services.snmp-exposed",
)  # fmt: skip

NEGLIGEE = Town(
    name="negligee",
    domain=DOMAIN,
    zones=(Zone(DOMAIN, _RECORDS),),
    web=(WebServer(WEB, (_HOST,), tls=Tls(0, 2)),),
    mail=(MailHost(f"mx1.{DOMAIN}", WEB, MailManner.NO_STARTTLS),),
    services=(
        Service(WEB, 21, ftp(tls=False, greeting=b"220 ProFTPD 1.3.5 Server (Val-Negligee)")),
        Service(WEB, 23, telnet),
        Service(WEB, 445, smb2),
        Service(WEB, 3306, mariadb()),
        Service(WEB, 3389, rdp(nla=False)),
        Service(WEB, 6379, redis_open),
    ),
    datagrams=(
        DatagramService(WEB, 161, snmp_public(b"Linux val-negligee 4.9.0-19-amd64 #1 SMP Debian")),
    ),
    dedicated=(WEB,),
    must=frozenset(
        {
            *((check, site) for check in _ON_EACH_SITE for site in _SITES),
            *((check, f"domain:{DOMAIN}") for check in _ON_THE_DOMAIN),
            *((check, f"host:{WEB}") for check in _ON_THE_HOST),
            ("mail.starttls-missing", f"mail_server:mx1.{DOMAIN}"),
        }
    ),
    must_not=frozenset({"*"}),
)  # fmt: skip
