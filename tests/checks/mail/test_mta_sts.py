import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.mail.mta_sts import MtaSts, PolicyState, mta_sts_invalid, mta_sts_missing
from checks.mail.sts_policy import covers, parse_policy, record_is_valid
from scanner.advice import render
from scanner.catalogue import Catalogue
from scanner.discovery import Exchange, Mx
from scanner.model import Absent, Proof, Reason, Severity, Status, Unobserved
from scanner.report.writers import to_text
from tests.judging import DOMAIN, Row, row

MX = Mx((Exchange(10, "mx1.mairie-exemple.fr"), Exchange(20, "mx2.mairie-exemple.fr")))
RECORD = "v=STSv1; id=20260101;"
UNSEEN = Unobserved(Reason.DNS_FAILURE)


def policy(
    mode: str = "enforce", mx: tuple[str, ...] = ("*.mairie-exemple.fr",), max_age: str = "604800", end: str = "\r\n"
) -> str:
    return end.join(("version: STSv1", f"mode: {mode}", *(f"mx: {pattern}" for pattern in mx), f"max_age: {max_age}", ""))


def served(text: str, *records: str) -> MtaSts:
    return MtaSts(records or (RECORD,), PolicyState.SERVED, 200, text)


def unserved(state: PolicyState, status: int = 0, reason: Reason | None = None) -> MtaSts:
    return MtaSts((RECORD,), state, status, reason=reason)


ROWS = [
    row(mta_sts_missing, Status.PASS, mx=MX, sts=served(policy())),
    row(mta_sts_missing, Status.FAIL, severity=Severity.INFO, mx=MX, sts=Absent(Proof.NXDOMAIN)),
    row(mta_sts_missing, Status.NOT_APPLICABLE, mx=Absent(Proof.NULL_MX), sts=Absent(Proof.NULL_MX)),
    row(mta_sts_missing, Status.UNKNOWN, mx=MX, sts=UNSEEN),
    row(mta_sts_invalid, Status.PASS, mx=MX, sts=served(policy())),
    row(mta_sts_invalid, Status.PASS, mx=MX, sts=served(policy(end="\n", mx=("mx1.mairie-exemple.fr", "MX2.mairie-exemple.fr")))),
    row(mta_sts_invalid, Status.PASS, mx=MX, sts=served(policy("none", ()))),
    row(mta_sts_invalid, Status.FAIL, severity=Severity.MEDIUM, variant="", mx=MX, sts=served(policy("force"))),
    row(mta_sts_invalid, Status.FAIL, variant="", mx=MX, sts=served(policy(max_age="99999999"))),
    row(mta_sts_invalid, Status.FAIL, variant="", mx=MX, sts=served("<html>Bienvenue</html>")),
    row(mta_sts_invalid, Status.FAIL, variant="record", mx=MX, sts=served(policy(), RECORD, RECORD)),
    row(mta_sts_invalid, Status.FAIL, variant="record", mx=MX, sts=served(policy(), "v=STSv1; id=2026-01-01")),
    row(mta_sts_invalid, Status.FAIL, variant="unreachable", mx=MX, sts=unserved(PolicyState.NO_HOST)),
    row(mta_sts_invalid, Status.FAIL, variant="unreachable", mx=MX, sts=unserved(PolicyState.REFUSED)),
    row(mta_sts_invalid, Status.FAIL, variant="unreachable", mx=MX, sts=unserved(PolicyState.STATUS, 301)),
    row(mta_sts_invalid, Status.FAIL, variant="unreachable", mx=MX, sts=unserved(PolicyState.STATUS, 404)),
    row(
        mta_sts_invalid, Status.FAIL, variant="certificate", mx=MX, sts=unserved(PolicyState.UNTRUSTED, reason=Reason.TLS_FAILURE)
    ),
    row(
        mta_sts_invalid,
        Status.FAIL,
        severity=Severity.HIGH,
        variant="mx",
        mx=MX,
        sts=served(policy(mx=("mx1.mairie-exemple.fr",))),
    ),
    row(
        mta_sts_invalid,
        Status.FAIL,
        severity=Severity.LOW,
        variant="mx",
        mx=MX,
        sts=served(policy("testing", ("mairie-exemple.fr",))),
    ),
    row(mta_sts_invalid, Status.UNKNOWN, mx=MX, sts=unserved(PolicyState.UNSEEN, reason=Reason.TIMEOUT)),
    row(mta_sts_invalid, Status.UNKNOWN, mx=MX, sts=unserved(PolicyState.STATUS, 503)),
    row(mta_sts_invalid, Status.UNKNOWN, mx=MX, sts=unserved(PolicyState.STATUS, 403)),
    row(mta_sts_invalid, Status.NOT_APPLICABLE, mx=MX, sts=Absent(Proof.NXDOMAIN)),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_mta_sts(line: Row) -> None:
    line.hold()


@pytest.mark.parametrize(
    ("text", "valid"),
    [(RECORD, True), ("v=STSv1;id=a", True), ("v=STSv1 ; x=1 ; id = b2", True), ("v=STSv1", False), ("v=STSv1; id=", False),
     ("v=STSv1; id=a; id=b", False), ("v=STSv2; id=a", False), (f"v=STSv1; id={'9' * 33}", False)],
)  # fmt: skip
def test_a_record_has_a_version_and_one_id(text: str, valid: bool) -> None:
    assert record_is_valid(text) is valid


def test_a_star_stands_for_exactly_one_label() -> None:
    assert covers(("*.exemple.fr",), "mx.exemple.fr")
    assert not covers(("*.exemple.fr",), "exemple.fr")
    assert not covers(("*.exemple.fr",), "a.mx.exemple.fr")
    assert not covers(("mx*.exemple.fr",), "mx1.exemple.fr")


@given(st.text(max_size=500))
def test_no_text_makes_the_parsers_raise(text: str) -> None:
    record_is_valid(text)
    assert len(parse_policy(text).mx) <= 50


@pytest.mark.parametrize(
    ("state", "status", "evidence"),
    [
        (PolicyState.STATUS, 301, "mta-sts.mairie-exemple.fr: HTTP 301"),
        (PolicyState.NO_HOST, 0, "mta-sts.mairie-exemple.fr A, AAAA: no address"),
        (PolicyState.REFUSED, 0, "mta-sts.mairie-exemple.fr: TCP 443 refused"),
    ],
)
def test_the_evidence_is_in_the_words_of_the_protocol(state: PolicyState, status: int, evidence: str) -> None:
    (finding,) = row(mta_sts_invalid, Status.FAIL, mx=MX, sts=unserved(state, status)).hold()
    assert finding.evidence == (evidence,)


def test_a_policy_to_paste_lists_every_mail_server(catalogue: Catalogue) -> None:
    (finding,) = row(mta_sts_missing, Status.FAIL, mx=MX, sts=Absent(Proof.NXDOMAIN)).hold()
    spec = catalogue.check("mail.mta-sts-missing")
    assert spec is not None
    fix = to_text(render(spec, finding, DOMAIN, DOMAIN, "fr").fix)
    for exchange in MX.exchanges:
        assert f"    mx: {exchange.name}\n" in fix
