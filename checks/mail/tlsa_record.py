"""TLSA records (RFC 6698) as mail reads them (RFC 7672): whether they name the certificates that a server shows. Pure."""

from __future__ import annotations

import binascii
import hashlib
import itertools
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

MAX_RECORDS = 20
MAX_TEXT = 8_192  # a record of this length or more was cut when it was received
_TRUST_ANCHOR, _END_ENTITY = 2, 3


class Dane(StrEnum):
    """What the TLSA records say of the chain that was shown."""

    NONE = "none"  # no record that counts for mail
    END_ENTITY = "end_entity"  # usage 3 names the server's own certificate: names and dates no longer matter (RFC 7672 3.1.1)
    TRUST_ANCHOR = "trust_anchor"  # usage 2 names an authority above it: names and dates still matter (RFC 7672 3.1.2)
    MISMATCH = "mismatch"  # records that count, and none names this chain
    UNSEEN = "unseen"  # records or their security could not be seen


@dataclass(frozen=True, slots=True)
class Tlsa:
    """One TLSA record (RFC 6698 2.1)."""

    usage: int
    selector: int
    matching: int
    data: bytes

    @property
    def counts(self) -> bool:
        """Whether a mail server that sends to us reads it; usages 0 and 1 do not count for mail (RFC 7672 3.1.3)."""
        sizes = {1: 32, 2: 64}
        whole = self.matching == 0 or len(self.data) == sizes.get(self.matching)
        return self.usage in (_TRUST_ANCHOR, _END_ENTITY) and self.selector in (0, 1) and bool(self.data) and whole

    def names(self, der: bytes) -> bool | None:
        """Whether it stands for this certificate; None where that can't be told, because its key can't be read."""
        selected = der if self.selector == 0 else public_key(der)
        if not selected:
            return None
        if self.matching == 1:
            selected = hashlib.sha256(selected).digest()
        elif self.matching == 2:
            selected = hashlib.sha512(selected).digest()
        return selected == self.data


def parse(text: str) -> Tlsa | None:
    """`3 1 1 hexadecimal`, spaces in the last part allowed (RFC 6698 2.2); None for anything else."""
    words = text.split()
    try:
        usage, selector, matching = (int(word) for word in words[:3])
        return Tlsa(usage, selector, matching, binascii.unhexlify("".join(words[3:])))
    except ValueError:  # binascii.Error is one
        return None


def compare(records: Sequence[str], chain: Sequence[bytes]) -> Dane:
    """What these records say of a chain as the server sent it, DER, its own certificate first."""
    cut = len(records) > MAX_RECORDS or any(len(text) >= MAX_TEXT for text in records)
    parsed = [record for text in records[:MAX_RECORDS] if (record := parse(text)) is not None and record.counts]
    if not parsed:
        return Dane.UNSEEN if cut else Dane.NONE
    if not chain:
        return Dane.UNSEEN
    own = [record.names(chain[0]) for record in parsed if record.usage == _END_ENTITY]
    if True in own:
        return Dane.END_ENTITY
    anchors = [record for record in parsed if record.usage == _TRUST_ANCHOR]
    unread = None in own
    for place, der in enumerate(chain[1:], 1):
        named = [record.names(der) for record in anchors]
        if True in named:
            return {True: Dane.TRUST_ANCHOR, False: Dane.MISMATCH, None: Dane.UNSEEN}[_leads_up(chain[: place + 1])]
        unread = unread or None in named
    if unread or cut:
        return Dane.UNSEEN
    if any(record.matching == 0 for record in anchors):
        return Dane.UNSEEN  # the authority itself stands in DNS and need not be sent (RFC 7671 5.2.2); we do not build that chain
    return Dane.MISMATCH


def right_record(chain: Sequence[bytes]) -> str:
    """The record that RFC 7672 3.1 advises for this chain, `3 1 1 hexadecimal`; "" where its key can't be read."""
    key = public_key(chain[0]) if chain else b""
    return f"3 1 1 {hashlib.sha256(key).hexdigest()}" if key else ""


def public_key(der: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a certificate, DER; b"" where it can't be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            key = x509.load_der_x509_certificate(der).public_key()
            return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except Exception:  # a hostile certificate fails in many ways
        return b""


def _leads_up(chain: Sequence[bytes]) -> bool | None:
    """Whether each certificate is signed by the next one; None where one can't be read, or is signed in a way unknown here."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            read = [x509.load_der_x509_certificate(der) for der in chain]
            for issued, issuer in itertools.pairwise(read):
                if issued.issuer != issuer.subject:
                    return False
                issued.verify_directly_issued_by(issuer)
    except InvalidSignature:
        return False
    except Exception:  # a hostile certificate fails in many ways; none of them proves that the chain does not hold
        return None
    return True
