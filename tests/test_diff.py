from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from scanner.diff import Change, Diff, Incomparable, Movement, compare
from scanner.discovery import Addresses, Exchange, Mx
from scanner.landscape import Landscape, Seen, Sight
from scanner.model import (
    Absent,
    Domain,
    Finding,
    Host,
    MailServer,
    Outcome,
    Proof,
    Reason,
    Severity,
    Site,
    Status,
    Subject,
    Unobserved,
)
from scanner.net.cost import Cost
from scanner.result import ScanResult
from scanner.scoring import Perimeter, Score, score
from tests.judging import DOMAIN, NOW

APEX, WWW = Site(DOMAIN.name, DOMAIN), Site(f"www.{DOMAIN.name}", DOMAIN)
OLD_MX, NEW_MX = MailServer("mx.ancien.fr"), MailServer("mx.nouveau.fr")
OLD_HOST, NEW_HOST = Host("192.0.2.1"), Host("192.0.2.2")
ALWAYS = (DOMAIN, APEX, WWW)
MONTH = timedelta(days=30)
MAIL_UNSEEN = Unobserved(Reason.DNS_FAILURE)


def outcome(status: Status, check: str = "web.a", subject: Subject = APEX, severity: Severity = Severity.MEDIUM) -> Outcome:
    findings = (Finding(severity, {}),) if status is Status.FAIL else ()
    return Outcome(check, subject, status, findings, Reason.TIMEOUT if status is Status.UNKNOWN else None)


def result(*outcomes: Outcome, mx: Sight | None = None, home: Sight | None = None, **changes: object) -> ScanResult:
    """Subjects are those of the outcomes; mail servers and addresses are all known unless `mx` or `home` says otherwise."""
    subjects = tuple(dict.fromkeys((*ALWAYS, *(each.subject for each in outcomes))))
    servers = tuple(Exchange(10, each.name) for each in subjects if isinstance(each, MailServer))
    seen = Seen()
    seen.record(DOMAIN, Mx, mx or (Mx(servers) if servers else Absent(Proof.NODATA)))
    seen.record(APEX, Addresses, home or Addresses(tuple(each.name for each in subjects if isinstance(each, Host)), ()))
    graded = score(outcomes, Perimeter.PUBLIC, {each.check: Severity.MEDIUM for each in outcomes})
    made = ScanResult(DOMAIN, NOW, NOW, Landscape(DOMAIN, subjects), seen, outcomes, graded, Cost(0, 0, 0, 0, 0.0))
    return replace(made, **changes)  # type: ignore[arg-type]


def only(diff: Diff) -> Change:
    assert len(diff.changes) == 1, diff.changes
    return diff.changes[0]


P, F, U, N = Status.PASS, Status.FAIL, Status.UNKNOWN, Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("before", "after", "movement"),
    [
        (F, P, Movement.FIXED),
        (F, N, Movement.FIXED),
        (F, U, Movement.NO_LONGER_VERIFIABLE),
        (F, F, Movement.STILL),
        (P, F, Movement.NEW),
        (N, F, Movement.NEW),
        (U, F, Movement.FIRST_SEEN),
        (U, P, Movement.NEWLY_VERIFIABLE),
        (U, N, Movement.NEWLY_VERIFIABLE),
        (P, U, Movement.LOST_SIGHT),
        (N, U, Movement.LOST_SIGHT),
        (P, P, None),
        (P, N, None),
        (N, P, None),
        (U, U, None),
    ],
)
def test_each_pair_of_verdicts_has_its_word(before: Status, after: Status, movement: Movement | None) -> None:
    found = compare(result(outcome(before)), result(outcome(after)))
    assert [change.movement for change in found.changes] == ([movement] if movement else [])


@pytest.mark.parametrize(
    ("before", "after", "movement"),
    [
        (Severity.LOW, Severity.HIGH, Movement.WORSE),
        (Severity.HIGH, Severity.LOW, Movement.LIGHTER),
        (Severity.LOW, Severity.LOW, Movement.STILL),
        (Severity.INFO, Severity.LOW, Movement.WORSE),
    ],
)
def test_a_finding_that_stays_is_told_by_its_severity(before: Severity, after: Severity, movement: Movement) -> None:
    change = only(compare(result(outcome(F, severity=before)), result(outcome(F, severity=after))))
    assert (change.movement, change.before, change.after) == (movement, before, after)


def test_a_finding_out_of_sight_keeps_its_date_and_the_reason() -> None:
    before = result(outcome(F), started_at=NOW - MONTH)
    change = only(compare(before, result(outcome(U))))
    assert change.last_seen == NOW - MONTH
    assert change.reason is Reason.TIMEOUT
    assert compare(before, result(outcome(U))).fixed == ()


def test_apex_and_www_that_move_alike_are_one_change() -> None:
    both = [result(outcome(status), outcome(status, subject=WWW)) for status in (P, F)]
    assert only(compare(*both)).subjects == (APEX, WWW)


def test_a_check_that_did_not_run_before_is_neither_new_nor_fixed() -> None:
    before, after = result(outcome(P)), result(outcome(P), outcome(F, "web.b"))
    assert only(compare(before, after)).movement is Movement.NEWLY_LOOKED_AT
    assert only(compare(after, before)).movement is Movement.NO_LONGER_LOOKED_AT


def test_a_check_that_did_not_run_before_and_saw_nothing_is_no_news() -> None:
    assert compare(result(outcome(P)), result(outcome(P), outcome(U, "web.b"))).changes == ()


def test_a_finding_on_a_server_that_the_town_left_is_gone_not_fixed() -> None:
    before = result(outcome(F, "services.a", OLD_HOST), outcome(P, "services.a", NEW_HOST))
    after = result(outcome(P, "services.a", NEW_HOST))
    assert only(compare(before, after)).movement is Movement.GONE
    assert only(compare(after, before)).movement is Movement.NEW


@pytest.mark.parametrize("unseen", [MAIL_UNSEEN, Addresses(("192.0.2.2",), (), ipv4_unseen=True)])
def test_an_address_that_discovery_could_not_find_again_is_out_of_sight(unseen: Sight) -> None:
    before = result(outcome(F, "services.a", OLD_HOST), outcome(P, "services.a", NEW_HOST))
    after = result(outcome(P, "services.a", NEW_HOST), home=unseen)
    assert only(compare(before, after)).movement is Movement.NO_LONGER_VERIFIABLE
    assert only(compare(after, before)).movement is Movement.FIRST_SEEN


def test_a_mail_server_that_discovery_could_not_find_again_is_out_of_sight() -> None:
    change = only(compare(result(outcome(F, "mail.a", OLD_MX)), result(mx=MAIL_UNSEEN)))
    assert (change.movement, change.reason) == (Movement.NO_LONGER_VERIFIABLE, Reason.NOT_OBSERVED)


@pytest.mark.parametrize("status", [P, F])
def test_a_list_of_servers_that_was_cut_proves_no_absence(status: Status) -> None:
    many = tuple(outcome(status, "mail.a", MailServer(f"mx{number}.fr")) for number in range(6))
    found = compare(result(outcome(F, "mail.a", OLD_MX)), result(*many))
    assert [change.subjects for change in found.no_longer_verifiable] == [(OLD_MX,)]
    assert found.of(Movement.GONE) == ()


def test_a_finding_that_moved_to_another_machine_stays() -> None:
    before, after = result(outcome(F, "services.a", OLD_HOST)), result(outcome(F, "services.a", NEW_HOST))
    change = only(compare(before, after))
    assert (change.movement, change.subjects, change.formerly) == (Movement.STILL, (NEW_HOST,), (OLD_HOST,))
    assert compare(before, after).moved == (change,)


def test_a_finding_moves_within_one_check_and_one_kind_only() -> None:
    before = result(outcome(F, "services.a", OLD_HOST), outcome(P, "services.b", OLD_HOST))
    after = result(outcome(P, "services.a", NEW_HOST), outcome(F, "services.b", NEW_HOST))
    assert [change.movement for change in compare(before, after).changes] == [Movement.NEW, Movement.GONE]


def test_a_new_finding_on_a_known_machine_is_not_one_that_moved() -> None:
    before = result(outcome(F, "services.a", OLD_HOST), outcome(P, "services.a", NEW_HOST))
    after = result(outcome(F, "services.a", NEW_HOST))
    assert [change.movement for change in compare(before, after).changes] == [Movement.NEW, Movement.GONE]


def test_two_domains_are_never_compared() -> None:
    with pytest.raises(ValueError, match=r"mairie-exemple\.fr and autre\.fr"):
        compare(result(), result(domain=Domain("autre.fr")))


# --- the score ------------------------------------------------------------------------------------

GOOD = result(outcome(P), outcome(P, "mail.a", DOMAIN))
POOR = result(outcome(F, severity=Severity.HIGH), outcome(P, "mail.a", DOMAIN))


def test_the_score_moves_by_value_by_pillar_and_by_coverage() -> None:
    moved = compare(GOOD, POOR).score
    assert moved is not None
    assert (moved.before.grade, moved.after.grade) == ("A", "B")
    assert moved.value == -14
    assert moved.coverage == 0
    assert {pillar.after.id: pillar.value for pillar in moved.pillars} == {
        "web": -25, "mail": 0, "dns": None, "services": None, "software": None,
    }  # fmt: skip


def score_of(**changes: object) -> Score:
    return replace(GOOD.score, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (GOOD, replace(GOOD, score=score_of(perimeter=Perimeter.MANDATED)), Incomparable.PERIMETER),
        (replace(GOOD, score=score_of(version="0")), GOOD, Incomparable.SCORING_VERSION),
        (result(outcome(U)), GOOD, Incomparable.UNGRADED_BEFORE),
        (GOOD, result(outcome(U)), Incomparable.UNGRADED_AFTER),
        (GOOD, result(outcome(P)), Incomparable.FAMILIES),
    ],
)
def test_scores_that_say_nothing_of_each_other_are_not_compared(
    before: ScanResult, after: ScanResult, reason: Incomparable
) -> None:
    found = compare(before, after)
    assert (found.comparable, found.incomparable, found.score) == (False, reason, None)
