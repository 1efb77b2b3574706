"""A DKIM key record (RFC 6376 3.6.1); pure, never raises."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """`kind` is the k= tag; `bits` the size of an RSA modulus, 256 for Ed25519, 0 where the key can't be read."""

    kind: str
    bits: int


def read_key(text: str) -> KeyRecord | None:
    """The key of a TXT record; None where it is no key record, or a revoked key (`p=` empty)."""
    tags: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            tags.setdefault(name.strip().lower(), value.strip())
    material = _SPACES.sub("", tags.get("p", ""))
    if not material or tags.get("v", "DKIM1") != "DKIM1":
        return None
    kind = tags.get("k", "rsa").lower()[:20]
    return KeyRecord(kind, _ed25519_bits(material) if kind == "ed25519" else _rsa_bits(material))


def _rsa_bits(material: str) -> int:
    try:
        key = load_der_public_key(base64.b64decode(material, validate=True))
    except (ValueError, TypeError, binascii.Error, UnsupportedAlgorithm):
        return 0
    return key.key_size if isinstance(key, RSAPublicKey) else 0


def _ed25519_bits(material: str) -> int:
    """RFC 8463 4: the bare 32 octets."""
    try:
        return 256 if len(base64.b64decode(material, validate=True)) == 32 else 0
    except (ValueError, binascii.Error):
        return 0
