"""Reads what a server answers to a hello, up to ServerHelloDone or a fatal alert. No bytes make it raise."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from scanner.net.cipher_suites import suite_name
from scanner.net.client_hello import ClientHello
from scanner.net.tls_version import TlsVersion

MAX_FLIGHT = 262_144  # bytes; a chain of certificates with thousands of names fits in
_MAX_RECORD = 16_384 + 2_048
_ALERT, _HANDSHAKE = 0x15, 0x16
_SERVER_HELLO, _CERTIFICATE, _DONE, _STATUS = 2, 11, 14, 22
_RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")  # RFC 8446 4.1.3
_ALERTS = {
    0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 22: "record_overflow", 40: "handshake_failure",
    47: "illegal_parameter", 49: "access_denied", 50: "decode_error", 70: "protocol_version", 71: "insufficient_security",
    80: "internal_error", 86: "inappropriate_fallback", 90: "user_canceled", 109: "missing_extension", 112: "unrecognized_name",
}  # fmt: skip
#: By these a server says no to what was offered; others say that something else was wrong. 80 is OpenSSL 3 without a fit
#: signature, 47 an old appliance that does not know the version.
_NO = frozenset({40, 47, 70, 71, 80, 86})


@dataclass(frozen=True, slots=True)
class TlsAlert:
    """A fatal alert (RFC 8446 6)."""

    description: int

    @property
    def refuses(self) -> bool:
        """Whether it declines what was offered, so that the offer is positively not accepted."""
        return self.description in _NO

    @property
    def label(self) -> str:
        """`protocol_version`."""
        return _ALERTS.get(self.description, f"alert {self.description}")


@dataclass(frozen=True, slots=True)
class ServerHello:
    """What the server chose; `group` is the one that a HelloRetryRequest wants, 0 where there was none.

    `leaf` is the certificate that it sent (DER), b"" in TLS 1.3 and for an anonymous suite; `stapled` says whether an
    OCSP answer came with it.
    """

    version: TlsVersion
    suite: int
    group: int = 0
    leaf: bytes = b""
    stapled: bool = False

    @property
    def label(self) -> str:
        """`TLS 1.0, TLS_RSA_WITH_RC4_128_SHA`."""
        if self.version is TlsVersion.SSL2:
            return self.version.label
        return f"{self.version.label}, {suite_name(self.suite)}" + (f", group 0x{self.group:04X}" if self.group else "")


class Trouble(StrEnum):
    """Why an answer says nothing."""

    NOT_TLS = "something that is no TLS"
    MALFORMED = "TLS that can't be read"
    UNASKED = "a version or suite that was not offered"
    TOO_LARGE = "more than a handshake holds"


@dataclass
class FlightReader:
    """Takes bytes as they come. `answer` is there once the flight is complete; `trouble` where there will be none."""

    asked: ClientHello
    answer: ServerHello | TlsAlert | None = None
    trouble: Trouble | None = None
    start: bytes = b""  # the first bytes, as evidence
    _hello: ServerHello | None = None
    _leaf: bytes = b""
    _stapled: bool = False
    _raw: bytearray = field(default_factory=bytearray)
    _messages: bytearray = field(default_factory=bytearray)
    _seen: int = 0

    @property
    def done(self) -> bool:
        """Whether nothing more needs to be read."""
        return self.answer is not None or self.trouble is not None

    def feed(self, data: bytes) -> None:
        """Read further; what comes after the end is left alone."""
        if self.done:
            return
        self.start = (self.start + data[:32])[:32]
        self._seen += len(data)
        self._raw += data
        if self._seen > MAX_FLIGHT:
            self.trouble = Trouble.TOO_LARGE
        if self.asked.version is TlsVersion.SSL2 and not self._is_record():
            self._ssl2()
            return
        while not self.done and len(self._raw) >= 5 and self._record():
            pass
        if not self.done and self._raw and not self._is_record():
            self._give_up()

    def _is_record(self) -> bool:
        """Whether what stands first may be a record of TLS that may come in this flight."""
        return not self._raw or (self._raw[0] in (_ALERT, _HANDSHAKE) and bytes(self._raw[1:2]) in (b"", b"\x03"))

    def _record(self) -> bool:
        """Take one whole record; false where more bytes are wanted."""
        raw = self._raw
        length = int.from_bytes(raw[3:5], "big")
        if not self._is_record() or not 0 < length <= _MAX_RECORD:
            self._give_up()
            return False
        if len(raw) < 5 + length:
            return False
        kind, content = raw[0], bytes(raw[5 : 5 + length])
        del raw[: 5 + length]
        if kind == _ALERT:
            self._alert(content)
        else:
            self._messages += content
            self._read_messages()
        return True

    def _alert(self, content: bytes) -> None:
        """Warnings are passed over (`unrecognized_name`), but for the one by which a server takes leave."""
        if len(content) != 2:
            self.trouble = Trouble.MALFORMED
        elif content[0] == 2 or content[1] == 0:
            self.answer = TlsAlert(content[1])

    def _read_messages(self) -> None:
        messages = self._messages
        while not self.done and len(messages) >= 4:
            length = int.from_bytes(messages[1:4], "big")
            if length > MAX_FLIGHT:
                self.trouble = Trouble.MALFORMED
            if len(messages) < 4 + length:
                return
            kind, content = messages[0], bytes(messages[4 : 4 + length])
            del messages[: 4 + length]
            self._message(kind, content)

    def _message(self, kind: int, content: bytes) -> None:
        if kind == _SERVER_HELLO and self._hello is None:
            self._server_hello(content)
        elif kind == _CERTIFICATE:
            self._leaf = content[6 : 6 + int.from_bytes(content[3:6], "big")]
        elif kind == _STATUS:
            self._stapled = content[:1] == b"\x01" and len(content) > 4
        elif kind == _DONE:
            self._complete()

    def _server_hello(self, content: bytes) -> None:
        after = 35 + (content[34] if len(content) > 34 else 0)
        if len(content) < after + 3:
            self.trouble = Trouble.MALFORMED
            return
        number, suite = int.from_bytes(content[:2], "big"), int.from_bytes(content[after : after + 2], "big")
        extensions = _extensions(content[after + 5 :])
        number = int.from_bytes(extensions.get(0x002B, b"")[:2], "big") or number
        if not TlsVersion.SSL3 <= number <= self.asked.version or suite not in self.asked.offered:
            self.trouble = Trouble.UNASKED
            return
        retry = content[2:34] == _RETRY
        group = int.from_bytes(extensions.get(0x0033, b"")[:2], "big") if retry else 0
        self._hello = ServerHello(TlsVersion(number), suite, group)
        if number == TlsVersion.TLS1_3:  # the rest is encrypted
            self.answer = self._hello

    def _complete(self) -> None:
        """ServerHelloDone: only now is it sure that the server could do what it chose."""
        hello = self._hello
        if hello is None:
            self.trouble = Trouble.MALFORMED
        else:
            self.answer = ServerHello(hello.version, hello.suite, hello.group, self._leaf, self._stapled)

    def _ssl2(self) -> None:
        """SERVER-HELLO of SSL 2.0, which counts only where it lists a cipher spec; it may stand open for none."""
        raw = self._raw
        if len(raw) < 13:
            if len(raw) >= 3 and not (raw[0] & 0x80 and raw[2] == 4):
                self.trouble = Trouble.NOT_TLS
        elif raw[0] & 0x80 and raw[2] == 4 and raw[5:7] == b"\x00\x02":
            listed = int.from_bytes(raw[9:11], "big") >= 3
            self.answer = ServerHello(TlsVersion.SSL2, 0) if listed else TlsAlert(70)
        else:
            self.trouble = Trouble.NOT_TLS

    def _give_up(self) -> None:
        self.trouble = Trouble.NOT_TLS if self._hello is None and not self._messages else Trouble.MALFORMED


def _extensions(content: bytes) -> dict[int, bytes]:
    """Extensions by their number, as far as they can be read."""
    found: dict[int, bytes] = {}
    while len(content) >= 4 and len(found) < 64:
        length = int.from_bytes(content[2:4], "big")
        found[int.from_bytes(content[:2], "big")] = content[4 : 4 + length]
        content = content[4 + length :]
    return found
