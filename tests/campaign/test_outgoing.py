"""Who receives what and when: tables, then laws over any contacts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.campaign.outgoing import EXPOSURE, SHEET, UNCHANGED, Situation, outgoing, unchanged
from scanner.model import Status
from scanner.registry.model import Contact, ContactRole
from scanner.result import ScanResult
from scanner.settings.correspondence import CorrespondenceSettings
from tests.followup.stage import NEGLECTED, contact
from tests.history.results import failing, with_outcome

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WEEK = NOW + timedelta(days=7)
MAYOR = contact(ContactRole.MAYOR, "maire@x.fr", "letter")
TECHNICIAN = contact(ContactRole.TECHNICIAN, "technique@x.fr", "technical")
SETTINGS = CorrespondenceSettings()


@pytest.mark.parametrize(
    ("contacts", "wanted"),
    [
        ((MAYOR, TECHNICIAN), {"maire@x.fr": (("letter",), WEEK), "technique@x.fr": (("technical",), NOW)}),
        ((MAYOR,), {"maire@x.fr": (("letter",), NOW)}),
        ((TECHNICIAN,), {"technique@x.fr": (("technical",), NOW)}),
        ((contact(ContactRole.DPO, "dpo@x.fr"), TECHNICIAN), {"technique@x.fr": (("technical",), NOW)}),
        (
            (MAYOR, contact(ContactRole.TECHNICIAN, "Maire@X.fr", "tickets", "technical")),
            {"maire@x.fr": (("letter", "technical", "tickets"), NOW)},
        ),
        (
            (contact(ContactRole.MAYOR, "maire@x.fr", "letter", "technical"), TECHNICIAN),
            {"maire@x.fr": (("letter", "technical"), WEEK), "technique@x.fr": (("technical",), NOW)},
        ),
        (
            (contact(ContactRole.OTHER, "dgs@x.fr", "letter"), TECHNICIAN),
            {"dgs@x.fr": (("letter",), WEEK), "technique@x.fr": (("technical",), NOW)},
        ),
        (
            (MAYOR, contact(ContactRole.TECHNICIAN, "dsi@x.fr", "letter", "technical")),
            {"maire@x.fr": (("letter",), WEEK), "dsi@x.fr": (("letter", "technical"), NOW)},
        ),
        ((), {}),
    ],
    ids=["both", "a mayor alone", "a technician alone", "who asked for nothing", "one person for all", "a curious mayor",
         "an officer", "a DSI who reads the letter first", "nobody"],
)  # fmt: skip
def test_the_technician_comes_before_the_mayor(contacts: tuple[Contact, ...], wanted: dict[str, object]) -> None:
    mails = outgoing(Situation("x.fr", contacts, NOW), SETTINGS)
    assert {mail.recipient: (mail.documents, mail.due) for mail in mails} == wanted


def test_who_was_told_last_time_reads_three_lines_and_a_newcomer_reads_everything() -> None:
    known = frozenset({"technique@x.fr"})
    mails = outgoing(Situation("x.fr", (MAYOR, TECHNICIAN), NOW, known, unchanged=True), SETTINGS)
    assert {mail.recipient: mail.documents for mail in mails} == {"technique@x.fr": (UNCHANGED,), "maire@x.fr": ("letter",)}


def test_a_possible_exposure_goes_to_the_named_person_and_holds_the_others() -> None:
    settings = CorrespondenceSettings(exposure_contact="garde@syndicat.fr")
    mails = outgoing(Situation("x.fr", (MAYOR, TECHNICIAN), NOW, exposed=True), settings)
    assert [(mail.recipient, mail.documents, mail.held) for mail in mails] == [
        ("garde@syndicat.fr", (EXPOSURE,), False),
        ("technique@x.fr", ("technical",), True),
        ("maire@x.fr", ("letter",), True),
    ]


def test_without_a_named_person_a_possible_exposure_still_holds_everything() -> None:
    mails = outgoing(Situation("x.fr", (MAYOR, TECHNICIAN), NOW, exposed=True), SETTINGS)
    assert [mail.held for mail in mails] == [True, True]


_DOCUMENTS = st.sets(st.sampled_from(["letter", "technical", "tickets"])).map(tuple)
_ADDRESSES = st.sampled_from(["a@x.fr", "A@x.fr", "b@x.fr", "c@x.fr"])
_PEOPLE = st.lists(st.tuples(st.sampled_from(list(ContactRole)), _ADDRESSES, _DOCUMENTS), max_size=8)


@given(_PEOPLE, st.booleans(), st.booleans(), st.booleans())
def test_whoever_asked_for_something_gets_one_mail_and_nobody_else(
    people: list[tuple[ContactRole, str, tuple[str, ...]]], same: bool, exposed: bool, held: bool
) -> None:
    contacts = tuple(contact(role, email, *documents) for role, email, documents in people)
    informed = frozenset({"a@x.fr"})
    mails = outgoing(Situation("x.fr", contacts, NOW, informed, same, exposed, held), SETTINGS)
    asked = {each.email.lower() for each in contacts if each.documents}
    assert sorted(mail.recipient.lower() for mail in mails) == sorted(asked)
    assert all(mail.held == (exposed or held) for mail in mails)
    first = min((mail.due for mail in mails), default=NOW)
    assert first == NOW  # somebody always hears at once
    letters = {mail.recipient.lower(): mail for mail in mails}
    for each in contacts:
        if SHEET & set(each.documents) and each.role is not ContactRole.MAYOR:
            mine = [other.role for other in contacts if other.email.lower() == each.email.lower()]
            assert ContactRole.MAYOR in mine or letters[each.email.lower()].due == NOW


def test_a_result_of_another_day_is_unchanged_until_one_finding_moves(scanned: dict[str, ScanResult]) -> None:
    result = scanned[NEGLECTED]
    assert unchanged(result, replace(result, started_at=result.started_at + timedelta(days=30)))
    passing = next(outcome for outcome in result.outcomes if outcome.status is Status.PASS)
    assert not unchanged(result, with_outcome(result, failing(passing)))
    assert not unchanged(with_outcome(result, failing(passing)), result)


def test_an_ungraded_result_is_never_unchanged(scanned: dict[str, ScanResult]) -> None:
    result = (
        scanned["hameau-muet.fr"] if "hameau-muet.fr" in scanned else next(r for r in scanned.values() if r.score.grade is None)
    )
    assert not unchanged(result, result)
