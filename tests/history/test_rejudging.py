"""Old observations under today's rules: equal where the rules are, comparable where they are not, and the old grade is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from scanner import scoring
from scanner.catalogue import Catalogue
from scanner.history import History
from scanner.history.rejudging import rejudged
from scanner.history.upkeep import Rejudged
from scanner.model import Reason, Severity, Status
from scanner.result import ScanResult
from scanner.store.campaign_tables import observations, outcomes
from scanner.store.engine import Store
from tests.history.results import failing, seen_again, with_outcome
from tests.lab.towns import TOWNS

pytestmark = pytest.mark.lab
TOWN = "bourg-ordinaire.fr"


@pytest.mark.parametrize("name", [town.domain for town in TOWNS])
def test_the_same_rules_conclude_the_same(scanned: dict[str, ScanResult], catalogue: Catalogue, name: str) -> None:
    assert rejudged(scanned[name], catalogue) == scanned[name]


def test_judging_again_changes_nothing_where_the_rules_are_the_same(
    history: History, store: Store, scanned: dict[str, ScanResult]
) -> None:
    for result in scanned.values():
        history.keep(result)
    with store.read() as connection:
        before = connection.execute(select(outcomes).order_by(*outcomes.primary_key)).all()
    told: list[tuple[int, int]] = []
    assert history.rejudge(lambda done, total: told.append((done, total))) == Rejudged(len(scanned), 0, 0)
    with store.read() as connection:
        assert connection.execute(select(outcomes).order_by(*outcomes.primary_key)).all() == before
    assert {name: history.latest(name) for name in scanned} == scanned
    assert told[-1] == (len(scanned), len(scanned))


def test_a_wrong_judgement_of_old_is_put_right_in_every_month(
    history: History, scanned: dict[str, ScanResult], catalogue: Catalogue
) -> None:
    """A check of an earlier version saw a fault where there is none."""
    months = [seen_again(scanned[TOWN], catalogue, 1, month) for month in (8, 9, 10, 11)]
    passed = next(each for each in months[0].outcomes if each.status is Status.PASS)
    for result in months:
        history.keep(with_outcome(result, failing(passed)))
    assert history.rejudge().scans == 4
    for result in months:
        assert history.at(TOWN, result.started_at) == result


def test_another_score_is_shown_beside_the_one_that_was_given(
    history: History, scanned: dict[str, ScanResult], catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    history.keep(scanned[TOWN])
    given = scanned[TOWN].score
    monkeypatch.setattr(scoring, "POINTS", {**scoring.POINTS, Severity.LOW: 30, Severity.MEDIUM: 60})
    done = history.rejudge()
    (point,) = history.scores(TOWN)
    assert point.given == given
    assert point.score.value is not None
    assert given.value is not None
    assert point.score.value < given.value
    assert done.changed == (point.score.grade != given.grade)
    found = history.latest(TOWN)
    assert found is not None
    assert found.score == point.score
    monkeypatch.undo()
    history.rejudge()
    (back,) = history.scores(TOWN)
    assert (back.score, back.given) == (given, given)


def test_what_was_not_observed_then_is_unknown_and_neither_good_nor_bad(
    history: History, scanned: dict[str, ScanResult], catalogue: Catalogue
) -> None:
    """A check that is new today asks for a fact that nobody looked for then."""
    result = scanned[TOWN]
    blind = replace(result, seen=type(result.seen)())
    for subject, kind, sight in result.seen:
        if kind != "HomePage":
            blind.seen.record(subject, kind, sight)
    history.keep(blind)
    history.rejudge()
    found = history.latest(TOWN)
    assert found is not None
    judged = {each.check: each for each in found.outcomes if each.subject.kind == "site"}
    assert (judged["web.hsts-missing"].status, judged["web.hsts-missing"].reason) == (Status.UNKNOWN, Reason.NOT_OBSERVED)
    assert found.score.coverage < result.score.coverage


def test_what_nobody_can_read_stays_as_it_was(history: History, store: Store, scanned: dict[str, ScanResult]) -> None:
    for result in scanned.values():
        history.keep(result)
    with store.write() as connection:
        connection.execute(update(observations).where(observations.c.scan == 1).values(content=b"\x01abgebrochen"))
        before = connection.execute(select(outcomes).order_by(*outcomes.primary_key)).all()
    done = history.rejudge()
    assert (done.scans, done.unreadable) == (len(scanned) - 1, 1)
    with store.read() as connection:
        assert connection.execute(select(outcomes).order_by(*outcomes.primary_key)).all() == before
