"""Greetings of other TCP services, written after their protocol documents.

All of them are approximations that stop after the greeting: what real servers say is proved by the
laboratory of real towns.
"""

from __future__ import annotations

import itertools
import os
import struct

from tests.lab.model import Handler, Peer

MAX_COMMANDS = 50


def ssh(banner: bytes = b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7") -> Handler:
    """Identification string (RFC 4253 4.2); the key exchange is left out."""

    def handle(peer: Peer) -> None:
        peer.send(banner + b"\r\n")
        peer.receive()

    return handle


def ftp(*, tls: bool, greeting: bytes = b"220 Serveur FTP") -> Handler:
    """RFC 959, with FEAT (RFC 2389) and AUTH TLS (RFC 4217) where `tls`; the handshake itself is left out."""
    features = [b"UTF8", b"SIZE", *([b"AUTH TLS", b"PBSZ", b"PROT"] if tls else [])]
    answers = {
        b"FEAT": b"211-Features:\r\n" + b"".join(b" %s\r\n" % feature for feature in features) + b"211 End\r\n",
        b"AUTH": b"234 AUTH TLS OK.\r\n" if tls else b"502 Command not implemented.\r\n",
        b"USER": b"331 Please specify the password.\r\n",
        b"PASS": b"530 Login incorrect.\r\n",
        b"QUIT": b"221 Goodbye.\r\n",
    }

    def handle(peer: Peer) -> None:
        peer.send(greeting + b"\r\n")
        for _ in range(MAX_COMMANDS):
            verb = peer.line().strip().partition(b" ")[0].upper()
            if not verb:
                return
            peer.send(answers.get(verb, b"530 Please login first.\r\n"))
            if verb in (b"QUIT", b"AUTH"):
                return

    return handle


def telnet(peer: Peer) -> None:
    """Option negotiation (RFC 854), then a login prompt."""
    peer.send(b"\xff\xfd\x18\xff\xfd\x20\xff\xfd\x23\xff\xfd\x27")
    peer.send(b"\r\nDebian GNU/Linux 9\r\nserveur login: ")
    peer.receive()


def mariadb(version: bytes = b"5.5.5-10.5.23-MariaDB-0+deb11u1") -> Handler:
    """Initial handshake packet, protocol 10."""

    def handle(peer: Peer) -> None:
        salt = os.urandom(20).replace(b"\0", b"x")
        payload = b"\x0a" + version + b"\0" + struct.pack("<I", 42) + salt[:8] + b"\0"
        payload += struct.pack("<HBHHB", 0xF7FE, 0x2D, 2, 0x81BF, 21) + bytes(10)
        payload += salt[8:] + b"\0" + b"mysql_native_password\0"
        peer.send(len(payload).to_bytes(3, "little") + b"\0" + payload)
        peer.receive()

    return handle


def redis_open(peer: Peer) -> None:
    """Redis without password: PING and INFO in the inline and in the RESP form."""
    info = b"# Server\r\nredis_version:6.0.16\r\nredis_mode:standalone\r\nos:Linux 5.10.0-28-amd64 x86_64\r\ntcp_port:6379\r\n"
    for _ in range(MAX_COMMANDS):
        asked = peer.receive().upper()
        if not asked or b"QUIT" in asked:
            return
        if b"PING" in asked:
            peer.send(b"+PONG\r\n")
        elif b"INFO" in asked:
            peer.send(b"$%d\r\n%s\r\n" % (len(info), info))
        else:
            peer.send(b"-ERR unknown command\r\n")


def redis_locked(peer: Peer) -> None:
    """Redis that asks for a password before anything."""
    while peer.receive():
        peer.send(b"-NOAUTH Authentication required.\r\n")


def memcached(peer: Peer) -> None:
    """Text protocol: version and stats."""
    while asked := peer.receive():
        if asked.startswith(b"version"):
            peer.send(b"VERSION 1.6.18\r\n")
        elif asked.startswith(b"stats"):
            peer.send(b"STAT pid 871\r\nSTAT version 1.6.18\r\nSTAT curr_items 12\r\nEND\r\n")
        else:
            peer.send(b"ERROR\r\n")


def rdp(*, nla: bool) -> Handler:
    """X.224 connection confirm with the negotiated security (MS-RDPBCGR 2.2.1.2)."""

    def handle(peer: Peer) -> None:
        request = peer.receive()
        at = request.find(b"\x01\x00\x08\x00")  # RDP_NEG_REQ: type 1, flags 0, length 8
        asked = int.from_bytes(request[at + 4 : at + 8], "little") if at >= 0 else 0
        if not request.startswith(b"\x03\x00"):
            return
        if nla and not asked & 2:
            negotiation = struct.pack("<BBHI", 3, 0, 8, 5)  # HYBRID_REQUIRED_BY_SERVER
        else:
            negotiation = struct.pack("<BBHI", 2, 0, 8, 2 if nla else asked & 1)
        confirm = struct.pack(">BBHHB", 6 + len(negotiation), 0xD0, 0, 0x1234, 0) + negotiation
        peer.send(struct.pack(">BBH", 3, 0, 4 + len(confirm)) + confirm)
        peer.receive()

    return handle


def smb2(peer: Peer) -> None:
    """SMB2 NEGOTIATE response (MS-SMB2 2.2.4): dialect 2.1, signing enabled and not required."""
    request = peer.receive()
    if b"\xfeSMB" not in request and b"\xffSMB" not in request:
        return
    header = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ16s", 64, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, bytes(16))
    body = struct.pack("<HHHH16sIIIIQQHHI", 65, 1, 0x0210, 0, b"laboratoire-smb2", 1, 65_536, 65_536, 65_536, 0, 0, 128, 0, 0)
    peer.send((len(header) + len(body)).to_bytes(4) + header + body)
    peer.receive()


def silence(peer: Peer) -> None:
    """Accept, then say nothing for as long as the client stays."""
    while peer.receive():
        pass


def reset(peer: Peer) -> None:
    """Accept, then cut; late enough for the client to have seen its connection established."""
    peer.pause(0.05)
    peer.reset()


def chatter(peer: Peer) -> None:
    """Escape sequences and null bytes without end (RFC 864 with bad intentions)."""
    for number in itertools.count():
        peer.send(b"\x1b[2J\x1b]0;titre\x07\0%d\r\n" % number * 50)
        if peer.pause(0.01):
            return


def liar(opening: bytes) -> Handler:
    """A fixed opening, whatever the protocol should be, then silence."""

    def handle(peer: Peer) -> None:
        peer.send(opening)
        silence(peer)

    return handle
