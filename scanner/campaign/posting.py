"""Planned mails that are due become mails in the outbox, one domain at a time. A kill at any instant doubles and loses none.

The outbox takes the same dispatch once; a mail is only marked here after the outbox has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from pydantic import ValidationError

from scanner.campaign.campaigns import Campaigns
from scanner.campaign.model import CampaignState
from scanner.campaign.outgoing import EXPOSURE, UNCHANGED
from scanner.campaign.planned import MailState, Planned, Plans
from scanner.campaign.short_mails import exposure, unchanged
from scanner.catalogue import Catalogue
from scanner.delivery.dkim import Signer
from scanner.delivery.mail import Mail
from scanner.delivery.message import Occasion, compose, written
from scanner.delivery.outbox import Outbox, TooLarge
from scanner.delivery.papers import Papers, prepare
from scanner.delivery.rows import Dispatch
from scanner.delivery.states import State
from scanner.dossier import Dossier, Town
from scanner.followup.tickets import Tickets
from scanner.history import History
from scanner.registry import Register
from scanner.registry.model import Authority
from scanner.settings import Settings
from scanner.settings.mail import RecipientSettings
from scanner.store.engine import Store

_SHORT = (UNCHANGED, EXPOSURE)


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of one planned mail; `trouble` says why it could not be made, "" where it was."""

    planned: Planned
    state: MailState
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class _Case:
    """One domain of one campaign, and everything that its mails are made from. `papers` only where somebody receives any."""

    owner: Authority | None
    dossier: Dossier
    lang: str
    papers: Papers | None


class PostRoom:
    """Makes the mails of one store. Raises CannotSign where the key of the settings cannot be used."""

    def __init__(self, store: Store, register: Register, catalogue: Catalogue, settings: Settings) -> None:
        self._register = register
        self._catalogue = catalogue
        self._settings = settings
        self._signer = Signer(settings.mail.dkim) if settings.mail.dkim else None
        self._history = History(store, catalogue)
        self._campaigns = Campaigns(store, clock=register.clock)
        self._plans = Plans(store)
        self._tickets = Tickets(store, clock=register.clock)
        self.outbox = Outbox(store, clock=register.clock)

    def queue_due(self, stop: Callable[[], bool] = lambda: False) -> Iterator[Posted]:
        """Everything that is due, each as it comes to the outbox; `stop` ends it between two domains. Raises StoreError."""
        now = self._register.clock()
        for _, group in groupby(self._plans.due(now), key=lambda each: (each.campaign, each.domain)):
            if stop():
                return
            mails = tuple(group)
            case = self._case(mails)
            for planned in mails:
                yield self._post(planned, case, now)

    def finish(self) -> tuple[str, ...]:
        """Campaigns that have nothing left to send are done; their names."""
        ended = []
        for campaign in self._campaigns.all((CampaignState.APPROVED,)):
            counts = self._plans.counts(campaign.id)
            under_way = self.outbox.entries((State.WAITING, State.SENDING, State.DOUBTFUL), campaign.name)
            if not counts[MailState.WAITING] and not counts[MailState.HELD] and not under_way:
                self._campaigns.move(campaign.id, CampaignState.DONE)
                ended.append(campaign.name)
        return tuple(ended)

    def _case(self, mails: tuple[Planned, ...]) -> _Case | None:
        """None where the result is no longer kept."""
        first = mails[0]
        result = self._history.of_campaign(first.campaign, first.domain)
        if result is None:
            return None
        owner = self._register.owner_of(first.domain)
        last = self._plans.last_reported(first.domain, first.campaign)
        previous = self._history.of_campaign(last.campaign, first.domain) if last else None
        declared = tuple(self._register.declared(first.domain).items())
        town = owner.town() if owner else Town()
        dossier = Dossier(result, previous, town, self._settings.sender.sender(), declared, self._settings.network.visitor())
        lang = owner.language if owner else "fr"
        long_mails = (each for each in mails if not set(each.documents) & set(_SHORT))
        readers = [reader for each in long_mails if (reader := _recipient(each)) is not None]
        papers = prepare(dossier, self._catalogue, readers, self._settings.mail, lang) if readers else None
        self._tickets.settle_by(result)
        if self._settings.mail.letter != "notice" and any("tickets" in each.documents for each in readers):
            self._tickets.record(dossier, self._catalogue, lang, owner.id if owner else None)
        return _Case(owner, dossier, lang, papers)

    def _post(self, planned: Planned, case: _Case | None, now: datetime) -> Posted:
        if case is None:
            return self._marked(planned, MailState.EMPTY, now)
        dispatch = Dispatch(planned.campaign_name, planned.domain, planned.recipient, planned.documents)
        try:
            mail = self._mail(planned, case, now)
            if mail is None:
                return self._marked(planned, MailState.EMPTY, now)
            self.outbox.enqueue(dispatch, self._signer.sign(mail, now) if self._signer else mail)
        except (TooLarge, ValueError) as error:
            return Posted(planned, planned.state, str(error))
        return self._marked(planned, MailState.QUEUED, now)

    def _mail(self, planned: Planned, case: _Case, now: datetime) -> Mail | None:
        settings, lang = self._settings, case.lang
        occasion = Occasion(planned.campaign_name, now, lang)
        if not set(planned.documents) & set(_SHORT):
            recipient = _recipient(planned)
            if recipient is None or case.papers is None:
                raise ValueError(f"not a plain mail address: {ascii(planned.recipient)[:80]}")
            return compose(case.dossier, recipient, case.papers, settings.mail, occasion)
        if planned.documents == (EXPOSURE,):
            short = exposure(case.dossier, self._catalogue, planned.campaign_name, lang)
        else:
            short = unchanged(case.dossier, lang, with_grade=settings.correspondence.grade_when_unchanged)
        key = (planned.campaign_name, planned.domain, planned.recipient.casefold(), *planned.documents)
        sender = case.dossier.sender
        return written(short.cover(sender, lang), key, sender.name, planned.recipient, settings.mail, occasion)

    def _marked(self, planned: Planned, state: MailState, now: datetime) -> Posted:
        self._plans.mark(planned.id, state, now)
        return Posted(planned, state)


def _recipient(planned: Planned) -> RecipientSettings | None:
    """None where the register holds an address that no mail can be sent to."""
    try:
        return RecipientSettings.model_validate({"to": planned.recipient, "documents": planned.documents})
    except ValidationError:
        return None
