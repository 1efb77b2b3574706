import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.mail.dmarc import Dmarc, dmarc_invalid, dmarc_missing, dmarc_none, dmarc_obsolete
from checks.mail.dmarc_record import chosen, has_uri, is_dmarc, looks_like_dmarc, parse_dmarc, walk
from checks.mail.spf import Spf
from checks.mail.spf_evaluation import SpfAnswer
from scanner.discovery import Exchange, Mx
from scanner.model import Absent, Proof, Reason, Severity, Status, Unobserved
from tests.judging import DOMAIN, Row, row

MX = Mx((Exchange(10, "mx1.mairie-exemple.fr"),))
SPF = Spf((SpfAnswer(DOMAIN.name, "TXT", ("v=spf1 mx -all",)),))
UNSEEN = Unobserved(Reason.DNS_FAILURE)
RUA = "rua=mailto:dmarc@mairie-exemple.fr"


def own(*records: str) -> Dmarc:
    """What the domain itself publishes; in force where it is one record."""
    valid = [record for record in records if is_dmarc(record)]
    return Dmarc(records, DOMAIN.name, valid[0]) if len(valid) == 1 else Dmarc(records)


def above(record: str) -> Dmarc:
    """A record that a parent publishes."""
    return Dmarc((), "collectivite.fr", record)


ROWS = [
    row(dmarc_missing, Status.PASS, dmarc=own("v=DMARC1; p=none"), mx=MX, spf=SPF),
    row(dmarc_missing, Status.PASS, dmarc=above("v=DMARC1; p=reject"), mx=MX, spf=SPF),
    row(dmarc_missing, Status.FAIL, severity=Severity.HIGH, variant="", dmarc=Absent(Proof.NXDOMAIN), mx=MX, spf=SPF),
    row(dmarc_missing, Status.FAIL, variant="", dmarc=Absent(Proof.NODATA), mx=UNSEEN, spf=UNSEEN),
    row(dmarc_missing, Status.FAIL, variant="unused", dmarc=Absent(Proof.NONE), mx=Absent(Proof.NULL_MX), spf=Absent(Proof.NONE)),
    row(dmarc_missing, Status.FAIL, variant="", dmarc=Absent(Proof.NONE), mx=Absent(Proof.NULL_MX), spf=SPF),
    row(dmarc_missing, Status.NOT_APPLICABLE, dmarc=own("v=dmarc1; p=reject"), mx=MX, spf=SPF),
    row(dmarc_missing, Status.UNKNOWN, dmarc=UNSEEN, mx=MX, spf=SPF),
    row(dmarc_invalid, Status.PASS, dmarc=own(f"v=DMARC1; p=reject; sp=quarantine; np=reject; adkim=s; aspf=r; fo=1:d; {RUA}")),
    row(dmarc_invalid, Status.PASS, dmarc=own(f"v=DMARC1; {RUA}")),
    row(dmarc_invalid, Status.PASS, dmarc=own("v=DMARC1; p=reject; bidule=1; pct=20")),
    row(dmarc_invalid, Status.FAIL, severity=Severity.MEDIUM, variant="", dmarc=own("v=DMARC1; p=rejet")),
    row(dmarc_invalid, Status.FAIL, severity=Severity.MEDIUM, variant="", dmarc=own("v=DMARC1; sp=reject")),
    row(dmarc_invalid, Status.FAIL, severity=Severity.LOW, variant="", dmarc=own("v=DMARC1; p=reject; rua=dmarc@exemple.fr")),
    row(dmarc_invalid, Status.FAIL, severity=Severity.LOW, variant="", dmarc=own("v=DMARC1; p=reject; aspf=r; aspf=s")),
    row(dmarc_invalid, Status.FAIL, variant="several", dmarc=own("v=DMARC1; p=none", "v=DMARC1; p=reject")),
    row(dmarc_invalid, Status.FAIL, variant="version", dmarc=own("v=dmarc1; p=reject")),
    row(dmarc_invalid, Status.UNKNOWN, dmarc=UNSEEN),
    row(dmarc_invalid, Status.FAIL, severity=Severity.MEDIUM, variant="", dmarc=own("v=DMARC1; p=reject; sp=rejet")),
    row(dmarc_invalid, Status.FAIL, severity=Severity.MEDIUM, variant="", dmarc=own(f"v=DMARC1; p=reject; np=non; {RUA}")),
    row(dmarc_invalid, Status.FAIL, severity=Severity.LOW, variant="", dmarc=own(f"v=DMARC1; aspf=x; {RUA}")),
    row(dmarc_none, Status.PASS, dmarc=own("v=DMARC1; p=quarantine")),
    row(dmarc_none, Status.PASS, dmarc=own("v=DMARC1; p=reject; sp=quarantine; np=reject")),
    row(dmarc_none, Status.FAIL, severity=Severity.MEDIUM, variant="", dmarc=own(f"v=DMARC1; p=reject; sp=rejet; {RUA}")),
    row(dmarc_none, Status.FAIL, severity=Severity.LOW, variant="invented", dmarc=own("v=DMARC1; p=reject; np=none")),
    row(dmarc_none, Status.FAIL, severity=Severity.LOW, variant="invented", dmarc=above("v=DMARC1; p=reject; np=none")),
    row(dmarc_none, Status.FAIL, severity=Severity.LOW, variant="existing", dmarc=own("v=DMARC1; p=reject; sp=none; np=reject")),
    row(dmarc_none, Status.NOT_APPLICABLE, dmarc=own("v=DMARC1; p=reject; sp=rejet")),
    row(dmarc_none, Status.PASS, dmarc=own("v=DMARC1; p=reject; t=y")),
    row(dmarc_none, Status.PASS, dmarc=above("v=DMARC1; p=none; sp=reject")),
    row(dmarc_none, Status.FAIL, severity=Severity.MEDIUM, variant="", dmarc=own("v=DMARC1; p=none; sp=reject")),
    row(dmarc_none, Status.FAIL, variant="", dmarc=own(f"v=DMARC1; {RUA}")),
    row(dmarc_none, Status.FAIL, variant="", dmarc=above("v=DMARC1; p=reject; sp=none")),
    row(dmarc_none, Status.FAIL, variant="testing", dmarc=own("v=DMARC1; p=quarantine; t=y")),
    row(dmarc_none, Status.FAIL, severity=Severity.LOW, variant="subdomains", dmarc=own("v=DMARC1; p=reject; sp=none")),
    row(dmarc_none, Status.NOT_APPLICABLE, dmarc=own("v=DMARC1; p=rejet")),
    row(dmarc_none, Status.NOT_APPLICABLE, dmarc=own("v=dmarc1; p=reject")),
    row(dmarc_none, Status.UNKNOWN, dmarc=UNSEEN),
    row(dmarc_obsolete, Status.PASS, dmarc=own("v=DMARC1; p=reject; t=n")),
    row(dmarc_obsolete, Status.FAIL, severity=Severity.INFO, dmarc=own("v=DMARC1; p=reject; pct=50; ri=86400; rf=afrf")),
    row(dmarc_obsolete, Status.NOT_APPLICABLE, dmarc=own("v=DMARC1; p=none; pct=1", "v=DMARC1; p=none")),
    row(dmarc_obsolete, Status.UNKNOWN, dmarc=UNSEEN),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_dmarc(line: Row) -> None:
    line.hold()


@pytest.mark.parametrize("text", ["v=DMARC1", "v=DMARC1;p=none", "v = DMARC1 ; p=none", "V=DMARC1; p=none", "v=DMARC1 ;"])
def test_a_record_begins_with_its_version(text: str) -> None:
    assert is_dmarc(text)
    assert not looks_like_dmarc(text)


@pytest.mark.parametrize(
    "text", ["v=dmarc1; p=none", " v=DMARC1; p=none", "v=DMARC2; p=none", '"v=DMARC1; p=none"', "v=DMARC1 p=none",
             "DMARC1; p=none", "p=none; v=DMARC1", "v=DMARC; p=none", "v=DMARC1, p=none", "vDMARC1"],
)  # fmt: skip
def test_a_record_with_another_beginning_is_ignored(text: str) -> None:
    assert not is_dmarc(text)


@pytest.mark.parametrize(
    "text", ["v=dmarc1; p=none", " v=DMARC1; p=none", '"v=DMARC1; p=none"', "v=DMARC1 p=none", "p=reject; x"]
)
def test_a_failed_attempt_is_recognised(text: str) -> None:
    assert looks_like_dmarc(text)


@pytest.mark.parametrize("text", ["v=spf1 -all", "google-site-verification=abc", "", "v=DKIM1; p=MIG", "p=nonetheless"])
def test_an_unrelated_text_is_no_attempt(text: str) -> None:
    assert not looks_like_dmarc(text)


@pytest.mark.parametrize(
    ("record", "inherited", "effective"),
    [
        ("v=DMARC1; p=REJECT", False, "reject"),
        ("v=DMARC1; p=none; sp=reject", False, "none"),  # sp is not p
        ("v=DMARC1; p=none; sp=reject", True, "reject"),
        ("v=DMARC1; p=reject", True, "reject"),
        ("v=DMARC1; p=reject; t=y", False, "quarantine"),
        ("v=DMARC1; p=none; t=y", False, "none"),
        ("v=DMARC1; p=reject; np=none", False, "reject"),
        (f"v=DMARC1; {RUA}", False, "none"),
        (f"v=DMARC1; p=rejet; {RUA}", False, "none"),
        ("v=DMARC1; p=rejet", False, None),
        ("v=DMARC1; p=", False, None),
        ("v=DMARC1", False, None),
        ("v=DMARC1; p=reject; sp=rejet", True, None),
        ("v=DMARC1; p=reject; sp=rejet", False, None),  # RFC 9989 4.10.1: an invalid sp or np counts as an invalid p
        (f"v=DMARC1; p=reject; np=rejet; {RUA}", False, "none"),
    ],
)
def test_the_policy_in_force(record: str, inherited: bool, effective: str | None) -> None:
    assert parse_dmarc(record).effective(inherited) == effective


@pytest.mark.parametrize(
    ("value", "valid"),
    [("mailto:a@exemple.fr", True), ("mailto:a@exemple.fr!10m", True), ("bad, MAILTO:a@exemple.fr", True),
     ("https://exemple.fr/r", True), ("a@exemple.fr", False), ("mailto:", False), ("", False), ("mailto:a@b@c", False)],
)  # fmt: skip
def test_report_addresses_are_uris(value: str, valid: bool) -> None:
    assert has_uri(value) is valid


def test_the_tree_walk_asks_at_most_eight_names() -> None:
    assert walk("mairie-exemple.fr") == ("mairie-exemple.fr", "fr")
    assert walk("a.b.c.d.e.f.g.fr")[:2] == ("a.b.c.d.e.f.g.fr", "b.c.d.e.f.g.fr")
    assert walk("a.b.c.d.e.f.g.h.i.fr")[:2] == ("a.b.c.d.e.f.g.h.i.fr", "d.e.f.g.h.i.fr")
    assert {len(walk(".".join("abcdefghijkl"[:labels]))) for labels in range(8, 12)} == {8}


def test_the_organisational_domain_is_found_as_rfc_9989_asks() -> None:
    low, high = ("b.c.fr", "v=DMARC1; p=none"), ("c.fr", "v=DMARC1; p=reject")
    suffix = ("fr", "v=DMARC1; p=reject; psd=y")
    assert chosen(()) == ("", "")
    assert chosen((low, high)) == high
    assert chosen((low, ("c.fr", "v=DMARC1; p=none; psd=n"))) == ("c.fr", "v=DMARC1; p=none; psd=n")
    assert chosen((low, high, suffix)) == high
    assert chosen((low, suffix)) == suffix  # the organisational domain c.fr has no record: the suffix speaks
    assert chosen((suffix,)) == suffix


PART = st.sampled_from(
    ["p=", "sp=", "rua=mailto:", "none", "reject", ";", "; ", "t=y", "psd=", "=", ",", "@exemple.fr", "pct=5", "fo=1:"]
)


@given(st.lists(st.one_of(PART, st.text(max_size=10)), max_size=30).map("".join))
def test_no_text_makes_the_parser_raise(text: str) -> None:
    is_dmarc(text)
    looks_like_dmarc(text)
    policy = parse_dmarc("v=DMARC1;" + text)
    assert len(policy.bad) <= 10
    assert all(len(tag) <= 40 for tag in policy.bad)
    assert policy.effective(False) in (None, "none", "quarantine", "reject")
