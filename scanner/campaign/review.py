"""Between a campaign and its mails: what to read first, what is held back, and the word without which nothing leaves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from scanner.campaign.campaigns import Campaigns
from scanner.campaign.exposure import exposures
from scanner.campaign.model import UNFINISHED, Campaign, CampaignState, MemberState, NotAllowed
from scanner.campaign.outgoing import Outgoing, Situation, outgoing, unchanged
from scanner.campaign.planned import Decision, MailState, Planned, Plans, Word
from scanner.campaign.reading import Reading, Why, reasons, waiver_reasons
from scanner.catalogue import Catalogue
from scanner.dossier import Town
from scanner.history import History
from scanner.registry import Register
from scanner.registry.waiving import waivers_of
from scanner.result import ScanResult
from scanner.settings.correspondence import CorrespondenceSettings
from scanner.store.engine import Store

MAX_NOTE = 300  # characters


class NotToReview(Exception):
    """The campaign is not at the point where a person may decide."""

    def __init__(self, state: CampaignState) -> None:
        super().__init__(state)
        self.state = state


class NotAMember(Exception):
    """The campaign did not look at this domain."""


class Review:
    """The review of the campaigns of one store."""

    def __init__(
        self,
        store: Store,
        register: Register,
        catalogue: Catalogue,
        settings: CorrespondenceSettings,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.register = register
        self.catalogue = catalogue
        self.clock = clock or register.clock
        self.campaigns = Campaigns(store, clock=self.clock)
        self.history = History(store, catalogue)
        self.plans = Plans(store)
        self._settings = settings

    def reading_list(self, campaign: Campaign) -> tuple[Reading, ...]:
        """Every member of the campaign, what presses most first."""
        words = self.plans.decisions(campaign.id)
        members = self.campaigns.members(campaign.id)
        found = [self._reading(campaign, member.domain, member.state, words.get(member.domain)) for member in members]
        order = list(Why)

        def place(reading: Reading) -> tuple[tuple[int, ...], str]:
            return (
                *(order.index(why) for why in reading.reasons),
                len(order),
            ), reading.domain  # of two alike, more reasons first

        return tuple(sorted(found, key=place))

    def hold(self, campaign: Campaign, domain: str, reason: str, by: str) -> None:
        """Nothing about this domain leaves until it is released. Raises NotToReview, NotAMember."""
        self._decide(campaign, domain, Word(Decision.HELD, by, self.clock(), reason[:MAX_NOTE]))
        self.plans.hold(campaign.id, domain)

    def release(self, campaign: Campaign, domain: str, by: str, note: str = "") -> int:
        """A person has looked: it may leave, at once where the campaign is approved. How many mails. As `hold`."""
        self._decide(campaign, domain, Word(Decision.RELEASED, by, self.clock(), note[:MAX_NOTE]))
        if campaign.approved is None:
            return 0
        return self.plans.release(campaign.id, domain, campaign.approved, self.clock())

    def approve(self, campaign: Campaign, by: str) -> Campaign:
        """From now on its mails leave, each when it is due; a second time changes nothing. Raises NotToReview."""
        campaign = self.campaigns.get(campaign.id)
        if campaign.state in (CampaignState.APPROVED, CampaignState.DONE):
            return campaign
        if campaign.state is not CampaignState.TO_REVIEW:
            raise NotToReview(campaign.state)
        mails, owners = self._plan(campaign)
        self.plans.write(campaign.id, mails, owners)  # a kill here leaves a plan that nobody carries out
        try:
            approved = self.campaigns.move(campaign.id, CampaignState.APPROVED, by=by)
        except NotAllowed:  # another person was quicker
            return self.campaigns.get(campaign.id)
        self.register.audit(by, "campaign.approve")
        return approved

    def coming(self, campaign: Campaign, domain: str) -> tuple[Planned, ...]:
        """What would leave about one domain, as if the campaign were approved now, or as it was planned; the first first.

        Raises NotToReview, NotAMember.
        """
        self._refuse(campaign, domain)
        if campaign.state is not CampaignState.TO_REVIEW:
            return tuple(each for each in self.plans.of_campaign(campaign.id) if each.domain == domain)
        mails, _ = self._mails(campaign, domain, self.plans.decisions(campaign.id).get(domain), self.clock())
        return tuple(
            Planned(0, campaign.id, campaign.name, domain, mail.recipient, mail.documents, mail.due, _state(mail))
            for mail in mails
        )

    def _plan(self, campaign: Campaign) -> tuple[list[Outgoing], dict[str, int | None]]:
        words = self.plans.decisions(campaign.id)
        mails: list[Outgoing] = []
        owners: dict[str, int | None] = {}
        now = self.clock()
        for member in self.campaigns.members(campaign.id, (MemberState.DONE,)):
            mine, owner = self._mails(campaign, member.domain, words.get(member.domain), now)
            if owner is not None:
                owners[member.domain] = owner
                mails += mine
        return mails, owners

    def _mails(
        self, campaign: Campaign, domain: str, word: Word | None, now: datetime
    ) -> tuple[tuple[Outgoing, ...], int | None]:
        """The mails about one domain, and the number of its authority; nothing where either is gone."""
        result = self.history.of_campaign(campaign.id, domain)
        owner = self.register.owner_of(domain)
        if result is None or owner is None:
            return (), None
        last = self.plans.last_reported(domain, campaign.id)
        then = self.history.of_campaign(last.campaign, domain) if last else None
        situation = Situation(
            domain,
            owner.contacts,
            now,
            informed=last.recipients if last else frozenset(),
            unchanged=then is not None and unchanged(then, result),
            exposed=_exposed(result, word),
            held=word is not None and word.decision is Decision.HELD,
        )
        return outgoing(situation, self._settings), owner.id

    def _decide(self, campaign: Campaign, domain: str, word: Word) -> None:
        if campaign.state is CampaignState.DONE:
            raise NotToReview(campaign.state)
        self._refuse(campaign, domain)
        owner = self.register.owner_of(domain)
        self.plans.decide(campaign.id, domain, owner.id if owner else None, word)
        self.register.audit(word.by, f"review.{word.decision}", about=domain)

    def _refuse(self, campaign: Campaign, domain: str) -> None:
        if campaign.state in UNFINISHED:
            raise NotToReview(campaign.state)
        if all(member.domain != domain for member in self.campaigns.members(campaign.id)):
            raise NotAMember(domain)

    def _reading(self, campaign: Campaign, domain: str, state: MemberState, word: Word | None) -> Reading:
        owner = self.register.owner_of(domain)
        name = owner.name if owner else ""
        result = self.history.of_campaign(campaign.id, domain) if state is MemberState.DONE else None
        if result is None:
            return Reading(domain, name, (Why.NO_RESULT,), word=word)
        previous = self.history.before(domain, result.started_at)
        first = self.plans.last_reported(domain, campaign.id) is None
        town = owner.town() if owner else Town()
        waivers = waivers_of(result, self.register.waivers_of(domain), self.clock().date(), self.catalogue)
        also = set(waiver_reasons(waivers))
        if owner is None or not any(contact.documents for contact in owner.contacts):
            also.add(Why.NO_RECIPIENT)
        why = reasons(result, previous, town, self.catalogue, first=first, also=also)
        before = (previous.score.grade or "") if previous else ""
        return Reading(domain, name, why, result.score.grade or "", before, word, waivers)


def _exposed(result: ScanResult, word: Word | None) -> bool:
    return bool(exposures(result.outcomes)) and (word is None or word.decision is not Decision.RELEASED)


def _state(mail: Outgoing) -> MailState:
    return MailState.HELD if mail.held else MailState.WAITING
