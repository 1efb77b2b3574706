"""Port-Piège attacks whoever looks at it: every name, banner, header and record is hostile."""

from __future__ import annotations

from tests.lab import faults
from tests.lab.model import (
    Certificate,
    MailHost,
    MailManner,
    Page,
    Service,
    Town,
    VirtualHost,
    WebServer,
    Zone,
)
from tests.lab.tcp_services import ftp, mariadb
from tests.lab.towns.parts import page, redirect

DOMAIN = "port-piege.fr"
APEX, WWW = "127.66.5.1", "127.66.5.2"
MX1, MX2, MX3 = "127.66.5.25", "127.66.5.26", "127.66.5.27"
METADATA = "http://169.254.169.254/latest/meta-data/"

#: An SPF tree that includes itself and counts far beyond ten lookups (RFC 7208 4.6.4).
_INCLUDES = " ".join(f'"include:spf{number}.{DOMAIN} "' for number in range(12))
_BRANCHES = "\n".join(
    f'spf{number} 60 IN TXT "v=spf1 include:spf{number}.{DOMAIN} include:{DOMAIN} a mx ptr exists:%{{i}}.{DOMAIN} ?all"'
    for number in range(12)
)
_LONG = " ".join(f'"{"long" * 60}"' for _ in range(100))

_RECORDS = rf"""
@            60 IN NS    ns1
@            60 IN NS    loop1
ns1          60 IN A     127.66.5.53
loop1        60 IN CNAME loop2
loop2        60 IN CNAME loop1
@            60 IN A     {APEX}
www          60 IN A     {WWW}
@            60 IN MX    10 mx1
@            60 IN MX    20 mx2
@            60 IN MX    30 mx3
@            60 IN MX    40 \060script\062alert\0401\041.mx
@            60 IN MX    50 loop1
mx1          60 IN A     {MX1}
mx2          60 IN A     {MX2}
mx3          60 IN A     {MX3}
@            60 IN TXT   "v=spf1 " {_INCLUDES} "+all"
@            60 IN TXT   "\255\254\027[2J\000<script>alert(1)</script>"
@            60 IN TXT   {_LONG}
@            60 IN CAA   0 issue "<script>alert(1)</script>\027[31m"
_dmarc       60 IN TXT   "v=DMARC1; p=none; rua=mailto:<script>alert(1)</script>@{DOMAIN}; x=\027[2J\255"
*._domainkey 60 IN TXT   "v=DKIM1; k=rsa; p=<script>alert(1)</script>\255"
_mta-sts     60 IN TXT   "v=STSv1; id=<script>alert(1)</script>"
mta-sts      60 IN A     {APEX}
_smtp._tls   60 IN TXT   "v=TLSRPTv1; rua=mailto:\255\027[2J"
{_BRANCHES}
"""

_HEADERS = (
    ("server", "nginx/1.18.0\x1b[2J\x1b]0;titre\x07 <script>alert(1)</script> [lien](javascript:alert(1))"),
    ("x-powered-by", "=HYPERLINK(\"http://piege\";\"clic\") PHP/7.4.33\xff\xfe"),
    ("set-cookie", "PHPSESSID=\x1b[2J<script>; Max-Age=99999999999999999999; Expires=\xff; path=/"),
    ("strict-transport-security", "max-age=99999999999999999999999999999999; max-age=0; \x1b[2J"),
    ("content-security-policy", "script-src " + "'unsafe-inline' " * 300 + "\xff"),
    ("content-type", "text/html; charset=\x1b[31m"),
)  # fmt: skip
_HOME = Page(
    200,
    (),
    b"<!doctype html><head><meta charset=utf-8><title><script>alert(document.domain)</script>"
    b"\x1b[2J\xff\xfe {domain} {{7*7}}</title>"
    b'<meta name=generator content="WordPress 6.4.3\x1b[31m&quot;><img src=x onerror=alert(1)>">'
    b"<script>var version='\x1b[2J" + b"9" * 500 + b"'</script></head>" + b"<div>" * 5_000 + b"<![CDATA[<!DOCTYPE [",
)
_APEX = VirtualHost(
    (DOMAIN, f"mta-sts.{DOMAIN}"),
    secure={
        "/": _HOME,
        "/.well-known/security.txt": Page(raw=faults.slow_drip, pace=1),
        "/.well-known/mta-sts.txt": redirect(METADATA),
        "/wp-login.php": Page(raw=faults.gzip_bomb),
        "*": page("Piège \x1b[2J", "tout existe ici"),
    },
    plain={"*": Page(raw=faults.gzip_bomb_in_redirect)},
    headers=_HEADERS,
)
_WWW = VirtualHost(
    (f"www.{DOMAIN}",),
    secure={"*": redirect("/encore\x1b[2J")},
    plain={"*": redirect(METADATA)},
    headers=_HEADERS,
    certificate=Certificate.WRONG_NAME,
)

PIEGEE = Town(
    name="piegee",
    domain=DOMAIN,
    zones=(Zone(DOMAIN, _RECORDS),),
    web=(WebServer(APEX, (_APEX,)), WebServer(WWW, (_WWW,))),
    mail=(
        MailHost(f"mx1.{DOMAIN}", MX1, MailManner.INJECTION, Certificate.SELF_SIGNED),
        MailHost(f"mx2.{DOMAIN}", MX2, MailManner.NOT_UTF8),
        MailHost(f"mx3.{DOMAIN}", MX3, MailManner.TARPIT),
    ),
    services=(
        Service(APEX, 21, ftp(tls=False, greeting=b"220 \x1b[2J\x1b]0;titre\x07<script>alert(1)</script>\xff\xfe")),
        # A correct handshake whose version is an attack on whoever prints it; lies about protocols are in the traps.
        Service(APEX, 3306, mariadb(b"5.5.5-10.5.23\x1b[2J<script>alert(1)</script>\xff-MariaDB")),
    ),
    dedicated=(APEX,),
    must=frozenset(
        {
            ("dns.dnssec-missing", f"domain:{DOMAIN}"),
            ("mail.mta-sts-invalid", f"domain:{DOMAIN}"),
            ("mail.spf-lookups", f"domain:{DOMAIN}"),
            ("mail.tls-rpt-missing", f"domain:{DOMAIN}"),
            ("services.plain-text-exposed", "host:127.66.5.1"),
            ("software.cms-outdated", f"site:{DOMAIN}"),
            ("software.version-disclosed", f"site:{DOMAIN}"),
            ("web.csp-missing", f"site:{DOMAIN}"),
            ("web.framing-allowed", f"site:{DOMAIN}"),
            ("web.ipv6-missing", f"domain:{DOMAIN}"),
            ("web.http-not-redirected", f"site:{DOMAIN}"),  # port 80 leads to itself
            ("web.nosniff-missing", f"site:{DOMAIN}"),
            ("web.referrer-policy-missing", f"site:{DOMAIN}"),
            ("mail.spf-permissive", f"domain:{DOMAIN}"),
            ("mail.dmarc-none", f"domain:{DOMAIN}"),
            ("mail.starttls-injection", f"mail_server:mx1.{DOMAIN}"),
            ("mail.starttls-certificate", f"mail_server:mx1.{DOMAIN}"),
            ("services.database-exposed", f"host:{APEX}"),
            ("tls.certificate-name", f"site:www.{DOMAIN}"),
            ("web.cookie-insecure", f"site:{DOMAIN}"),
        }
    ),
    must_not=frozenset({"*"}),
    may_be_unknown=frozenset({"*"}),
)  # fmt: skip
