"""Real servers of datagrams: SNMP, TFTP. Each is asked once at its start, since no TCP port shows that it is there."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path

from tests.lab.real.model import Daemon

SECONDS = 15.0
_NAME = "Laboratoire"

_SNMPD = """
agentaddress udp:ADDRESS:161
rocommunity COMMUNITY
sysDescr NAME
[snmp] persistentDir {dir}
"""
#: GetRequest for sysDescr.0 (SNMPv2c, RFC 3416), in BER, as it follows the community.
_SYS_DESCR = bytes.fromhex("a01c020400000001020100020100300e300c06082b060102010101000500")
_READ = b"\0\1lisez-moi.txt\0octet\0"  # RFC 1350 5: read this file


def snmpd(address: str, community: str = "public") -> Daemon:
    """net-snmp's agent with the community that every appliance leaves its factory with, or one of the town's own."""
    text = _SNMPD.replace("ADDRESS", address).replace("NAME", _NAME).replace("COMMUNITY", community)
    asked = _sys_descr(community.encode("ascii"))
    return Daemon(
        f"snmpd-{address}",
        ("/usr/sbin/snmpd", "-f", "-Lo", "-C", "-c", "{dir}/snmpd.conf"),
        files={"snmpd.conf": text},
        packages=("snmpd",),
        finish=answers(address, 161, asked, _NAME.encode()),
    )


def _sys_descr(community: bytes) -> bytes:
    body = b"\x02\x01\x01\x04" + bytes((len(community),)) + community + _SYS_DESCR
    return b"\x30" + bytes((len(body),)) + body


def tftpd(address: str) -> Daemon:
    """tftpd-hpa, which gives its files to whoever names one."""
    return Daemon(
        f"tftpd-{address}",
        ("/usr/sbin/in.tftpd", "--foreground", "--address", f"{address}:69", "--user", "nobody", "--secure", "{dir}/share"),
        files={"share/lisez-moi.txt": _NAME},
        packages=("tftpd-hpa",),
        finish=answers(address, 69, _READ, _NAME.encode()),
    )


def answers(address: str, port: int, question: bytes, mark: bytes) -> Callable[[Path], None]:
    """For `finish` of a daemon: asks by UDP until the answer holds `mark`, at most 15 seconds. Raises TimeoutError."""

    def ask(folder: Path) -> None:
        deadline = time.monotonic() + SECONDS
        said = b""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
            link.settimeout(0.3)
            while mark not in said:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"{address} UDP {port} answers {said!r}")
                link.sendto(question, (address, port))
                try:
                    said = link.recv(4_096)
                except TimeoutError:
                    continue

    return ask
