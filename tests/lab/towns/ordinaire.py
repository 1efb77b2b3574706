"""Bourg-Ordinaire is what most communes look like: nothing burns, much is left at its default."""

from __future__ import annotations

from tests.lab.model import MailHost, Service, Town, VirtualHost, WebServer, Zone
from tests.lab.tcp_services import ftp
from tests.lab.towns.parts import WORDPRESS_LATE, page, redirect

DOMAIN = "bourg-ordinaire.fr"
HOSTER = "hebergeur-laboratoire.fr"
WEB, MX1, MX2 = "127.66.2.1", "127.66.2.25", "127.66.102.25"

_RECORDS = f"""
@            3600 IN NS    dns19.{HOSTER}.
@            3600 IN NS    ns19.{HOSTER}.
@            3600 IN A     {WEB}
www          3600 IN CNAME @
@            3600 IN MX    1 mx1.mail.{HOSTER}.
@            3600 IN MX    5 mx2.mail.{HOSTER}.
@            600  IN TXT   "v=spf1 include:mx.{HOSTER} ~all"
@            3600 IN TXT   "1|www.{DOMAIN}"
ovhmo4226381-selector1._domainkey 3600 IN CNAME ovhmo4226381-selector1._domainkey.1234.ab.dkim.mail.{HOSTER}.
"""

_HOSTER_RECORDS = f"""
@            3600 IN NS    dns19
@            3600 IN NS    ns19
dns19        3600 IN A     127.66.2.53
ns19         3600 IN A     127.66.102.53
mx1.mail     3600 IN A     {MX1}
mx2.mail     3600 IN A     {MX2}
mx           3600 IN TXT   "v=spf1 ip4:127.66.2.0/24 ip4:127.66.102.0/24 -all"
"""

_HEADERS = (("server", "Apache/2.4.62 (Debian)"),)
_HEAD = (
    f'<meta name="generator" content="WordPress {WORDPRESS_LATE}">'
    f'<link rel="stylesheet" href="/wp-includes/css/dist/block-library/style.min.css?ver={WORDPRESS_LATE}">'
)
_LOGIN = f'<link rel="stylesheet" href="/wp-admin/css/login.min.css?ver={WORDPRESS_LATE}">'
_SITE = f"site:{DOMAIN}"
_TOWN = f"domain:{DOMAIN}"

ORDINAIRE = Town(
    name="ordinaire",
    domain=DOMAIN,
    zones=(Zone(DOMAIN, _RECORDS), Zone(HOSTER, _HOSTER_RECORDS)),
    web=(
        WebServer(
            WEB,
            (
                VirtualHost(
                    (DOMAIN,),
                    secure={
                        "/": page("Mairie de Bourg-Ordinaire", "<p>Bienvenue.</p>", head=_HEAD),
                        "/wp-login.php": page("Connexion", head=_LOGIN),
                    },
                    plain={"*": redirect(f"https://{DOMAIN}{{path}}")},
                    headers=_HEADERS,
                ),
                VirtualHost(
                    (f"www.{DOMAIN}",),
                    secure={"*": redirect(f"https://{DOMAIN}{{path}}")},
                    plain={"*": redirect(f"https://{DOMAIN}{{path}}")},
                    headers=_HEADERS,
                ),
            ),
        ),
    ),
    mail=(MailHost(f"mx1.mail.{HOSTER}", MX1), MailHost(f"mx2.mail.{HOSTER}", MX2)),
    services=(Service(WEB, 21, ftp(tls=True)),),
    dedicated=(WEB,),
    must=frozenset(
        {
            ("dns.dnssec-missing", _TOWN),
            ("dns.caa-missing", _TOWN),
            ("web.hsts-missing", _SITE),
            ("web.csp-missing", _SITE),
            ("web.framing-allowed", _SITE),
            ("web.nosniff-missing", _SITE),
            ("web.referrer-policy-missing", _SITE),
            ("web.security-txt-missing", _TOWN),
            ("web.ipv6-missing", _TOWN),
            ("mail.dmarc-missing", _TOWN),
            ("mail.mta-sts-missing", _TOWN),
            ("mail.tls-rpt-missing", _TOWN),
            ("software.cms-outdated", _SITE),
            ("software.version-disclosed", _SITE),
        }
    ),
    must_not=frozenset({"*"}),
    # The provider's selector cannot be guessed: a key is probably there, its strength is not known.
    may_be_unknown=frozenset({"mail.dkim-missing", "mail.dkim-weak"}),
)  # fmt: skip
