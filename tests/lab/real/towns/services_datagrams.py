"""Servers of datagrams that face the Internet, and one that is silent to strangers."""

from __future__ import annotations

from tests.lab.real.datagrams import snmpd, tftpd
from tests.lab.real.dns import guarded_resolver, open_resolver
from tests.lab.real.front import address, certificate, town

TOWNS = (
    town(45, "supervision-snmp.fr", "SNMP with the community `public`", snmpd(address(45)), must=("services.snmp-exposed",)),
    town(46, "fichiers-tftp.fr", "TFTP, which knows no password", tftpd(address(46)), must=("services.tftp-exposed",)),
    town(
        47,
        "resolveur-ouvert.fr",
        "Unbound that looks names up for everybody, by UDP and TCP",
        open_resolver(address(47)),
        must=("services.open-resolver",),
    ),
    town(
        48,
        "supervision-discrete.fr",
        "SNMP with a community of its own, which is silent to all others: nothing is proved",
        snmpd(address(48), "laboratoire"),
        may_be_unknown=("services.snmp-exposed",),
    ),
    town(49, "resolveur-garde.fr", "Unbound that answers REFUSED to strangers: nothing to say", guarded_resolver(address(49))),
    town(
        56,
        "datagrammes-perdus.fr",
        "a firewall that drops every datagram: three questions without an answer, and nothing else changes",
        may_be_unknown=("services.snmp-exposed", "services.tftp-exposed", "services.open-resolver"),
        firewall=f"ip daddr {address(56)} meta l4proto udp drop",
    ),
)
CERTIFICATES = tuple(certificate(one.domain) for one in TOWNS)
