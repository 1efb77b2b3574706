import datetime as dt
import ipaddress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from checks.tls.certificate import MAX_NAMES, CertificateFact, KeyKind, matches, read_certificate

START = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
END = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)
EC_KEY = ec.generate_private_key(ec.SECP256R1())


def made(*names: str, key: object = EC_KEY) -> bytes:
    """A self-signed certificate in DER."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mairie-exemple.fr")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, START, END)  # type: ignore[attr-defined]
    if names:
        entries: list[x509.GeneralName] = [x509.DNSName(name) for name in names]
        entries.append(x509.IPAddress(ipaddress.ip_address("203.0.113.7")))
        builder = builder.add_extension(x509.SubjectAlternativeName(entries), critical=False)
    algorithm = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(key, algorithm).public_bytes(Encoding.DER)  # type: ignore[arg-type]


DER = made("Mairie-Exemple.fr", "*.mairie-exemple.fr")


def test_every_field_of_a_good_certificate_is_read() -> None:
    fact = read_certificate(DER)
    assert fact.subject == fact.issuer == "CN=mairie-exemple.fr"
    assert fact.self_issued
    assert fact.names == ("mairie-exemple.fr", "*.mairie-exemple.fr")
    assert (fact.not_before, fact.not_after) == (START, END)
    assert (fact.key_kind, fact.key_bits, fact.signature_hash) == (KeyKind.EC, 256, "sha256")
    assert len(fact.fingerprint) == 64


@pytest.mark.parametrize(
    ("key", "kind", "bits"),
    [
        (rsa.generate_private_key(65537, 1024), KeyKind.RSA, 1024),
        (ec.generate_private_key(ec.SECP384R1()), KeyKind.EC, 384),
        (ed25519.Ed25519PrivateKey.generate(), KeyKind.EDWARDS, 256),
        (dsa.generate_private_key(1024), KeyKind.DSA, 1024),
    ],
)
def test_keys_are_named_with_their_size(key: object, kind: KeyKind, bits: int) -> None:
    fact = read_certificate(made("mairie-exemple.fr", key=key))
    assert (fact.key_kind, fact.key_bits) == (kind, bits)
    assert fact.signature_hash == ("" if kind is KeyKind.EDWARDS else "sha256")


def test_a_certificate_without_names_has_none_and_covers_nothing() -> None:
    fact = read_certificate(made())
    assert fact.names == ()
    assert fact.covers("mairie-exemple.fr") is False


def test_names_that_were_cut_leave_the_question_open() -> None:
    fact = read_certificate(made(*(f"n{number}.example" for number in range(MAX_NAMES + 1))))
    assert fact.names is not None
    assert len(fact.names) == MAX_NAMES
    assert fact.covers("n1.example") is True
    assert fact.covers(f"n{MAX_NAMES}.example") is None


def test_names_that_could_not_be_read_leave_the_question_open() -> None:
    assert CertificateFact().covers("mairie-exemple.fr") is None


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("mairie-exemple.fr", "mairie-exemple.fr", True),
        ("MAIRIE-exemple.fr.", "mairie-exemple.fr", True),
        ("*.mairie-exemple.fr", "www.mairie-exemple.fr", True),
        ("*.mairie-exemple.fr", "xn--ptition-9ua.mairie-exemple.fr", True),
        ("*.mairie-exemple.fr", "mairie-exemple.fr", False),
        ("*.mairie-exemple.fr", "a.b.mairie-exemple.fr", False),
        ("w*.mairie-exemple.fr", "www.mairie-exemple.fr", False),
        ("www.*.fr", "www.mairie-exemple.fr", False),
        ("*.fr", "mairie-exemple.fr", False),
        ("*", "fr", False),
        ("", "", False),
    ],
)
def test_names_match_as_rfc_9525_asks(pattern: str, name: str, expected: bool) -> None:
    assert matches(pattern, name) is expected


@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_raise(der: bytes) -> None:
    assert read_certificate(der).covers("mairie-exemple.fr") is None


@given(st.lists(st.tuples(st.integers(0, len(DER) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_no_damage_makes_the_reader_raise(changes: list[tuple[int, int]]) -> None:
    damaged = bytearray(DER)
    for place, value in changes:
        damaged[place] = value
    fact = read_certificate(bytes(damaged))
    fact.covers("mairie-exemple.fr")
    assert all(len(line) <= 500 for line in fact.evidence())


def test_a_name_far_down_a_shared_certificate_is_still_found() -> None:
    names = [f"site{number}.exemple.fr" for number in range(MAX_NAMES + 50)]
    fact = read_certificate(made(*names), names[-1])
    assert fact.names_cut
    assert fact.covers(names[-1]) is True
    assert fact.covers("autre.exemple.fr") is None
