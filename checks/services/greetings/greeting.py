"""What a greeting proves, and the few words that all readers share."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from scanner.net import Message

MAX_PRODUCT, MAX_VERSION, MAX_EVIDENCE = 60, 40, 300


class Access(StrEnum):
    """Whether the service let us further than its door. No password is ever tried."""

    OPEN = "open"  # it answered a question that only an authenticated client should ask
    GUARDED = "guarded"  # it asked for authentication, or refused us
    UNDETERMINED = "undetermined"  # recognised, and nothing more was asked


@dataclass(frozen=True, slots=True)
class Greeting:
    """A recognised service; `service` is a key of `ports.SERVICES`.

    `tls` says whether encryption is offered on this port, `nla` whether RDP insists on network level
    authentication, `clear_login` whether a mailbox announces a login in clear text before any encryption;
    all None where the greeting does not tell.
    """

    service: str
    product: str = ""
    version: str = ""
    access: Access = Access.UNDETERMINED
    tls: bool | None = None
    nla: bool | None = None
    clear_login: bool | None = None


Reader = Callable[[bytes], Greeting | None]


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What to send (b"" only listens), and who reads all that came back; `tls_after` as `Ports.converse` says."""

    messages: tuple[Message, ...]
    read: Reader
    max_bytes: int = 2_048
    tls_after: bytes = b""


def text(data: bytes) -> str:
    """Bytes of an unknown encoding as text; never fails."""
    return data.decode("utf-8", "replace")


def clean(value: str, limit: int) -> str:
    """One line of printable characters, white space collapsed, cut at `limit`."""
    printable = "".join(character if character.isprintable() else " " for character in value[: limit * 4])
    return " ".join(printable.split())[:limit]


def product(value: str) -> str:
    """A product name fit to be kept."""
    return clean(value, MAX_PRODUCT)


def version(value: str) -> str:
    """A version fit to be kept."""
    return clean(value, MAX_VERSION)


def evidence(data: bytes) -> str:
    """What came, bounded; bytes outside printable ASCII as \\xNN."""
    return "".join(chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}" for byte in data[:MAX_EVIDENCE])[:MAX_EVIDENCE]


def first_match(pattern: re.Pattern[str], value: str) -> tuple[str, ...]:
    """The groups of the first match as text ("" for a group that took no part), () where there is none."""
    found = pattern.search(value[:8_192])
    return tuple(group or "" for group in found.groups()) if found else ()
