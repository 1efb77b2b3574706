"""Our own DKIM signature (RFC 6376, RFC 8463) on a finished mail, by dkimpy."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import datetime
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from scanner.delivery.mail import Mail
from scanner.report.words import words
from scanner.settings.mail import DkimSettings

LEAST_BITS = 1_024  # RFC 8301 3.2; receivers refuse less
#: What a signature vouches for, where the mail has it.
_SIGNED = (
    "From", "Reply-To", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Language",
    "Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post",
)  # fmt: skip
#: Named once more than they occur, so that nobody can add another (RFC 6376 8.15).
_ALONE = ("From", "Reply-To", "To", "Subject", "Date", "Message-ID", "Content-Type")


class CannotSign(Exception):
    """The key of the settings cannot be used, or dkimpy is missing; one line that says what to do."""


class Signer:
    """Signs with the key of the settings, read once. Raises CannotSign, in `lang`."""

    def __init__(self, settings: DkimSettings, lang: str = "fr") -> None:
        say = words(lang)
        try:
            self._dated = _dated()
        except ModuleNotFoundError as error:
            raise CannotSign(say("mail.dkim_missing")) from error
        try:
            self._algorithm, self._key = _usable(settings.key_file.read_bytes())
        except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise CannotSign(say("mail.dkim_key", path=str(settings.key_file))) from error
        self._settings = settings

    def sign(self, mail: Mail, moment: datetime) -> Mail:
        """The same mail with its signature above it, made at `moment`: the same mail gives the same signature."""
        present = {line.partition(b":")[0].lower() for line in mail.content.partition(b"\r\n\r\n")[0].split(b"\r\n")}
        signed = [name.lower().encode() for name in _SIGNED if name.lower().encode() in present]
        signature = self._dated(mail.content, moment).sign(
            self._settings.selector.encode(),
            self._settings.domain.encode(),
            self._key,
            signature_algorithm=self._algorithm,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[*signed, *(name.lower().encode() for name in _ALONE)],
        )
        return replace(mail, content=signature + mail.content)


def _dated() -> Any:
    """dkimpy's signer with a time of ours in `t=`. Raises ModuleNotFoundError where dkimpy is not installed."""
    from dkim import DKIM

    class Dated(DKIM):  # type: ignore[misc]  # dkimpy has no types
        def __init__(self, content: bytes, moment: datetime) -> None:
            super().__init__(content)
            self._moment = str(int(moment.timestamp())).encode()

        def gen_header(self, fields: list[tuple[bytes, bytes]], *others: Any) -> bytes:
            dated = [(name, self._moment if name == b"t" else value) for name, value in fields]
            made: bytes = super().gen_header(dated, *others)
            return made

    return Dated


def _usable(pem: bytes) -> tuple[bytes, bytes]:
    """(algorithm, key) as dkimpy takes them. Raises ValueError on any other kind of key."""
    key = load_pem_private_key(pem, password=None)
    if isinstance(key, Ed25519PrivateKey):
        return b"ed25519-sha256", base64.b64encode(key.private_bytes_raw())
    if isinstance(key, RSAPrivateKey) and key.key_size >= LEAST_BITS:
        return b"rsa-sha256", key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    raise ValueError("neither RSA nor Ed25519")
