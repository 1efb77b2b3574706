import asyncio
import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from checks.mail.dane import dane_invalid
from checks.mail.starttls import SmtpSession, dane_unseen, smtp_session
from checks.mail.tlsa import Tlsa, tlsa
from checks.mail.tlsa_record import Dane, compare, parse, public_key, right_record
from checks.tls.certificate import CertificateFact
from scanner.because import Because
from scanner.discovery import Addresses
from scanner.model import Absent, MailServer, Proof, Reason, Severity, Status, Unknown, Unobserved
from scanner.net import Handshake, Net, NetFailure, Records, SmtpTalk, TlsVersion, Trust
from tests.judging import NOW, Row, row

SERVER = MailServer("mx1.mairie-exemple.fr")


def made(name: str, issuer: str, key: ec.EllipticCurvePrivateKey, signer: ec.EllipticCurvePrivateKey) -> bytes:
    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])

    builder = x509.CertificateBuilder(named(issuer), named(name), key.public_key(), x509.random_serial_number())
    dated = builder.not_valid_before(NOW - timedelta(1)).not_valid_after(NOW + timedelta(60))
    return dated.sign(signer, hashes.SHA256()).public_bytes(Encoding.DER)


KEYS = tuple(ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
LEAF, AUTHORITY = made(SERVER.name, "AC", KEYS[0], KEYS[1]), made("AC", "AC", KEYS[1], KEYS[1])
STRANGER = made("AC", "AC", KEYS[2], KEYS[2])
CHAIN = (LEAF, AUTHORITY)


def record(usage: int, selector: int, matching: int, der: bytes) -> str:
    selected = der if selector == 0 else public_key(der)
    digest = {0: selected, 1: hashlib.sha256(selected).digest(), 2: hashlib.sha512(selected).digest()}[matching]
    return f"{usage} {selector} {matching} {digest.hex()}"


@pytest.mark.parametrize("selector", [0, 1])
@pytest.mark.parametrize("matching", [0, 1, 2])
def test_usage_3_names_the_servers_own_certificate_only(selector: int, matching: int) -> None:
    assert compare((record(3, selector, matching, LEAF),), CHAIN) is Dane.END_ENTITY
    assert compare((record(3, selector, matching, AUTHORITY),), CHAIN) is Dane.MISMATCH


@pytest.mark.parametrize("selector", [0, 1])
@pytest.mark.parametrize("matching", [0, 1, 2])
def test_usage_2_names_an_authority_that_was_sent_and_has_signed(selector: int, matching: int) -> None:
    assert compare((record(2, selector, matching, AUTHORITY),), CHAIN) is Dane.TRUST_ANCHOR
    assert compare((record(2, selector, matching, STRANGER),), (LEAF, STRANGER)) is Dane.MISMATCH


@pytest.mark.parametrize(
    ("records", "verdict"),
    [
        (("3 1 1 " + "ab" * 32,), Dane.MISMATCH),
        (("3 1 1 " + "ab" * 32, record(3, 1, 1, LEAF)), Dane.END_ENTITY),  # a key that is being changed
        ((record(2, 1, 1, STRANGER), record(3, 1, 1, LEAF)), Dane.END_ENTITY),
        ((record(1, 1, 1, LEAF),), Dane.NONE),  # RFC 7672 3.1.3
        (("3 1 1 abcd",), Dane.NONE),  # no SHA-256
        (("3 1 7 " + "ab" * 32, "3 9 1 " + "ab" * 32, "9 1 1 " + "ab" * 32, "three"), Dane.NONE),
        ((record(2, 0, 0, STRANGER),), Dane.UNSEEN),  # RFC 7671 5.2.2: it need not be sent
        (("3 0 0 " + "ab" * 5_000,), Dane.UNSEEN),  # cut when it was received
        (("3 1 1 " + "ab" * 32,) * 21, Dane.UNSEEN),
        ((), Dane.NONE),
    ],
)
def test_records_and_what_they_say(records: tuple[str, ...], verdict: Dane) -> None:
    assert compare(records, CHAIN) is verdict


def foreign(der: bytes) -> bytes:
    """The same certificate with a key of a kind that nobody knows: an EC key's algorithm, one number aside."""
    known, unknown = bytes.fromhex("06072a8648ce3d0201"), bytes.fromhex("06072a8648ce3d027f")
    assert der.count(known) == 1
    return der.replace(known, unknown)


@pytest.mark.parametrize(
    ("text", "chain"),
    [
        (record(3, 1, 1, LEAF), (foreign(LEAF), AUTHORITY)),
        (f"3 1 1 {hashlib.sha256(b'').hexdigest()}", (foreign(LEAF), AUTHORITY)),  # is no match either
        (record(2, 1, 1, AUTHORITY), (LEAF, foreign(AUTHORITY))),
        (record(2, 0, 1, foreign(AUTHORITY)), (LEAF, foreign(AUTHORITY))),  # named, and whether it signed can't be told
        (record(2, 0, 1, b"none"), (LEAF, b"none")),
    ],
)
def test_what_cannot_be_read_is_neither_a_match_nor_a_mismatch(text: str, chain: tuple[bytes, ...]) -> None:
    assert compare((text,), chain) is Dane.UNSEEN


def test_a_question_that_failed_on_our_side_does_not_blame_the_settings() -> None:
    validation = session(Dane.UNSEEN, Reason.OURS)
    assert dane_unseen(validation).because is Because.RESOLVER_NOT_VALIDATING
    failed = replace(validation, dane_detail="no resolver of this machine answers")
    assert dane_unseen(failed) == Unknown(Reason.OURS, "no resolver of this machine answers", Because.DANE_UNSEEN)


def test_a_hexadecimal_in_pieces_is_one() -> None:
    text = record(3, 1, 1, LEAF)
    assert parse(f"{text[:30]} {text[30:].upper()}") == parse(text)
    assert right_record(CHAIN) == text


@given(
    st.lists(st.text(max_size=60) | st.from_regex(r"[0-3] [0-2] [0-2] ([0-9a-f]{2}){0,40}", fullmatch=True)),
    st.lists(st.binary()),
)
def test_no_record_and_no_chain_raises(records: list[str], chain: list[bytes]) -> None:
    assert compare(records, chain) in Dane


class _Mail:
    """A mail server that shows CHAIN, and a resolver that gives one answer."""

    def __init__(self, answer: Records | Absent | NetFailure) -> None:
        self.answer, self.asked = answer, 0

    async def talk(self, name: str) -> SmtpTalk:
        made = Handshake(TlsVersion.TLS1_2, "", CHAIN, Trust.SELF_SIGNED)
        return SmtpTalk("203.0.113.7", "mx1", ("STARTTLS",), "220 Go", handshake=made)

    async def lookup(self, name: str, rdtype: str) -> Records | Absent:
        self.asked += 1
        assert (name, rdtype) == (f"_25._tcp.{SERVER.name}", "TLSA")
        if isinstance(self.answer, NetFailure):
            raise self.answer
        return self.answer

    def records(self, secure: bool | None) -> Tlsa | Absent | Unobserved:
        """As the engine runs the probe of the records."""
        try:
            return asyncio.run(tlsa(SERVER, addresses(secure), self._net()))
        except NetFailure as failure:
            return failure.unobserved()

    def look(self, secure: bool | None) -> SmtpSession:
        seen = asyncio.run(smtp_session(SERVER, addresses(secure), self.records(secure), self._net()))
        assert isinstance(seen, SmtpSession)
        return seen

    def _net(self) -> Net:
        return Net(self, None, None, self, None, None, NOW)  # type: ignore[arg-type]


def addresses(secure: bool | None) -> Addresses:
    return Addresses(("203.0.113.7",), (), secure=secure)


def told(*texts: str, secure: bool | None = True) -> Records:
    return Records(SERVER.name, "TLSA", texts, secure=secure)


NO_TLSA = Absent(Proof.NXDOMAIN)
LOST = NetFailure(Reason.DNS_FAILURE, "SERVFAIL")


@pytest.mark.parametrize(
    ("answer", "secure", "verdict"),
    [
        (told(record(3, 1, 1, LEAF)), True, Dane.END_ENTITY),
        (told("3 1 1 " + "ab" * 32), True, Dane.MISMATCH),
        (told("3 1 1 " + "ab" * 32, secure=False), True, Dane.NONE),  # an alias into an unsigned zone
        (told(record(3, 1, 1, LEAF), secure=None), None, Dane.UNSEEN),
        (NO_TLSA, True, Dane.NONE),
        (NO_TLSA, None, Dane.NONE),
        (LOST, True, Dane.UNSEEN),
        (LOST, None, Dane.UNSEEN),
    ],
)
def test_only_a_secure_record_counts_and_a_lost_one_is_not_an_absent_one(
    answer: Records | Absent | NetFailure, secure: bool | None, verdict: Dane
) -> None:
    assert _Mail(answer).look(secure).dane is verdict


@pytest.mark.parametrize(("secure", "asked"), [(False, 0), (True, 1), (None, 1)])
def test_nothing_is_asked_below_names_that_are_not_signed(secure: bool | None, asked: int) -> None:
    mail = _Mail(NO_TLSA)
    assert isinstance(mail.records(secure), Absent)
    assert mail.asked == asked


def session(dane: Dane, reason: Reason | None = None) -> SmtpSession:
    leaf = CertificateFact(names=(SERVER.name,), not_after=NOW + timedelta(60))
    return SmtpSession(
        "203.0.113.7", "mx1", ("STARTTLS",), True, "220 Go", b"", leaf, Trust.TRUSTED, "", TlsVersion.TLS1_3, dane,
        "3 1 1 " + "cd" * 32, reason,
    )  # fmt: skip


RECORDS = Tlsa(("3 1 1 " + "ab" * 32,), True)
IN_CLEAR = SmtpSession("203.0.113.7", "mx1", (), False)
ROWS = [
    row(dane_invalid, Status.PASS, tlsa=RECORDS, session=session(Dane.END_ENTITY)),
    row(dane_invalid, Status.PASS, tlsa=RECORDS, session=session(Dane.TRUST_ANCHOR)),
    row(dane_invalid, Status.FAIL, severity=Severity.HIGH, tlsa=RECORDS, session=session(Dane.MISMATCH)),
    row(dane_invalid, Status.UNKNOWN, tlsa=RECORDS, session=session(Dane.UNSEEN, Reason.OURS)),
    row(dane_invalid, Status.UNKNOWN, tlsa=RECORDS, session=SmtpSession("203.0.113.7", "mx1", ("STARTTLS",), True, "220 Go")),
    row(dane_invalid, Status.UNKNOWN, tlsa=RECORDS, session=Unobserved(Reason.TIMEOUT)),
    row(dane_invalid, Status.UNKNOWN, tlsa=Unobserved(Reason.DNSSEC_BOGUS), session=session(Dane.UNSEEN)),
    row(dane_invalid, Status.NOT_APPLICABLE, tlsa=NO_TLSA, session=Unobserved(Reason.TIMEOUT)),
    row(dane_invalid, Status.NOT_APPLICABLE, tlsa=RECORDS, session=session(Dane.NONE)),
    row(dane_invalid, Status.NOT_APPLICABLE, tlsa=RECORDS, session=IN_CLEAR),
    row(dane_invalid, Status.NOT_APPLICABLE, tlsa=RECORDS, session=Absent(Proof.REFUSED)),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_dane(line: Row) -> None:
    line.hold()
