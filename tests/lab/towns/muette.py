"""Mont-Muet answers almost nothing: there is nothing to find, and nothing to praise."""

from __future__ import annotations

from tests.lab.model import (
    Answering,
    FullQueue,
    MailHost,
    MailManner,
    Page,
    Service,
    Town,
    VirtualHost,
    WebServer,
    Zone,
)
from tests.lab.ports import standard_ports
from tests.lab.tcp_services import reset, ssh

DOMAIN = "mont-muet.fr"
APEX, WWW, MX1, MX2 = "127.66.4.1", "127.66.4.2", "127.66.4.25", "127.66.4.26"

_RECORDS = f"""
@            3600 IN NS    ns1
@            3600 IN NS    ns2
@            3600 IN A     {APEX}
www          3600 IN A     {WWW}
@            3600 IN MX    10 mx1
@            3600 IN MX    20 mx2
mx1          3600 IN A     {MX1}
mx2          3600 IN A     {MX2}
"""

_SERVFAIL = ("@ NS", "@ AAAA", "@ TXT", "@ CAA", "@ DS", "@ DNSKEY", "@ SOA", "www AAAA", "www CAA", "ns1", "ns2", "_dmarc")
_DROPPED = ("_mta-sts", "_smtp._tls", "_domainkey", "mx1 AAAA")
_BUSY = Page(429, (("retry-after", "120"), ("content-type", "text/plain")), b"Too Many Requests")

MUETTE = Town(
    name="muette",
    domain=DOMAIN,
    zones=(
        Zone(
            DOMAIN,
            _RECORDS,
            misbehaving={
                **dict.fromkeys(_SERVFAIL, Answering.SERVFAIL),
                **dict.fromkeys(_DROPPED, Answering.DROP),
            },
        ),
    ),
    web=(WebServer(APEX, (VirtualHost((DOMAIN,), secure={"*": _BUSY}, headers=(("server", "bouclier"),)),), http_port=None),),
    mail=(MailHost(f"mx1.{DOMAIN}", MX1, MailManner.BUSY),),
    services=(Service(APEX, 80, reset), Service(APEX, 22, ssh())),
    silent=(
        FullQueue(APEX, (445, 3306, 3389)),
        FullQueue(WWW, standard_ports()),
        FullQueue(MX2, (25,)),
    ),
    dedicated=(APEX,),
    must_not=frozenset({"*"}),
    may_be_unknown=frozenset({"*"}),
)
