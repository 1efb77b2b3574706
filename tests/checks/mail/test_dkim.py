import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from checks.mail.dkim import GENERIC, MAX_SELECTORS, Dkim, DkimKey, DkimState, dkim_missing, dkim_weak
from checks.mail.dkim_key import read_key
from checks.mail.spf import Spf
from checks.mail.spf_evaluation import SpfAnswer
from scanner.discovery import Exchange, Mx
from scanner.model import Absent, Proof, Reason, Severity, Status, Unobserved
from tests.judging import DOMAIN, Row, row

MX = Mx((Exchange(10, "mx1.mairie-exemple.fr"),))
SPF = Spf((SpfAnswer(DOMAIN.name, "TXT", ("v=spf1 mx -all",)),))
SILENT = Spf((SpfAnswer(DOMAIN.name, "TXT", ("v=spf1 -all",)),))
UNSEEN = Unobserved(Reason.DNS_FAILURE)
NONE, UNDETERMINED = Dkim(DkimState.NONE), Dkim(DkimState.UNDETERMINED)


def rsa(bits: int) -> str:
    """A key record whose modulus has so many bits; nobody knows its factors, and nobody needs them."""
    key = RSAPublicNumbers(65_537, (1 << bits) - 1).public_key()
    return "v=DKIM1; k=rsa; p=" + base64.b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def found(*records: str) -> Dkim:
    return Dkim(DkimState.FOUND, tuple(DkimKey("mail", record) for record in records))


ED25519 = "v=DKIM1; k=ed25519; p=" + base64.b64encode(bytes(32)).decode()
ROWS = [
    row(dkim_missing, Status.PASS, dkim=found(rsa(2_048)), mx=MX, spf=SPF),
    row(dkim_missing, Status.PASS, dkim=Dkim(DkimState.UNKNOWN_SELECTOR), mx=MX, spf=SPF),
    row(dkim_missing, Status.FAIL, severity=Severity.MEDIUM, variant="", dkim=NONE, mx=MX, spf=SPF),
    row(dkim_missing, Status.FAIL, variant="provider", dkim=Dkim(DkimState.NONE, provider="OVHcloud"), mx=MX, spf=SPF),
    row(dkim_missing, Status.FAIL, variant="", dkim=NONE, mx=MX, spf=Absent(Proof.NONE)),
    row(dkim_missing, Status.NOT_APPLICABLE, dkim=NONE, mx=MX, spf=SILENT),
    row(dkim_missing, Status.NOT_APPLICABLE, dkim=NONE, mx=Absent(Proof.NULL_MX), spf=Absent(Proof.NONE)),
    row(dkim_missing, Status.FAIL, variant="", dkim=NONE, mx=Absent(Proof.NULL_MX), spf=SPF),
    row(dkim_missing, Status.UNKNOWN, dkim=UNDETERMINED, mx=MX, spf=SPF),
    row(dkim_missing, Status.UNKNOWN, dkim=NONE, mx=MX, spf=UNSEEN),
    row(dkim_missing, Status.UNKNOWN, dkim=UNSEEN, mx=MX, spf=SPF),
    row(dkim_weak, Status.PASS, dkim=found(rsa(2_048))),
    row(dkim_weak, Status.PASS, dkim=found(ED25519)),
    row(dkim_weak, Status.PASS, dkim=found("v=DKIM1; k=futur; p=AAAA")),
    row(dkim_weak, Status.FAIL, severity=Severity.LOW, variant="", dkim=found(rsa(1_024))),
    row(dkim_weak, Status.FAIL, severity=Severity.HIGH, variant="", dkim=found(rsa(768))),
    row(dkim_weak, Status.FAIL, severity=Severity.MEDIUM, variant="unreadable", dkim=found("v=DKIM1; p=MIGfMA0")),
    row(dkim_weak, Status.FAIL, severity=Severity.LOW, dkim=found(rsa(2_048), rsa(1_024))),
    row(dkim_weak, Status.NOT_APPLICABLE, dkim=NONE),
    row(dkim_weak, Status.UNKNOWN, dkim=Dkim(DkimState.UNKNOWN_SELECTOR)),
    row(dkim_weak, Status.UNKNOWN, dkim=UNDETERMINED),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_dkim(line: Row) -> None:
    line.hold()


@pytest.mark.parametrize("text", ["v=DKIM1; p=", "v=DKIM1", "", "v=spf1 -all", "v=DKIM2; p=AAAA", "p", "k=rsa; p= "])
def test_a_revoked_key_or_another_text_is_no_key(text: str) -> None:
    assert read_key(text) is None


def test_spaces_inside_a_key_are_ignored() -> None:
    record = rsa(1_024)
    key = read_key(record[:80] + " \t" + record[80:])
    assert key is not None
    assert key.bits == 1_024


def test_generic_selectors_are_few_and_each_named_once() -> None:
    assert len(set(GENERIC)) == len(GENERIC) <= MAX_SELECTORS


@given(st.one_of(st.text(max_size=300), st.binary(max_size=200).map(lambda raw: "p=" + base64.b64encode(raw).decode())))
def test_no_text_makes_the_parser_raise(text: str) -> None:
    read_key(text)
    read_key("v=DKIM1; k=ed25519; " + text)
