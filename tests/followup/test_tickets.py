"""Tickets: recorded once, moved by people and by what is seen, reminded of politely, verified point by point."""

from __future__ import annotations

import email
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.dossier import Dossier, Sender
from scanner.followup.messages import Occasion, conclusion, reminder
from scanner.followup.model import (
    MOVES,
    NoSuchTicket,
    NotNow,
    Point,
    TicketRow,
    TicketState,
    Verdict,
    to_remind,
    working_days_after,
)
from scanner.followup.points import Judged, judged
from scanner.followup.tickets import Tickets
from scanner.model import Reason, Status
from scanner.report.duties import Duty
from scanner.report.tickets import tickets as tickets_of
from scanner.result import ScanResult
from tests.delivery.samples import SENDER
from tests.followup.stage import NEGLECTED, Stage
from tests.history.results import with_outcome

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # a Tuesday
OCCASION = {lang: Occasion(lang, SENDER, NOW) for lang in ("fr", "en")}


def followed(stage: Stage) -> Tickets:
    return Tickets(stage.store, clock=stage.clock)


def recorded(stage: Stage, result: ScanResult) -> tuple[TicketRow, ...]:
    followed(stage).record(Dossier(result, sender=SENDER), stage.catalogue, "fr")
    return followed(stage).all(domain=result.domain.name)


def as_seen(result: ScanResult, check: str, status: Status, reason: Reason | None = None) -> ScanResult:
    """The same with one check concluding so on every subject."""
    for outcome in [outcome for outcome in result.outcomes if outcome.check == check]:
        result = with_outcome(result, replace(outcome, status=status, findings=(), reason=reason))
    return result


def test_what_is_followed_is_what_was_written_to_suppliers(stage: Stage, scanned: dict[str, ScanResult]) -> None:
    result = scanned[NEGLECTED]
    written = {ticket.id: ticket.subject for ticket in tickets_of(Dossier(result, sender=SENDER), stage.catalogue, "fr")}
    found = recorded(stage, result)
    assert {ticket.id: ticket.subject for ticket in found} == written
    failing = {(outcome.check, outcome.subject.key) for outcome in result.outcomes if outcome.findings}
    points = [(point.check, point.subject) for ticket in found for point in ticket.points]
    assert len(set(points)) == len(points)
    assert set(points) <= failing
    assert {check for check, _ in failing} - {check for check, _ in points} == {
        check for check, _ in failing if all(o.severity == 0 for o in result.outcomes if o.check == check and o.findings)
    }


def test_the_same_month_recorded_twice_changes_nothing(stage: Stage, scanned: dict[str, ScanResult]) -> None:
    first = recorded(stage, scanned[NEGLECTED])
    stage.clock.pass_by(days=30)
    assert recorded(stage, scanned[NEGLECTED]) == first


def test_a_ticket_that_was_fixed_begins_anew_when_a_finding_is_back(stage: Stage, scanned: dict[str, ScanResult]) -> None:
    ticket = recorded(stage, scanned[NEGLECTED])[0]
    followed(stage).looked_at(ticket, [Judged(point, Verdict.FIXED) for point in ticket.points])
    assert followed(stage).get(ticket.id).state is TicketState.FIXED
    stage.clock.pass_by(days=30)
    again = next(each for each in recorded(stage, scanned[NEGLECTED]) if each.id == ticket.id)
    assert (again.state, again.sent, again.reminders) == (TicketState.SENT, stage.clock(), 0)
    assert {point.asked for point in again.points} == {stage.clock()}


def test_a_refusal_stands_when_the_same_is_found_again(stage: Stage, scanned: dict[str, ScanResult]) -> None:
    ticket = recorded(stage, scanned[NEGLECTED])[0]
    followed(stage).move(ticket.id, TicketState.REFUSED, "hors contrat")
    stage.clock.pass_by(days=30)
    again = next(each for each in recorded(stage, scanned[NEGLECTED]) if each.id == ticket.id)
    assert (again.state, again.note, again.points) == (TicketState.REFUSED, "hors contrat", ticket.points)


def test_an_answer_sets_the_date_and_begins_to_count_anew(stage: Stage, scanned: dict[str, ScanResult]) -> None:
    ticket = recorded(stage, scanned[NEGLECTED])[0]
    followed(stage).reminded(ticket.id)
    date = stage.clock() + timedelta(days=20)
    answered = followed(stage).move(ticket.id.lower(), TicketState.ANSWERED, "avant Noël", date)
    assert (answered.state, answered.due, answered.reminders, answered.note) == (TicketState.ANSWERED, date, 0, "avant Noël")


@pytest.mark.parametrize("state", list(TicketState))
def test_a_ticket_goes_only_where_its_state_leads(stage: Stage, scanned: dict[str, ScanResult], state: TicketState) -> None:
    ticket = recorded(stage, scanned[NEGLECTED])[0]
    if state is TicketState.FIXED:
        followed(stage).looked_at(ticket, [Judged(point, Verdict.FIXED) for point in ticket.points])
    elif state is not TicketState.SENT:
        followed(stage).move(ticket.id, state)
    for to in TicketState:
        if to not in MOVES[state]:
            with pytest.raises(NotNow):
                followed(stage).move(ticket.id, to)
    assert followed(stage).get(ticket.id).state is state


def test_an_unknown_reference_is_said_to_be_unknown(stage: Stage) -> None:
    with pytest.raises(NoSuchTicket):
        followed(stage).get("BEF-0000-0000")


def test_the_next_campaign_settles_what_it_sees_fixed(stage: Stage, scanned: dict[str, ScanResult]) -> None:
    result = scanned[NEGLECTED]
    smallest = min(recorded(stage, result), key=lambda ticket: len(ticket.points))
    mended = result
    for point in smallest.points:
        mended = as_seen(mended, point.check, Status.PASS)
    assert [ticket.id for ticket in followed(stage).settle_by(mended)] == [smallest.id]


@pytest.mark.parametrize(
    ("status", "reason", "wanted"),
    [
        (Status.PASS, None, Verdict.FIXED),
        (Status.UNKNOWN, Reason.TIMEOUT, Verdict.NOT_VERIFIABLE),
        (Status.NOT_APPLICABLE, None, Verdict.NOT_VERIFIABLE),
    ],
)
def test_only_what_is_seen_to_pass_is_fixed(
    scanned: dict[str, ScanResult], status: Status, reason: Reason | None, wanted: Verdict
) -> None:
    result = scanned[NEGLECTED]
    point = Point("services.database-open", "host:127.66.3.1", "Une base répond", NOW)
    assert [look.verdict for look in judged([point], result)] == [Verdict.STILL]
    (look,) = judged([point], as_seen(result, point.check, status, reason))
    assert (look.verdict, look.reason) == (wanted, reason)


def test_a_fault_that_moved_to_another_machine_is_still_there(scanned: dict[str, ScanResult]) -> None:
    point = Point("services.database-open", "host:203.0.113.250", "", NOW)
    assert judged([point], scanned[NEGLECTED])[0].verdict is Verdict.STILL


def test_a_machine_that_is_gone_is_not_said_to_be_mended(scanned: dict[str, ScanResult]) -> None:
    point = Point("services.database-open", "host:203.0.113.250", "", NOW)
    passed = as_seen(scanned[NEGLECTED], point.check, Status.PASS)
    assert judged([point], passed)[0].verdict is Verdict.NOT_VERIFIABLE


def row(state: TicketState = TicketState.SENT, **changes: object) -> TicketRow:
    points = (Point("services.database-open", "host:203.0.113.7", "", NOW),)
    made = TicketRow(
        "BEF-AAAA-AAAA", "x.fr", Duty.WEB_HOST, "OVHcloud", "[BEF-AAAA-AAAA] x.fr – é", state, NOW, NOW, NOW, points=points
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ticket", "after", "wanted"),
    [
        (row(), 0, True), (row(due=NOW + timedelta(hours=1)), 0, False), (row(TicketState.ANSWERED), 0, True),
        (row(TicketState.REFUSED), 90, False), (row(TicketState.FIXED), 90, False), (row(TicketState.CLOSED), 90, False),
        (row(reminders=1, reminded=NOW), 13, False), (row(reminders=1, reminded=NOW), 14, True),
        (row(reminders=3, reminded=NOW), 90, False),
    ],
)  # fmt: skip
def test_who_is_reminded_and_when(ticket: TicketRow, after: int, wanted: bool) -> None:
    assert bool(to_remind([ticket], NOW + timedelta(days=after), 14, 3)) is wanted


@given(st.lists(st.integers(0, 20), max_size=60))
def test_nobody_is_reminded_more_than_three_times_nor_twice_in_a_fortnight(pauses: list[int]) -> None:
    ticket, now, sent = row(), NOW, []
    for pause in pauses:
        now += timedelta(days=pause)
        if to_remind([ticket], now, 14, 3):
            sent.append(now)
            ticket = replace(ticket, reminders=ticket.reminders + 1, reminded=now)
    assert len(sent) <= 3
    assert all(later - earlier >= timedelta(days=14) for earlier, later in pairwise(sent))


@pytest.mark.parametrize(
    ("start", "days", "wanted"),
    [
        ("2026-11-24", 1, "2026-11-25"),
        ("2026-11-27", 1, "2026-11-30"),
        ("2026-11-28", 1, "2026-11-30"),
        ("2026-11-24", 10, "2026-12-08"),
    ],
)
def test_working_days_leave_out_the_weekend(start: str, days: int, wanted: str) -> None:
    moment = datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert f"{working_days_after(moment, days):%Y-%m-%d}" == wanted


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(
    ("verdicts", "kind"),
    [
        ([Verdict.FIXED, Verdict.FIXED], "closing"), ([Verdict.FIXED, Verdict.STILL], "partly"),
        ([Verdict.FIXED, Verdict.NOT_VERIFIABLE], "partly"), ([Verdict.STILL], "partly"), ([Verdict.NOT_VERIFIABLE], None),
    ],
)  # fmt: skip
def test_a_closing_message_is_only_proposed_where_everything_is_seen_fixed(
    lang: str, verdicts: list[Verdict], kind: str | None
) -> None:
    looks = [Judged(Point("mail.dmarc-missing", f"domain:{n}.fr", "", NOW), verdict) for n, verdict in enumerate(verdicts)]
    draft = conclusion(row(), looks, OCCASION[lang])
    if kind is None:
        assert draft is None
        return
    assert draft is not None
    thanks = {"fr": "Tout est corrigé.", "en": "Everything is corrected."}[lang]
    assert (thanks in draft.body) is (kind == "closing")
    assert all(f"({n}.fr)" in draft.body for n in range(len(verdicts)))


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("state", [TicketState.SENT, TicketState.ANSWERED])
def test_a_reminder_answers_in_the_thread_of_its_ticket(lang: str, state: TicketState) -> None:
    draft = reminder(row(state), OCCASION[lang])
    read = email.message_from_bytes(draft.to_eml())
    assert read["References"] == "<BEF-AAAA-AAAA@x.fr>"
    assert "BEF-AAAA-AAAA" in draft.body
    assert max(map(len, draft.body.splitlines())) <= 76


def test_words_from_outside_stay_on_their_line() -> None:
    hostile = Point("mail.dmarc-missing", "domain:x\r\nBcc: y@z.fr\x1b[31m", "a\nBcc: c", NOW)
    draft = reminder(row(points=(hostile,)), Occasion("fr", Sender("Syndicat\nX", "", ""), NOW))
    assert "\x1b" not in draft.body
    assert "\nBcc" not in draft.body
    assert "Syndicat X" in draft.body
