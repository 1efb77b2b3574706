"""File shares and their helpers: SMB (MS-SMB2), NetBIOS (RFC 1002), ONC RPC for NFS and rpcbind (RFC 5531), AFP, MSRPC."""

from __future__ import annotations

import struct

from checks.services.greetings.greeting import Access, Greeting

DIALECTS = {0x0202: "2.0.2", 0x0210: "2.1", 0x02FF: "2", 0x0300: "3.0", 0x0302: "3.0.2", 0x0311: "3.1.1"}
_ASKED = (0x0202, 0x0210, 0x0300, 0x0302)  # 3.1.1 would need negotiate contexts and teach us no more
_CLIENT = b"beffroi-scanner!"  # any GUID that is not nil


def _smb2_question() -> bytes:
    header = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ16x", 64, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0)
    body = struct.pack("<HHHHI16sQ", 36, len(_ASKED), 1, 0, 0, _CLIENT, 0) + struct.pack(f"<{len(_ASKED)}H", *_ASKED)
    return struct.pack(">I", len(header) + len(body)) + header + body


def _netbios_name(name: bytes) -> bytes:
    """RFC 1001 14.1: each half byte as a letter from A."""
    padded = name.ljust(16)
    return b"\x20" + b"".join(bytes((65 + (byte >> 4), 65 + (byte & 15))) for byte in padded) + b"\x00"


def _rpc_null(program: int, release: int) -> bytes:
    """A call of procedure 0, which does nothing (RFC 5531 9), with its record mark."""
    call = struct.pack(">10I", 1, 0, 2, program, release, 0, 0, 0, 0, 0)
    return struct.pack(">I", 0x80000000 | len(call)) + call


SMB2_QUESTION = _smb2_question()
NETBIOS_QUESTION = b"\x81\x00\x00\x44" + _netbios_name(b"*SMBSERVER") + _netbios_name(b"BEFFROI")
NFS_QUESTION = _rpc_null(100_003, 3)
RPCBIND_QUESTION = _rpc_null(100_000, 2)
AFP_QUESTION = struct.pack(">BBHIII", 0, 3, 1, 0, 0, 0)  # DSIGetStatus
MSRPC_QUESTION = (
    struct.pack("<BBBB4sHHI", 5, 0, 11, 3, b"\x10\x00\x00\x00", 72, 0, 1)  # bind, C706 12.6.4.3
    + struct.pack("<HHIBxxxHBx", 4_280, 4_280, 0, 1, 0, 1)
    + bytes.fromhex("0883afe11f5dc91191a408002b14a0fa") + struct.pack("<I", 3)  # the endpoint mapper
    + bytes.fromhex("045d888aeb1cc9119fe808002b104860") + struct.pack("<I", 2)  # NDR
)  # fmt: skip


def read_smb(data: bytes) -> Greeting | None:
    """SMB2 negotiate response: the dialect; an SMB1 answer is recognised too."""
    if len(data) < 8 or data[0] != 0:
        return None
    if data[4:8] == b"\xffSMB":
        return Greeting("smb", version="1", access=Access.GUARDED)
    if data[4:8] != b"\xfeSMB" or len(data) < 74:
        return None
    header_size, command = struct.unpack_from("<H6xH", data, 8)
    body_size, _, dialect = struct.unpack_from("<3H", data, 68)
    if (header_size, command) != (64, 0) or body_size not in (9, 65) or (body_size == 65 and dialect not in DIALECTS):
        return None  # 9 is an error response (MS-SMB2 2.2.2), 65 a negotiate response (2.2.4)
    return Greeting("smb", version=DIALECTS.get(dialect, "") if body_size == 65 else "", access=Access.GUARDED)


def read_netbios(data: bytes) -> Greeting | None:
    """Session service: 0x82 accepts, 0x83 refuses, both are the service itself."""
    accepted = data[:4] == b"\x82\x00\x00\x00"
    refused = data[:4] == b"\x83\x00\x00\x01" and len(data) >= 5 and (0x80 <= data[4] <= 0x83 or data[4] == 0x8F)
    return Greeting("netbios", access=Access.GUARDED) if accepted or refused else None


def _is_rpc_reply(data: bytes) -> bool:
    """The record mark, our transaction id, REPLY, then accepted or denied."""
    return (
        len(data) >= 16 and data[4:12] == b"\x00\x00\x00\x01\x00\x00\x00\x01" and data[12:16] in (bytes(4), b"\x00\x00\x00\x01")
    )


def read_nfs(data: bytes) -> Greeting | None:
    """Any RPC reply to the NULL procedure of NFS."""
    return Greeting("nfs", tls=False) if _is_rpc_reply(data) else None


def read_rpcbind(data: bytes) -> Greeting | None:
    """Any RPC reply to the NULL procedure of the port mapper."""
    return Greeting("rpcbind", tls=False) if _is_rpc_reply(data) else None


def read_afp(data: bytes) -> Greeting | None:
    """DSI reply to GetStatus."""
    return Greeting("afp", access=Access.GUARDED) if len(data) >= 16 and data[:4] == b"\x01\x03\x00\x01" else None


def read_msrpc(data: bytes) -> Greeting | None:
    """bind_ack (12) or bind_nak (13)."""
    return Greeting("msrpc") if len(data) >= 16 and data[:2] == b"\x05\x00" and data[2] in (12, 13) else None
