"""What holds of any two results, whatever happened between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from scanner.diff import Change, Movement, compare
from scanner.model import Severity, Status, Subject
from scanner.result import ScanResult
from tests.judging import DOMAIN
from tests.test_diff import APEX, MAIL_UNSEEN, NEW_HOST, NEW_MX, OLD_HOST, OLD_MX, WWW, F, U, outcome, result

SUBJECTS: tuple[Subject, ...] = (DOMAIN, APEX, WWW, OLD_MX, NEW_MX, OLD_HOST, NEW_HOST)


@st.composite
def results(draw: st.DrawFn) -> ScanResult:
    pairs = draw(st.sets(st.tuples(st.sampled_from(("web.a", "mail.b", "services.c")), st.sampled_from(SUBJECTS))))
    outcomes = [
        outcome(draw(st.sampled_from(Status)), check, subject, draw(st.sampled_from(Severity)))
        for check, subject in sorted(pairs, key=str)
    ]
    return result(*outcomes, mx=draw(st.sampled_from((None, MAIL_UNSEEN))))


def pairs(changes: Iterable[Change]) -> set[tuple[str, Subject]]:
    return {(change.check, subject) for change in changes for subject in change.subjects}


@given(results())
def test_nothing_moves_between_a_result_and_itself(one: ScanResult) -> None:
    found = compare(one, one)
    assert found.moved == ()
    assert pairs(found.still) == {(each.check, each.subject) for each in one.outcomes if each.status is F}
    assert found.score is None or found.score.value == found.score.coverage == 0


@given(results(), results())
def test_nothing_is_in_two_categories(before: ScanResult, after: ScanResult) -> None:
    listed = [
        (change.check, subject) for change in compare(before, after).changes for subject in (*change.subjects, *change.formerly)
    ]
    assert len(listed) == len(set(listed))


@given(results(), results())
def test_what_is_new_one_way_is_fixed_or_gone_the_other_way(before: ScanResult, after: ScanResult) -> None:
    there, back = compare(before, after), compare(after, before)
    assert pairs(there.new) == pairs(back.of(Movement.FIXED, Movement.GONE))
    assert pairs(there.of(Movement.FIXED, Movement.GONE)) == pairs(back.new)
    assert pairs(there.of(Movement.FIRST_SEEN)) == pairs(back.no_longer_verifiable)
    assert pairs(there.worse) | pairs(there.of(Movement.LIGHTER)) | pairs(there.still) == {
        (change.check, subject)
        for change in back.of(Movement.WORSE, Movement.LIGHTER, Movement.STILL)
        for subject in (change.formerly or change.subjects)
    }


@given(results(), results())
def test_every_finding_of_either_side_is_accounted_for(before: ScanResult, after: ScanResult) -> None:
    failed = {(each.check, each.subject) for each in (*before.outcomes, *after.outcomes) if each.status is F}
    found = compare(before, after)
    listed = pairs(found.changes) | {(change.check, subject) for change in found.changes for subject in change.formerly}
    assert failed <= listed


@given(results(), results())
def test_lost_sight_is_never_an_improvement(before: ScanResult, after: ScanResult) -> None:
    unseen = {(each.check, each.subject) for each in after.outcomes if each.status is U}
    better = compare(before, after).of(Movement.FIXED, Movement.LIGHTER, Movement.NEWLY_VERIFIABLE)
    assert not pairs(better) & unseen


@given(results(), results(), st.randoms())
def test_the_order_of_the_outcomes_changes_nothing(before: ScanResult, after: ScanResult, random: Random) -> None:
    def shuffled(one: ScanResult) -> ScanResult:
        outcomes = list(one.outcomes)
        random.shuffle(outcomes)
        return replace(one, outcomes=tuple(outcomes))

    assert compare(before, after).changes == compare(shuffled(before), shuffled(after)).changes
