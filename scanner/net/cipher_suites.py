"""Cipher suites by their IANA number and name, and the families that must not be accepted any more."""

from __future__ import annotations

from enum import StrEnum


class Weakness(StrEnum):
    """A family of suites that nobody may offer (RFC 9325 4.1), in the words that OpenSSL, nginx and Apache know it by."""

    NULL = "eNULL"  # encrypts nothing
    ANONYMOUS = "aNULL"  # proves no identity
    EXPORT = "EXPORT"  # keys of 40 or 56 bits on purpose
    DES = "DES"  # keys of 56 bits
    RC4 = "RC4"  # RFC 7465
    TRIPLE_DES = "3DES"  # blocks of 64 bits (CVE-2016-2183)


#: Each by its own list; a suite that is weak in two ways stands in the first that it belongs to.
_WEAK: dict[Weakness, dict[int, str]] = {
    Weakness.NULL: {
        0x003B: "RSA_WITH_NULL_SHA256", 0x0002: "RSA_WITH_NULL_SHA", 0x0001: "RSA_WITH_NULL_MD5",
        0xC010: "ECDHE_RSA_WITH_NULL_SHA", 0xC006: "ECDHE_ECDSA_WITH_NULL_SHA", 0xC015: "ECDH_anon_WITH_NULL_SHA",
        0xC00B: "ECDH_RSA_WITH_NULL_SHA", 0xC001: "ECDH_ECDSA_WITH_NULL_SHA",
    },
    Weakness.EXPORT: {
        0x0003: "RSA_EXPORT_WITH_RC4_40_MD5", 0x0008: "RSA_EXPORT_WITH_DES40_CBC_SHA", 0x0006: "RSA_EXPORT_WITH_RC2_CBC_40_MD5",
        0x0014: "DHE_RSA_EXPORT_WITH_DES40_CBC_SHA", 0x0011: "DHE_DSS_EXPORT_WITH_DES40_CBC_SHA",
        0x0017: "DH_anon_EXPORT_WITH_RC4_40_MD5", 0x0019: "DH_anon_EXPORT_WITH_DES40_CBC_SHA",
        0x0062: "RSA_EXPORT1024_WITH_DES_CBC_SHA", 0x0064: "RSA_EXPORT1024_WITH_RC4_56_SHA",
    },
    Weakness.ANONYMOUS: {
        0xC018: "ECDH_anon_WITH_AES_128_CBC_SHA", 0xC019: "ECDH_anon_WITH_AES_256_CBC_SHA",
        0x0034: "DH_anon_WITH_AES_128_CBC_SHA",
        0x003A: "DH_anon_WITH_AES_256_CBC_SHA", 0x006C: "DH_anon_WITH_AES_128_CBC_SHA256",
        0x006D: "DH_anon_WITH_AES_256_CBC_SHA256", 0x00A6: "DH_anon_WITH_AES_128_GCM_SHA256",
        0x00A7: "DH_anon_WITH_AES_256_GCM_SHA384", 0xC016: "ECDH_anon_WITH_RC4_128_SHA", 0x0018: "DH_anon_WITH_RC4_128_MD5",
        0xC017: "ECDH_anon_WITH_3DES_EDE_CBC_SHA", 0x001B: "DH_anon_WITH_3DES_EDE_CBC_SHA", 0x001A: "DH_anon_WITH_DES_CBC_SHA",
    },
    Weakness.DES: {
        0x0009: "RSA_WITH_DES_CBC_SHA", 0x0015: "DHE_RSA_WITH_DES_CBC_SHA", 0x0012: "DHE_DSS_WITH_DES_CBC_SHA",
        0x000F: "DH_RSA_WITH_DES_CBC_SHA", 0x000C: "DH_DSS_WITH_DES_CBC_SHA",
    },
    Weakness.RC4: {
        0x0005: "RSA_WITH_RC4_128_SHA", 0x0004: "RSA_WITH_RC4_128_MD5", 0xC011: "ECDHE_RSA_WITH_RC4_128_SHA",
        0xC007: "ECDHE_ECDSA_WITH_RC4_128_SHA", 0xC00C: "ECDH_RSA_WITH_RC4_128_SHA", 0xC002: "ECDH_ECDSA_WITH_RC4_128_SHA",
    },
    Weakness.TRIPLE_DES: {
        0x000A: "RSA_WITH_3DES_EDE_CBC_SHA", 0xC012: "ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
        0xC008: "ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA", 0x0016: "DHE_RSA_WITH_3DES_EDE_CBC_SHA",
        0x0013: "DHE_DSS_WITH_3DES_EDE_CBC_SHA", 0xC00D: "ECDH_RSA_WITH_3DES_EDE_CBC_SHA",
        0xC003: "ECDH_ECDSA_WITH_3DES_EDE_CBC_SHA", 0x0010: "DH_RSA_WITH_3DES_EDE_CBC_SHA",
        0x000D: "DH_DSS_WITH_3DES_EDE_CBC_SHA",
    },
}  # fmt: skip
_TLS1_3 = {0x1301: "AES_128_GCM_SHA256", 0x1302: "AES_256_GCM_SHA384", 0x1303: "CHACHA20_POLY1305_SHA256"}
_TLS1_2 = {
    0xC02F: "ECDHE_RSA_WITH_AES_128_GCM_SHA256", 0xC02B: "ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    0xC030: "ECDHE_RSA_WITH_AES_256_GCM_SHA384", 0xC02C: "ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    0xCCA8: "ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", 0xCCA9: "ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    0x009E: "DHE_RSA_WITH_AES_128_GCM_SHA256", 0x009F: "DHE_RSA_WITH_AES_256_GCM_SHA384",
    0x009C: "RSA_WITH_AES_128_GCM_SHA256", 0x009D: "RSA_WITH_AES_256_GCM_SHA384",
    0xC027: "ECDHE_RSA_WITH_AES_128_CBC_SHA256", 0xC023: "ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    0xC028: "ECDHE_RSA_WITH_AES_256_CBC_SHA384", 0xC024: "ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
    0x003C: "RSA_WITH_AES_128_CBC_SHA256", 0x003D: "RSA_WITH_AES_256_CBC_SHA256",
    0x0067: "DHE_RSA_WITH_AES_128_CBC_SHA256", 0x006B: "DHE_RSA_WITH_AES_256_CBC_SHA256",
}  # fmt: skip
_SSL3 = {
    0xC013: "ECDHE_RSA_WITH_AES_128_CBC_SHA", 0xC009: "ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    0xC014: "ECDHE_RSA_WITH_AES_256_CBC_SHA", 0xC00A: "ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
    0x002F: "RSA_WITH_AES_128_CBC_SHA", 0x0035: "RSA_WITH_AES_256_CBC_SHA", 0x0033: "DHE_RSA_WITH_AES_128_CBC_SHA",
    0x0039: "DHE_RSA_WITH_AES_256_CBC_SHA", 0x0032: "DHE_DSS_WITH_AES_128_CBC_SHA", 0x0038: "DHE_DSS_WITH_AES_256_CBC_SHA",
    0x0041: "RSA_WITH_CAMELLIA_128_CBC_SHA", 0x0084: "RSA_WITH_CAMELLIA_256_CBC_SHA", 0x0096: "RSA_WITH_SEED_CBC_SHA",
    0x0045: "DHE_RSA_WITH_CAMELLIA_128_CBC_SHA", 0x0088: "DHE_RSA_WITH_CAMELLIA_256_CBC_SHA", 0x0007: "RSA_WITH_IDEA_CBC_SHA",
}  # fmt: skip
_NAMES = _TLS1_3 | _TLS1_2 | _SSL3 | {number: name for names in _WEAK.values() for number, name in names.items()}
_WEAKNESS = {number: weakness for weakness, names in _WEAK.items() for number in names}

#: Good ones first; a hello takes as many as it may carry. The weak ones that most old servers share stand before the rest.
TLS1_3 = tuple(_TLS1_3)
TLS1_2 = tuple(_TLS1_2)
OLD = (*_SSL3, 0x000A, 0x0016, 0xC012, 0xC008, 0x0005, 0x0004, 0xC011, 0xC007, 0x0009, 0x0015, 0x0003, 0x0008, 0x0006, 0x0014,
       0x0013, 0x0012, 0x0011, 0x0002, 0x0001, 0xC010, 0xC006, 0xC018, 0x0034)  # fmt: skip


def suites_of(*weaknesses: Weakness) -> tuple[int, ...]:
    """The suites of these families."""
    return tuple(number for weakness in weaknesses for number in _WEAK[weakness])


def weakness_of(suite: int) -> Weakness | None:
    """The family that makes a suite unfit; None for those that are not."""
    return _WEAKNESS.get(suite)


def suite_name(suite: int) -> str:
    """`TLS_RSA_WITH_RC4_128_SHA`; its number where we do not know it."""
    name = _NAMES.get(suite)
    return f"TLS_{name}" if name else f"0x{suite:04X}"
