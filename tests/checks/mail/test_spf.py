import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.mail.implicit_mx import ImplicitMx
from checks.mail.providers import recognise
from checks.mail.spf import Spf, spf_invalid, spf_lookups, spf_missing, spf_permissive, suggested_record
from checks.mail.spf_evaluation import MAX_COUNTED, Result, SpfAnswer, evaluate
from scanner.discovery import Exchange, Mx
from scanner.model import Absent, Proof, Reason, Severity, Status, Unobserved
from tests.judging import DOMAIN, Row, row

MX = Mx((Exchange(10, "mx1.mail.ovh.net"),))
UNSEEN = Unobserved(Reason.DNS_FAILURE)
NO_MX, WEB = Absent(Proof.NODATA), ImplicitMx(("203.0.113.7",))


def tree(own: str | tuple[str, ...], *others: SpfAnswer, **records: str) -> Spf:
    """A tree below the town; `records` by the first label of a name in exemple.net."""
    texts = (own,) if isinstance(own, str) else own
    included = (SpfAnswer(f"{label}.exemple.net", "TXT", (text,)) for label, text in records.items())
    return Spf((SpfAnswer(DOMAIN.name, "TXT", texts), *included, *others))


def void(name: str, rdtype: str = "ADDRESS") -> SpfAnswer:
    return SpfAnswer(name, rdtype, void=True)


def failed(name: str, rdtype: str = "TXT") -> SpfAnswer:
    return SpfAnswer(name, rdtype, failure=Reason.DNS_FAILURE)


ELEVEN = "v=spf1 " + " ".join(f"exists:%{{i}}.{n}.exemple.net" for n in range(11)) + " -all"
TEN = "v=spf1 " + " ".join(f"exists:%{{i}}.{n}.exemple.net" for n in range(10)) + " -all"
THREE_HOSTS = "v=spf1 a:a.exemple.net a:b.exemple.net mx:c.exemple.net -all"
BLIND = tree("v=spf1 include:a.exemple.net -all", failed("a.exemple.net"))

ROWS = [
    row(spf_missing, Status.PASS, spf=tree("v=spf1 -all"), mx=MX, implicit=UNSEEN),
    row(spf_missing, Status.FAIL, severity=Severity.HIGH, variant="", spf=Absent(Proof.NONE), mx=MX, implicit=UNSEEN),
    row(spf_missing, Status.FAIL, variant="", spf=Absent(Proof.NODATA), mx=UNSEEN, implicit=UNSEEN),
    row(spf_missing, Status.FAIL, variant="unused", spf=Absent(Proof.NODATA), mx=Absent(Proof.NULL_MX), implicit=UNSEEN),
    row(spf_missing, Status.FAIL, variant="unused", spf=Absent(Proof.NODATA), mx=NO_MX, implicit=NO_MX),
    row(spf_missing, Status.FAIL, variant="", spf=Absent(Proof.NODATA), mx=NO_MX, implicit=WEB),
    row(spf_missing, Status.FAIL, variant="", spf=Absent(Proof.NODATA), mx=NO_MX, implicit=UNSEEN),
    row(spf_missing, Status.UNKNOWN, spf=UNSEEN, mx=MX, implicit=UNSEEN),
    row(spf_invalid, Status.PASS, spf=tree("v=spf1 include:a.exemple.net -all", a="v=spf1 ip4:192.0.2.1 ~all")),
    row(spf_invalid, Status.FAIL, severity=Severity.MEDIUM, variant="", spf=tree("v=spf1 ip4:mairie -all")),
    row(spf_invalid, Status.FAIL, variant="", spf=tree("v=spf1 include:a.exemple.net -all", a="v=spf1 a: -all")),
    row(spf_invalid, Status.FAIL, variant="several", spf=tree(("v=spf1 -all", "v=spf1 mx -all"))),
    row(spf_invalid, Status.FAIL, variant="loop", spf=tree("v=spf1 include:%{d} -all")),
    row(spf_invalid, Status.FAIL, variant="loop", spf=tree("v=spf1 redirect=a.exemple.net", a=f"v=spf1 redirect={DOMAIN.name}")),
    row(spf_invalid, Status.FAIL, variant="include", spf=tree("v=spf1 include:a.exemple.net -all", void("a.exemple.net", "TXT"))),
    row(spf_invalid, Status.FAIL, variant="include", spf=tree("v=spf1 redirect=a.exemple.net", void("a.exemple.net", "TXT"))),
    row(spf_invalid, Status.UNKNOWN, spf=BLIND),
    row(spf_invalid, Status.NOT_APPLICABLE, spf=Absent(Proof.NODATA)),
    row(spf_lookups, Status.PASS, spf=tree(TEN)),
    row(spf_lookups, Status.PASS, spf=tree(THREE_HOSTS, SpfAnswer("a.exemple.net", "ADDRESS"))),
    row(spf_lookups, Status.FAIL, severity=Severity.MEDIUM, variant="", spf=tree(ELEVEN)),
    row(spf_lookups, Status.FAIL, variant="", spf=tree(ELEVEN[:-4] + "include:a.exemple.net -all")),
    row(spf_lookups, Status.FAIL, variant="void",
        spf=tree(THREE_HOSTS, void("a.exemple.net"), void("b.exemple.net"), void("c.exemple.net", "MX"))),
    row(spf_lookups, Status.FAIL, severity=Severity.INFO, variant="ptr", spf=tree("v=spf1 ptr -all")),
    row(spf_lookups, Status.UNKNOWN, spf=BLIND),
    row(spf_lookups, Status.UNKNOWN,
        spf=tree(THREE_HOSTS, void("a.exemple.net"), void("b.exemple.net"), failed("c.exemple.net", "MX"))),
    row(spf_lookups, Status.UNKNOWN, spf=tree("v=spf1 include:a.exemple.net -all")),
    row(spf_permissive, Status.PASS, spf=tree("v=spf1 mx -all")),
    row(spf_permissive, Status.PASS, spf=tree("v=spf1 include:a.exemple.net ~all", a="v=spf1 mx ?all")),
    row(spf_permissive, Status.PASS, spf=tree("v=spf1 redirect=a.exemple.net", a="v=spf1 mx -all")),
    row(spf_permissive, Status.PASS, spf=tree("v=spf1 ~ip4:0.0.0.0/0 -all")),
    row(spf_permissive, Status.FAIL, severity=Severity.HIGH, variant="", spf=tree("v=spf1 mx +all")),
    row(spf_permissive, Status.FAIL, severity=Severity.HIGH, variant="", spf=tree("v=spf1 ALL")),
    row(spf_permissive, Status.PASS, spf=tree("v=spf1 -include:a.exemple.net ~all", a="v=spf1 ip4:0.0.0.0/0 -all")),
    row(spf_permissive, Status.PASS, spf=tree("v=spf1 ~include:a.exemple.net -all", a="v=spf1 redirect=b.exemple.net",
                                              b="v=spf1 ip4:0.0.0.0/0 -all")),
    row(spf_permissive, Status.FAIL, variant="included",
        spf=tree("v=spf1 include:a.exemple.net -all", a="v=spf1 ip4:0.0.0.0/0 -all")),
    row(spf_permissive, Status.FAIL, variant="included", spf=tree("v=spf1 include:a.exemple.net -all", a="v=spf1 all")),
    row(spf_permissive, Status.FAIL, variant="", spf=tree("v=spf1 ip4:0.0.0.0/1 ip4:128.0.0.0/1 -all")),
    row(spf_permissive, Status.FAIL, severity=Severity.LOW, variant="neutral", spf=tree("v=spf1 mx ?all")),
    row(spf_permissive, Status.FAIL, severity=Severity.LOW, variant="neutral", spf=tree("v=spf1 mx")),
    row(spf_permissive, Status.FAIL, variant="neutral", spf=tree("v=spf1 redirect=a.exemple.net", a="v=spf1 mx")),
    row(spf_permissive, Status.NOT_APPLICABLE, spf=tree("v=spf1 mxx ?all")),
    row(spf_permissive, Status.UNKNOWN, spf=BLIND),
    row(spf_permissive, Status.UNKNOWN, spf=tree("v=spf1 redirect=%{i}.exemple.net")),
]  # fmt: skip


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_spf(line: Row) -> None:
    line.hold()


@pytest.mark.parametrize(
    ("record", "lookups"),
    [
        ("v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 -all", 0),
        ("v=spf1 a mx ptr exists:%{i}.exemple.net -all", 4),
        ("v=spf1 include:%{i}.exemple.net -all", 1),
        ("v=spf1 mx redirect=%{i}.exemple.net", 2),
        ("v=spf1 mx -all redirect=%{i}.exemple.net", 1),  # RFC 7208 6.1: redirect is ignored where there is an all
        ("v=spf1 -all mx a", 0),  # RFC 7208 5.1: mechanisms after all are never tested
        ("v=spf1 exp=%{i}.exemple.net -all", 0),
    ],
)
def test_lookups_are_counted_as_rfc_7208_asks(record: str, lookups: int) -> None:
    assert evaluate(DOMAIN.name, tree(record).answers).lookups == lookups


def test_lookups_of_included_records_count_and_the_same_record_counts_each_time() -> None:
    spf = tree("v=spf1 include:a.exemple.net include:a.exemple.net -all", a="v=spf1 a mx ~all")
    assert evaluate(DOMAIN.name, spf.answers).lookups == 6


def test_a_tree_that_doubles_at_each_level_is_cut() -> None:
    records = {f"l{n}": f"v=spf1 include:l{n + 1}.exemple.net include:l{n + 1}.exemple.net -all" for n in range(40)}
    evaluation = evaluate(DOMAIN.name, tree("v=spf1 include:l0.exemple.net -all", **records).answers)
    assert MAX_COUNTED <= evaluation.lookups <= MAX_COUNTED + 40


@pytest.mark.parametrize(
    ("spf", "wanted"),
    [
        (tree("v=spf1 mx a ip4:192.0.2.1 -all"), ()),  # two names can't pass the limit of two void lookups
        (tree("v=spf1 include:a.exemple.net -all"), (("a.exemple.net", "TXT"),)),
        (tree("v=spf1 include:%{d}.exemple.net redirect=b.exemple.net"),
         ((f"{DOMAIN.name}.exemple.net", "TXT"), ("b.exemple.net", "TXT"))),
        (tree("v=spf1 include:%{i}.exemple.net exists:%{i}.exemple.net -all"), ()),
        (tree(THREE_HOSTS), (("a.exemple.net", "ADDRESS"),)),
        (tree(THREE_HOSTS, void("a.exemple.net")), (("b.exemple.net", "ADDRESS"),)),
        (tree(THREE_HOSTS, SpfAnswer("a.exemple.net", "ADDRESS")), ()),
        (tree(ELEVEN[:-4] + "include:a.exemple.net -all"), ()),  # the limit is passed for certain
    ],
)  # fmt: skip
def test_only_what_the_verdict_needs_is_asked(spf: Spf, wanted: tuple[tuple[str, str], ...]) -> None:
    assert evaluate(DOMAIN.name, spf.answers).wanted == wanted


def test_an_include_whose_record_lets_everyone_pass_matches() -> None:
    spf = tree("v=spf1 -include:a.exemple.net +all", a="v=spf1 +all")
    assert evaluate(DOMAIN.name, spf.answers).result is Result.FAIL


@pytest.mark.parametrize(
    ("record", "nobody"),
    [("v=spf1 -all", True), ("V=SPF1  -ALL", True), ("v=spf1 ~all", False), ("v=spf1 mx -all", False), ("v=spf1", False)],
)
def test_a_domain_that_sends_no_mail_says_so(record: str, nobody: bool) -> None:
    assert tree(record).authorises_nobody is nobody


def test_the_suggested_record_knows_the_provider_behind_the_mx() -> None:
    assert suggested_record(MX, UNSEEN) == "v=spf1 include:mx.ovh.com ~all"
    assert suggested_record(Mx((Exchange(10, "mx.mairie-exemple.fr"),)), UNSEEN) == "v=spf1 mx ~all"
    assert suggested_record(Absent(Proof.NULL_MX), UNSEEN) == "v=spf1 -all"
    assert suggested_record(NO_MX, NO_MX) == "v=spf1 -all"
    assert suggested_record(NO_MX, WEB) == "v=spf1 a ~all"
    assert suggested_record(UNSEEN, UNSEEN) == "v=spf1 mx ~all"


def test_a_provider_is_recognised_by_whole_labels() -> None:
    assert [provider.name for provider in recognise(["mairie-fr.mail.protection.outlook.com"])] == ["Microsoft 365"]
    assert recognise(["notmail.ovh.net", "mail.ovh.net.exemple.fr"]) == ()


NAMES = st.sampled_from([DOMAIN.name, "a.exemple.net", "b.exemple.net"])
TERMS = st.one_of(
    NAMES.map("include:{}".format), NAMES.map("redirect={}".format), NAMES.map("a:{}".format),
    st.sampled_from(["mx", "ptr", "-all", "+all", "include:%{d}"]), st.text(max_size=6),
)  # fmt: skip
ANSWERS = st.lists(
    st.builds(SpfAnswer, NAMES, st.sampled_from(["TXT", "ADDRESS", "MX"]), st.lists(TERMS, max_size=8).map(
        lambda terms: ("v=spf1 " + " ".join(terms),)
    ), st.booleans(), st.sampled_from([None, Reason.DNS_FAILURE]))
)  # fmt: skip


@given(st.lists(TERMS, max_size=8), ANSWERS)
def test_no_tree_makes_the_evaluation_raise_or_grow(own: list[str], answers: list[SpfAnswer]) -> None:
    evaluation = evaluate(DOMAIN.name, tree("v=spf1 " + " ".join(own), *answers).answers)
    assert evaluation.lookups <= MAX_COUNTED + 40
    assert len(evaluation.problems) <= 10
