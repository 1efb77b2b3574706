"""Hameau-sans-Courriel sends and receives no mail, and says so: that is good, not a failure."""

from __future__ import annotations

from tests.lab.model import Town, VirtualHost, WebServer, Zone
from tests.lab.towns.parts import HARDENED, page, redirect, security_txt

DOMAIN = "hameau-sans-courriel.fr"
WEB = "127.66.6.1"

_RECORDS = f"""
@            3600 IN NS    ns1
@            3600 IN NS    ns2
ns1          3600 IN A     127.66.6.53
ns2          3600 IN A     127.66.106.53
@            3600 IN A     {WEB}
www          3600 IN A     {WEB}
@            3600 IN MX    0 .
@            3600 IN TXT   "v=spf1 -all"
_dmarc       3600 IN TXT   "v=DMARC1; p=reject"
@            3600 IN CAA   0 issue "letsencrypt.org"
"""

_HOST = VirtualHost(
    (DOMAIN, f"www.{DOMAIN}"),
    secure={
        "/": page("Hameau-sans-Courriel", "<p>Écrivez-nous par la poste.</p>"),
        "/.well-known/security.txt": security_txt(DOMAIN),
    },
    plain={"*": redirect(f"https://{DOMAIN}{{path}}")},
    headers=(("server", "nginx"), *HARDENED),
)

SANS_COURRIEL = Town(
    name="sans-courriel",
    domain=DOMAIN,
    zones=(Zone(DOMAIN, _RECORDS),),
    web=(WebServer(WEB, (_HOST,)),),
    must=frozenset({("dns.dnssec-missing", f"domain:{DOMAIN}"), ("web.ipv6-missing", f"domain:{DOMAIN}")}),
    must_not=frozenset({"*"}),
    # No address is dedicated: the active level stays closed.
    may_be_unknown=frozenset({"services.*", "software.admin-tool-exposed"}),
)
