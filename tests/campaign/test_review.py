"""The review of a campaign: what is read first, what is held, and that nothing leaves before a person has said so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from scanner.campaign.model import CampaignState
from scanner.campaign.planned import Decision, MailState
from scanner.campaign.posting import PostRoom
from scanner.campaign.reading import Why, reasons
from scanner.campaign.review import NotAMember, NotToReview
from scanner.catalogue import Catalogue
from scanner.delivery.mail import Delivered
from scanner.delivery.states import State
from scanner.dossier import Town
from scanner.followup.tickets import Tickets
from scanner.result import ScanResult
from scanner.store.engine import open_store
from tests.delivery.samples import bodies, parsed
from tests.followup.stage import MODEL, NEGLECTED, ORDINARY, Stage, authority
from tests.history.results import failing, with_outcome
from tests.store.stores import NewAddress


@pytest.fixture
def stage(new_address: NewAddress, catalogue: Catalogue) -> Iterator[Stage]:
    with open_store(new_address()) as store:
        yield Stage(store, catalogue)


@pytest.fixture
def towns(stage: Stage) -> Stage:
    """Three members, one of them with a supplier that the register confirms."""
    stage.register.save_all([authority(NEGLECTED), authority(MODEL), authority(ORDINARY, supplier="ovhcloud")])
    return stage


def seen(scanned: dict[str, ScanResult]) -> list[ScanResult]:
    return [scanned[domain] for domain in (MODEL, ORDINARY, NEGLECTED)]


def post(stage: Stage) -> list[tuple[str, str, str]]:
    """What has come to the outbox by now: (domain, recipient, documents)."""
    room = PostRoom(stage.store, stage.register, stage.catalogue, stage.settings)
    assert [posted.trouble for posted in room.queue_due() if posted.trouble] == []
    return [
        (entry.dispatch.authority, entry.dispatch.recipient, " ".join(entry.dispatch.documents))
        for entry in room.outbox.entries((State.WAITING,))
    ]


def test_the_list_begins_with_what_presses_most_and_says_why(towns: Stage, scanned: dict[str, ScanResult]) -> None:
    campaign = towns.campaign("2026-11", seen(scanned))
    found = [(reading.domain, reading.reasons) for reading in towns.review.reading_list(campaign)]
    assert found == [
        (NEGLECTED, (Why.EXPOSURE, Why.CRITICAL, Why.FIRST)),
        (ORDINARY, (Why.FIRST, Why.NAMED_SUPPLIER)),
        (MODEL, (Why.FIRST,)),
    ]


def test_a_member_without_result_stands_at_the_end(towns: Stage, scanned: dict[str, ScanResult]) -> None:
    made = towns.campaigns.create("2026-11", [MODEL, "parti.fr"], planned=towns.clock())
    towns.campaigns.move(made.id, CampaignState.RUNNING)
    towns.history.keep(scanned[MODEL], made.id)
    campaign = towns.campaigns.move(made.id, CampaignState.TO_REVIEW)
    assert [reading.reasons for reading in towns.review.reading_list(campaign)] == [(Why.FIRST,), (Why.NO_RESULT,)]


def test_a_lower_grade_and_a_quiet_month_are_told_apart(scanned: dict[str, ScanResult], catalogue: Catalogue) -> None:
    now = scanned[MODEL]
    worse = replace(now, score=replace(now.score, grade="C", value=60))
    told = [reasons(after, before, Town(), catalogue, first=False) for before, after in ((now, worse), (worse, now), (now, now))]
    assert told == [(Why.LOST_GRADE,), (Why.ROUTINE,), (Why.ROUTINE,)]


def test_what_was_not_seen_is_no_lost_grade(scanned: dict[str, ScanResult], catalogue: Catalogue) -> None:
    blind = replace(scanned[MODEL], score=replace(scanned[MODEL].score, grade=None, value=None))
    assert reasons(blind, scanned[MODEL], Town(), catalogue, first=False) == (Why.ROUTINE,)


@pytest.mark.parametrize("state", [CampaignState.PLANNED, CampaignState.RUNNING, CampaignState.PAUSED])
def test_a_campaign_that_is_not_over_can_be_neither_approved_nor_held(towns: Stage, state: CampaignState) -> None:
    campaign = towns.campaigns.create("2026-11", [MODEL], planned=towns.clock())
    for each in (CampaignState.RUNNING, CampaignState.PAUSED):
        if towns.state(campaign) is not state:
            towns.campaigns.move(campaign.id, each)
    campaign = towns.campaigns.get(campaign.id)
    with pytest.raises(NotToReview):
        towns.review.approve(campaign, "agent")
    with pytest.raises(NotToReview):
        towns.review.hold(campaign, MODEL, "à voir", "agent")


def test_nothing_leaves_before_the_word_of_a_person(towns: Stage, scanned: dict[str, ScanResult]) -> None:
    campaign = towns.campaign("2026-11", seen(scanned))
    review = towns.review
    mails, owners = review._plan(campaign)
    review.plans.write(campaign.id, mails, owners)  # as a kill between plan and approval leaves it
    towns.clock.pass_by(days=60)
    assert post(towns) == []


def test_the_sheet_leaves_at_once_the_letter_a_week_later_and_each_once(towns: Stage, scanned: dict[str, ScanResult]) -> None:
    campaign = towns.campaign("2026-11", [scanned[MODEL]])
    approved = towns.review.approve(campaign, "Jeanne")
    assert (approved.state, approved.approved_by) == (CampaignState.APPROVED, "Jeanne")
    sheet = (MODEL, f"technique@{MODEL}", "technical tickets")
    assert post(towns) == [sheet]
    towns.clock.pass_by(days=6, hours=23)
    assert post(towns) == [sheet]
    towns.clock.pass_by(hours=1)
    assert post(towns) == [sheet, (MODEL, f"maire@{MODEL}", "letter")]
    assert post(towns) == [sheet, (MODEL, f"maire@{MODEL}", "letter")]


def test_the_documents_are_in_the_mails_and_the_tickets_are_followed_from_then_on(
    towns: Stage, scanned: dict[str, ScanResult]
) -> None:
    towns.attach()
    towns.review.approve(towns.campaign("2026-11", [scanned[MODEL]]), "Jeanne")
    assert Tickets(towns.store).all() == ()
    post(towns)
    outbox = PostRoom(towns.store, towns.register, towns.catalogue, towns.settings).outbox
    claim = outbox.claim(outbox.token())
    assert claim is not None
    names = [part.get_filename() for part in parsed(claim.mail).iter_attachments()]
    assert [ticket.id for ticket in Tickets(towns.store).all()] == [str(name)[-17:-4] for name in names if "BEF-" in str(name)]
    assert any("rapport-technique" in str(name) for name in names)


def test_approving_twice_changes_nothing(towns: Stage, scanned: dict[str, ScanResult]) -> None:
    campaign = towns.campaign("2026-11", seen(scanned))
    first = towns.review.approve(campaign, "Jeanne")
    planned = towns.review.plans.of_campaign(campaign.id)
    towns.clock.pass_by(days=2)
    assert towns.review.approve(campaign, "Paul") == first
    assert towns.review.plans.of_campaign(campaign.id) == planned


def test_a_possible_exposure_waits_for_a_person_whom_it_reaches_first(towns: Stage, scanned: dict[str, ScanResult]) -> None:
    towns.correspond(exposure_contact="garde@syndicat-exemple.fr")
    campaign = towns.campaign("2026-11", [scanned[NEGLECTED]])
    campaign = towns.review.approve(campaign, "Jeanne")
    towns.clock.pass_by(days=30)
    first = (NEGLECTED, "garde@syndicat-exemple.fr", "exposure")
    assert post(towns) == [first]
    assert towns.review.release(campaign, NEGLECTED, "Jeanne", "mairie appelée") == 2
    assert post(towns) == [first, (NEGLECTED, f"technique@{NEGLECTED}", "technical tickets")]
    towns.clock.pass_by(days=7)
    assert post(towns)[2:] == [(NEGLECTED, f"maire@{NEGLECTED}", "letter")]


def test_an_exposure_that_was_released_before_the_approval_holds_nothing(towns: Stage, scanned: dict[str, ScanResult]) -> None:
    campaign = towns.campaign("2026-11", [scanned[NEGLECTED]])
    towns.review.release(campaign, NEGLECTED, "Jeanne")
    towns.review.approve(campaign, "Jeanne")
    assert towns.review.plans.counts(campaign.id)[MailState.HELD] == 0


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_a_person_holds_stays_until_it_is_released(towns: Stage, scanned: dict[str, ScanResult], when: str) -> None:
    campaign = towns.campaign("2026-11", [scanned[MODEL], scanned[ORDINARY]])
    if when == "before":
        towns.review.hold(campaign, MODEL, "élections", "Jeanne")
    campaign = towns.review.approve(campaign, "Jeanne")
    if when == "after":
        towns.review.hold(campaign, MODEL, "élections", "Jeanne")
    towns.clock.pass_by(days=40)
    assert {domain for domain, _, _ in post(towns)} == {ORDINARY}
    word = towns.review.plans.decisions(campaign.id)[MODEL]
    assert (word.decision, word.by, word.note) == (Decision.HELD, "Jeanne", "élections")
    assert towns.review.release(campaign, MODEL, "Paul") == 2
    assert {domain for domain, _, _ in post(towns)} == {ORDINARY, MODEL}


def test_a_domain_of_another_campaign_cannot_be_held(towns: Stage, scanned: dict[str, ScanResult]) -> None:
    campaign = towns.campaign("2026-11", [scanned[MODEL]])
    with pytest.raises(NotAMember):
        towns.review.hold(campaign, ORDINARY, "", "Jeanne")


def test_a_quiet_month_is_three_lines_without_a_file_or_a_grade(towns: Stage, scanned: dict[str, ScanResult]) -> None:
    towns.review.approve(towns.campaign("2026-11", [scanned[MODEL]]), "Jeanne")
    towns.clock.pass_by(days=7)
    post(towns)
    towns.clock.pass_by(days=23)
    towns.review.approve(towns.campaign("2026-12", [scanned[MODEL]]), "Jeanne")
    towns.clock.pass_by(days=7)
    assert post(towns)[2:] == [(MODEL, f"technique@{MODEL}", "unchanged"), (MODEL, f"maire@{MODEL}", "unchanged")]
    room = PostRoom(towns.store, towns.register, towns.catalogue, towns.settings)
    claims = [claim for _ in range(4) if (claim := room.outbox.claim(room.outbox.token()))]
    mail = parsed(claims[3].mail)
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    text = " ".join(bodies(claims[3].mail)[0].split())
    assert "Madame la Maire, Nous avons examiné saint-exemple.fr le 24 décembre 2026." in text
    assert "sur 100" not in text


def test_a_month_with_news_is_told_in_full(towns: Stage, scanned: dict[str, ScanResult]) -> None:
    towns.review.approve(towns.campaign("2026-11", [scanned[MODEL]]), "Jeanne")
    post(towns)
    towns.clock.pass_by(days=30)
    result = scanned[MODEL]
    news = with_outcome(result, failing(next(each for each in result.outcomes if each.check == "dns.caa-missing")))
    towns.review.approve(towns.campaign("2026-12", [news]), "Jeanne")
    assert (MODEL, f"technique@{MODEL}", "technical tickets") in post(towns)[1:]


def test_a_campaign_is_done_when_everything_has_left(towns: Stage, scanned: dict[str, ScanResult]) -> None:
    campaign = towns.review.approve(towns.campaign("2026-11", [scanned[MODEL]]), "Jeanne")
    towns.clock.pass_by(days=8)
    post(towns)
    room = PostRoom(towns.store, towns.register, towns.catalogue, towns.settings)
    assert room.finish() == ()
    while (claim := room.outbox.claim(room.outbox.token())) is not None:
        room.outbox.settle(claim, Delivered("250 ok"))
    assert room.finish() == ("2026-11",)
    assert towns.state(campaign) is CampaignState.DONE


def test_an_address_that_no_mail_can_go_to_is_named_and_keeps_nobody_else_waiting(
    stage: Stage, scanned: dict[str, ScanResult]
) -> None:
    member = authority(MODEL)
    broken = replace(member, contacts=(member.contacts[1], replace(member.contacts[0], email="maire@é.fr")))
    stage.register.save(broken)
    stage.review.approve(stage.campaign("2026-11", [scanned[MODEL]]), "Jeanne")
    stage.clock.pass_by(days=7)
    room = PostRoom(stage.store, stage.register, stage.catalogue, stage.settings)
    told = {posted.planned.recipient: bool(posted.trouble) for posted in room.queue_due()}
    assert told == {f"technique@{MODEL}": False, "maire@é.fr": True}


def test_erasing_an_authority_erases_what_was_planned_and_asked(towns: Stage, scanned: dict[str, ScanResult]) -> None:
    campaign = towns.campaign("2026-11", [scanned[NEGLECTED]])
    towns.review.hold(campaign, NEGLECTED, "à voir", "Jeanne")
    towns.review.approve(campaign, "Jeanne")
    towns.register.erase(NEGLECTED)
    assert towns.review.plans.of_campaign(campaign.id) == ()
    assert towns.review.plans.decisions(campaign.id) == {}
