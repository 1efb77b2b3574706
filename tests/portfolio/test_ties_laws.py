"""What holds of any findings: putting something right never costs, and putting everything right wins all there is."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.catalogue import Catalogue, load_catalogue
from scanner.model import Finding, Outcome, Severity, Status, Subject
from scanner.portfolio.ties import relieved
from scanner.scoring import Perimeter, score
from tests.judging import SUBJECTS


@lru_cache(maxsize=1)
def known() -> Catalogue:
    return load_catalogue()


@st.composite
def judged(draw: st.DrawFn) -> tuple[Outcome, ...]:
    checks = [spec.id for spec in known().checks]
    subjects: list[Subject] = list(SUBJECTS.values())
    made = []
    for check in draw(st.lists(st.sampled_from(checks), min_size=1, max_size=12, unique=True)):
        for subject in draw(st.lists(st.sampled_from(subjects), min_size=1, max_size=3, unique=True)):
            severities = draw(st.lists(st.sampled_from(Severity), max_size=3))
            findings = tuple(Finding(severity, {}) for severity in severities)
            made.append(Outcome(check, subject, Status.FAIL if findings else Status.PASS, findings))
    return tuple(made)


@given(judged(), st.data())
@settings(deadline=None)
def test_putting_something_right_never_costs(outcomes: tuple[Outcome, ...], data: st.DataObject) -> None:
    places = [(place, number) for place, outcome in enumerate(outcomes) for number in range(len(outcome.findings))]
    gone = frozenset(data.draw(st.sets(st.sampled_from(places)) if places else st.just(set())))
    severities = {spec.id: spec.severity for spec in known().checks}
    before = score(outcomes, Perimeter.MANDATED, severities)
    left = tuple(relieved(outcomes, gone))
    after = score(left, Perimeter.MANDATED, severities)
    assert after.coverage == before.coverage
    assert (after.value is None) == (before.value is None)
    assert (after.value or 0) >= (before.value or 0)
    assert sum(len(each.findings) for each in left) == len(places) - len(gone)
    if len(gone) == len(places) and after.value is not None:
        assert after.value == 100


@given(judged())
@settings(deadline=None)
def test_nothing_put_right_changes_nothing(outcomes: tuple[Outcome, ...]) -> None:
    assert tuple(relieved(outcomes, frozenset())) == tuple(replace(each) for each in outcomes)
