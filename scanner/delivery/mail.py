"""One finished mail, and what became of the attempt to hand it to a relay."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: RFC 5321 4.5.3.1.6, without the line end.
MAX_LINE = 998
_ADDRESS = re.compile(r"[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,253}")
_BARE_END = re.compile(rb"(?<!\r)\n|\r(?!\n)")


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one recipient, exactly as it is stored and sent. `sender` is the envelope's, too: bounces go there.

    `content` is 7-bit with CRLF line ends, so that every relay takes it as it is and a signature survives.
    Raises ValueError where it is not, or where an address is more than a plain ASCII one.
    """

    message_id: str
    sender: str
    to: str
    subject: str
    content: bytes

    def __post_init__(self) -> None:
        for address in (self.sender, self.to):
            if not _ADDRESS.fullmatch(address):
                raise ValueError(f"not a plain mail address: {address[:80]!r}")
        if not self.content.isascii() or b"\0" in self.content or _BARE_END.search(self.content):
            raise ValueError("a mail is 7-bit text with CRLF line ends")
        if max(map(len, self.content.split(b"\r\n"))) > MAX_LINE:
            raise ValueError(f"a line of more than {MAX_LINE} characters")


@dataclass(frozen=True, slots=True)
class Delivered:
    """The relay has answered for it; `text` is its reply."""

    text: str


@dataclass(frozen=True, slots=True)
class Deferred:
    """Nothing was handed over and it may be tried again: a 4xx reply, or (`code` 0) a connection lost before the final dot."""

    code: int
    text: str


@dataclass(frozen=True, slots=True)
class Unusable(Deferred):
    """Nothing was handed over, and no other mail would be now: the relay gives no connection, no TLS as demanded, or
    refuses our name, password or sender."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The relay refuses this mail for good (5xx)."""

    code: int
    text: str


@dataclass(frozen=True, slots=True)
class InDoubt:
    """The final dot was sent and no reply came: the relay has the mail or has it not. A person decides."""

    text: str


Result = Delivered | Deferred | Rejected | InDoubt
