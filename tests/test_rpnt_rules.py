"""Each rule of the RPNT by a table, and the words for what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

import scanner.rpnt.mail
from scanner.discovery import Addresses, Exchange, Mx
from scanner.landscape import Landscape, Seen, Sight
from scanner.model import Absent, Fact, Finding, MailServer, Outcome, Proof, Reason, Severity, Site, Subject, Unobserved
from scanner.model import Status as Verdict
from scanner.net.cost import Cost
from scanner.report.words import vocabulary, words
from scanner.result import ScanResult
from scanner.rpnt import CRITERIA, LEVELS, Attainment, Rpnt, Status, rpnt
from scanner.scoring import Perimeter, score
from tests.judging import DOMAIN, NOW

APEX, WWW = Site(DOMAIN.name, DOMAIN), Site(f"www.{DOMAIN.name}", DOMAIN)
P, F, U, N = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE
MET, NOT_MET, UNKNOWN, NOT_APPLICABLE = Status.MET, Status.NOT_MET, Status.UNKNOWN, Status.NOT_APPLICABLE

ON_THE_DOMAIN = ("web.unreachable", "mail.spf-missing", "mail.spf-invalid", "mail.spf-permissive", "mail.spf-lookups",
                 "mail.dmarc-missing", "mail.dmarc-invalid", "mail.dmarc-none")  # fmt: skip
ON_EACH_SITE = ("web.https-missing", "web.https-downgrade", "web.http-not-redirected", "web.redirect-foreign",
                "tls.certificate-untrusted", "tls.certificate-name", "tls.certificate-expired",
                "tls.certificate-not-yet-valid")  # fmt: skip
CERTIFICATE = ON_EACH_SITE[4:]
FRENCH, DUTCH, SWISS, AMERICAN, NOWHERE = "192.134.5.37", "193.0.6.139", "130.59.31.80", "8.8.8.8", "203.0.113.25"
UNSEEN = Unobserved(Reason.DNS_FAILURE)
NULL_MX = Absent(Proof.NULL_MX)

Verdicts = Mapping[str, Verdict | tuple[Verdict, Verdict] | str]


def seen_mail(mx: Sight | None = None, **servers: Sight) -> tuple[Seen, tuple[MailServer, ...]]:
    """Mail servers by name, `_` for a dot; one in France where nothing is said."""
    places = {name.replace("_", "."): sight for name, sight in servers.items()} or {"mx.fr": Addresses((FRENCH,), ())}
    seen = Seen()
    seen.record(DOMAIN, Mx, mx or Mx(tuple(Exchange(10, name) for name in places)))
    subjects = tuple(MailServer(name) for name in places) if mx is None else ()
    for subject in subjects:
        seen.record(subject, Addresses, places[subject.name])
    return seen, subjects


def result(verdicts: Verdicts, mail: tuple[Seen, tuple[MailServer, ...]], *, without: tuple[str, ...] = ()) -> ScanResult:
    """All is well but what `verdicts` says: a verdict, one for apex and one for www, or the variant of a finding."""
    outcomes: list[Outcome] = []
    for check in (*ON_THE_DOMAIN, *ON_EACH_SITE):
        subjects: tuple[Subject, ...] = (DOMAIN,) if check in ON_THE_DOMAIN else (APEX, WWW)
        said = verdicts.get(check, P)
        for position, subject in enumerate(subjects):
            verdict = said[position] if isinstance(said, tuple) else said
            variant = verdict if not isinstance(verdict, Verdict) else ""
            status = verdict if isinstance(verdict, Verdict) else F
            facts: dict[str, Fact] = {"target": "ailleurs.fr"} if check == "web.redirect-foreign" else {}
            findings = (Finding(Severity.LOW, facts, variant=variant),) if status is F else ()
            outcomes.append(Outcome(check, subject, status, findings, Reason.CHALLENGED if status is U else None))
    kept = tuple(outcome for outcome in outcomes if outcome.check not in without)
    seen, servers = mail
    subjects = (DOMAIN, APEX, WWW, *servers)
    graded = score(kept, Perimeter.PUBLIC, {outcome.check: Severity.LOW for outcome in kept})
    return ScanResult(DOMAIN, NOW, NOW, Landscape(DOMAIN, subjects), seen, kept, graded, Cost(0, 0, 0, 0, 0.0))


@dataclass(frozen=True)
class Row:
    """From these facts this criterion must come out so, for this reason (the end of its key)."""

    criterion: str
    status: Status
    why: str
    verdicts: Verdicts = field(default_factory=dict)
    mail: tuple[Seen, tuple[MailServer, ...]] = field(default_factory=seen_mail)
    declared: Mapping[str, bool] = field(default_factory=dict)
    without: tuple[str, ...] = ()

    def judged(self) -> Rpnt:
        return rpnt(result(self.verdicts, self.mail, without=self.without), self.declared)


DEAD: Verdicts = {"web.unreachable": F} | dict.fromkeys(ON_EACH_SITE, N)
NO_SITE: Verdicts = {"web.unreachable": N} | dict.fromkeys(ON_EACH_SITE, N)
SHIELDED: Verdicts = {"web.unreachable": U} | dict.fromkeys(ON_EACH_SITE, U)
CLEAR: Verdicts = {"web.https-missing": F, "web.http-not-redirected": N} | dict.fromkeys(CERTIFICATE, N)
ELSEWHERE: Verdicts = dict.fromkeys(ON_EACH_SITE, N) | {"web.redirect-foreign": F}
ONLY_WWW: Verdicts = dict.fromkeys(ON_EACH_SITE, (N, P))
ONLY_APEX: Verdicts = dict.fromkeys(ON_EACH_SITE, (P, N))
NO_DMARC: Verdicts = {"mail.dmarc-missing": F, "mail.dmarc-invalid": N, "mail.dmarc-none": N}
IGNORED: Verdicts = {"mail.dmarc-missing": N, "mail.dmarc-invalid": "several", "mail.dmarc-none": N}

ROWS = [
    Row("1.1", UNKNOWN, "declaration"),
    Row("1.1", MET, "declared", declared={"1.1": True}),
    Row("1.1", NOT_MET, "declared_otherwise", declared={"1.1": False}),
    Row("1.8", NOT_APPLICABLE, "no_site_declared", declared={"1.1": False}),
    Row("1.8", NOT_MET, "declared_otherwise", declared={"1.1": False, "1.8": False}),
    Row("2.3", NOT_APPLICABLE, "no_mail_declared", declared={"2.1": False}),
    Row("1.3", MET, "reachable"),
    Row("1.3", NOT_MET, "unreachable", DEAD),
    Row("1.3", UNKNOWN, "challenged", SHIELDED),  # a shield is never "down"
    Row("1.3", UNKNOWN, "no_site_here", NO_SITE),
    Row("1.3", NOT_MET, "no_address", NO_SITE, declared={"1.1": True}),
    Row("1.3", NOT_APPLICABLE, "no_site_declared", NO_SITE, declared={"1.1": False}),
    Row("1.3", UNKNOWN, "not_observed", without=("web.unreachable",)),
    Row("1.4", MET, "https"),
    Row("1.4", MET, "https", {"web.https-missing": (N, P)}),
    Row("1.4", NOT_MET, "https_missing", CLEAR),
    Row("1.4", NOT_MET, "https_missing", {"web.https-missing": (P, F)}),
    Row("1.4", NOT_MET, "https_downgrade", {"web.https-downgrade": F}),
    Row("1.4", MET, "https", {"web.https-downgrade": "detour"}),
    Row("1.4", NOT_MET, "no_https", ELSEWHERE),
    Row("1.4", NOT_MET, "unreachable", DEAD),
    Row("1.4", UNKNOWN, "challenged", {"web.https-missing": (P, U)}),
    Row("1.4", UNKNOWN, "no_site_here", NO_SITE),
    Row("1.5", MET, "certificate"),
    Row("1.5", MET, "certificate", ONLY_APEX),
    *(Row("1.5", NOT_MET, "certificate_refused", {check: (P, F)}) for check in CERTIFICATE),
    Row("1.5", NOT_MET, "https_missing", CLEAR),
    Row("1.5", NOT_MET, "no_https", ELSEWHERE),
    Row("1.5", UNKNOWN, "challenged", {"tls.certificate-name": (U, P)}),
    Row("1.5", UNKNOWN, "not_observed", without=("tls.certificate-name",)),
    Row("1.5", UNKNOWN, "no_site_here", NO_SITE),
    Row("1.6", MET, "own_name"),
    Row("1.6", NOT_MET, "redirect_foreign", ELSEWHERE),
    Row("1.6", NOT_MET, "redirect_foreign", {"web.redirect-foreign": (U, F)}),
    Row("1.6", UNKNOWN, "challenged", {"web.redirect-foreign": (P, U)}),
    Row("1.6", NOT_APPLICABLE, "unreachable", DEAD),
    Row("1.6", UNKNOWN, "no_site_here", NO_SITE),
    Row("1.7", MET, "usual_redirects"),
    Row("1.7", MET, "usual_redirects", ONLY_APEX),  # nobody needs a www
    Row("1.7", MET, "usual_redirects", {"web.https-downgrade": "detour"}),
    Row("1.7", NOT_MET, "bare_name", ONLY_WWW),
    Row("1.7", NOT_MET, "http_not_redirected", {"web.http-not-redirected": (F, U)}),
    Row("1.7", NOT_MET, "https_downgrade", {"web.https-downgrade": (F, P)}),
    Row("1.7", NOT_MET, "https_missing", CLEAR),
    Row("1.7", NOT_MET, "unreachable", DEAD),
    Row("1.7", UNKNOWN, "undetermined", {"web.http-not-redirected": N}),
    Row("1.7", UNKNOWN, "challenged", {"web.http-not-redirected": (P, U)}),
    Row("1.7", UNKNOWN, "no_site_here", NO_SITE),
    Row("2.4", MET, "mx"),
    Row("2.4", NOT_MET, "mx_missing", mail=seen_mail(Absent(Proof.NODATA))),
    Row("2.4", UNKNOWN, "dns_failure", mail=seen_mail(UNSEEN)),  # an error is never an absence
    Row("2.4", UNKNOWN, "null_mx", mail=seen_mail(NULL_MX)),
    Row("2.4", NOT_MET, "null_mx_declared", mail=seen_mail(NULL_MX), declared={"2.3": True}),
    Row("2.4", UNKNOWN, "mail_elsewhere", declared={"2.3": False}),
    Row("2.4", NOT_APPLICABLE, "no_mail_declared", declared={"2.1": False}),
    Row("2.5", MET, "spf"),
    Row("2.5", MET, "spf", {"mail.spf-permissive": "neutral", "mail.spf-lookups": "ptr"}),
    Row("2.5", NOT_MET, "spf_missing", {"mail.spf-missing": F, "mail.spf-invalid": N, "mail.spf-permissive": N}),
    Row("2.5", NOT_MET, "spf_permissive", {"mail.spf-permissive": F}),
    Row("2.5", NOT_MET, "spf_permissive", {"mail.spf-permissive": "included"}),
    Row("2.5", NOT_MET, "spf_invalid", {"mail.spf-invalid": "include", "mail.spf-permissive": N}),
    Row("2.5", NOT_MET, "spf_limits", {"mail.spf-lookups": F, "mail.spf-permissive": N}),
    Row("2.5", NOT_MET, "spf_limits", {"mail.spf-lookups": "void"}),
    Row("2.5", UNKNOWN, "challenged", {"mail.spf-missing": U, "mail.spf-invalid": U}),
    Row("2.5", UNKNOWN, "null_mx", mail=seen_mail(NULL_MX)),
    Row("2.5", MET, "spf", mail=seen_mail(NULL_MX), declared={"2.3": True}),
    Row("2.6", MET, "dmarc"),
    Row("2.6", MET, "dmarc", {"mail.dmarc-none": F, "mail.dmarc-invalid": F}),
    Row("2.6", NOT_MET, "dmarc_missing", NO_DMARC),
    Row("2.6", NOT_MET, "dmarc_ignored", IGNORED),
    Row("2.6", UNKNOWN, "challenged", {"mail.dmarc-missing": U, "mail.dmarc-none": U}),
    Row("2.7", MET, "dmarc_policy"),
    Row("2.7", MET, "dmarc_policy", {"mail.dmarc-none": "subdomains"}),  # `sp=` is not `p=`
    Row("2.7", MET, "dmarc_policy", {"mail.dmarc-none": "existing"}),
    Row("2.7", MET, "dmarc_policy", {"mail.dmarc-none": "invented"}),
    Row("2.7", NOT_MET, "dmarc_none", {"mail.dmarc-none": F}),
    Row("2.7", NOT_MET, "dmarc_testing", {"mail.dmarc-none": "testing"}),
    Row("2.7", NOT_MET, "dmarc_missing", NO_DMARC),
    Row("2.7", UNKNOWN, "not_observed", without=("mail.dmarc-none",)),
    Row("2.8", MET, "in_union", mail=seen_mail(mx1=Addresses((FRENCH, DUTCH), ()), mx2=Addresses((), ("2001:67c:2e8::1",)))),
    Row("2.8", NOT_MET, "outside_union", mail=seen_mail(mx1=Addresses((FRENCH,), ()), mx2=Addresses((SWISS,), ()))),
    Row("2.8", NOT_MET, "outside_union", mail=seen_mail(mx1=UNSEEN, mx2=Addresses((SWISS,), ()))),
    Row("2.8", UNKNOWN, "operator_worldwide", mail=seen_mail(aspmx_l_google_com=Addresses((AMERICAN,), ()))),
    Row("2.8", NOT_MET, "outside_union", mail=seen_mail(faux_google_com_example=Addresses((AMERICAN,), ()))),
    Row("2.8", UNKNOWN, "country_unknown", mail=seen_mail(mx1=Addresses((FRENCH, NOWHERE), ()))),
    Row("2.8", UNKNOWN, "dns_failure", mail=seen_mail(mx1=Addresses((FRENCH,), ()), mx2=UNSEEN)),
    Row("2.8", UNKNOWN, "dns_failure", mail=seen_mail(mx1=Addresses((), ("2001:67c:2e8::1",), ipv4_unseen=True))),
    Row("2.8", MET, "in_union", mail=seen_mail(mx1=Addresses((FRENCH,), ()), ancien=Absent(Proof.NXDOMAIN))),
    Row("2.8", UNKNOWN, "mx_without_address", mail=seen_mail(ancien=Absent(Proof.NXDOMAIN))),
    Row("2.8", NOT_APPLICABLE, "mx_missing", mail=seen_mail(Absent(Proof.NODATA))),
    Row("2.8", UNKNOWN, "dns_failure", mail=seen_mail(UNSEEN)),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.criterion}-{row.status}-{row.why}")
def test_each_rule_gives_its_status_and_its_reason(row: Row) -> None:
    criterion = row.judged().criterion(row.criterion)
    assert (criterion.status, criterion.judgement.why.rpartition(".")[2]) == (row.status, row.why)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_reason_can_be_said_and_every_word_is_used(lang: str) -> None:
    say, used = words(lang), {"rpnt.why.countries_undated"}  # held by its own test
    for row in ROWS:
        for criterion in row.judged().criteria:
            used.add(criterion.judgement.why)
            assert say(criterion.judgement.why, **criterion.judgement.facts)
    assert {key for key in vocabulary(lang) if key.startswith("rpnt.why.")} <= used


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_criterion_status_and_rank_has_its_words(lang: str) -> None:
    known = vocabulary(lang)
    for id, (importance, kind) in CRITERIA.items():
        assert {f"rpnt.criterion.{id}", f"rpnt.importance.{importance}", f"rpnt.kind.{kind}"} <= known.keys()
    assert {f"rpnt.status.{status}" for status in Status} <= known.keys()
    assert {f"rpnt.{attainment}" for attainment in Attainment} <= known.keys()


def test_a_table_without_a_date_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanner.rpnt.mail, "countries_as_of", lambda: None)
    criterion = Row("2.8", UNKNOWN, "").judged().criterion("2.8")
    assert (criterion.status, criterion.judgement.why) == (UNKNOWN, "rpnt.why.countries_undated")


def test_the_country_comes_with_the_address_and_the_day_of_the_table() -> None:
    facts = Row("2.8", NOT_MET, "", mail=seen_mail(mx1=Addresses((SWISS, FRENCH), ()))).judged().criterion("2.8").judgement.facts
    assert facts["addresses"] == (f"{SWISS} (CH)",)
    assert "as_of" in facts


def test_what_decided_is_named() -> None:
    criterion = Row("1.5", NOT_MET, "", {"tls.certificate-expired": (P, F)}).judged().criterion("1.5")
    assert [(each.check, each.subject) for each in criterion.judgement.rests_on] == [("tls.certificate-expired", WWW)]


def test_the_criteria_are_sixteen_in_order_with_the_rank_and_source_of_the_rpnt() -> None:
    assert len(CRITERIA) == 16
    assert list(CRITERIA) == sorted(CRITERIA)
    assert {id for id, (rank, _) in CRITERIA.items() if rank == "R"} == {"1.7", "1.8", "2.5", "2.6", "2.7"}
    assert {id for id, (_, kind) in CRITERIA.items() if kind == "d"} == {"1.1", "1.2", "1.8", "2.1", "2.2", "2.3"}
    assert set(CRITERIA) - set(LEVELS["A"]) == {"1.6", "1.7", "1.8", "2.6", "2.7"}


@pytest.mark.parametrize("id", ["1.3", "3.1", ""])
def test_a_register_speaks_of_declared_criteria_only(id: str) -> None:
    with pytest.raises(ValueError, match="not a declared criterion"):
        rpnt(result({}, seen_mail()), {id: True})
