"""Servers of datagrams that face the Internet. No probe of ours sends one to them yet: the ids are proposals."""

from __future__ import annotations

from tests.lab.real.datagrams import snmpd, tftpd
from tests.lab.real.dns import open_resolver
from tests.lab.real.front import address, certificate, town

TOWNS = (
    town(45, "supervision-snmp.fr", "SNMP with the community `public`", snmpd(address(45)), missed=("services.snmp-exposed",)),
    town(46, "fichiers-tftp.fr", "TFTP, which knows no password", tftpd(address(46)), missed=("services.tftp-exposed",)),
    town(
        47,
        "resolveur-ouvert.fr",
        "Unbound that looks names up for everybody, by UDP and TCP",
        open_resolver(address(47)),
        missed=("dns.open-resolver",),
    ),
)
CERTIFICATES = tuple(certificate(one.domain) for one in TOWNS)
