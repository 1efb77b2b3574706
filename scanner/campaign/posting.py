"""Planned mails that are due become mails in the outbox, one domain at a time. A kill at any instant doubles and loses none.

The outbox takes the same dispatch once; a mail is only marked here after the outbox has it.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
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
from scanner.registry.waiving import waivers_of
from scanner.report.press import in_order
from scanner.settings import Settings
from scanner.settings.mail import MailSettings, RecipientSettings
from scanner.store.engine import Store

_SHORT = (UNCHANGED, EXPOSURE)


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of one planned mail; `trouble` says why it could not be made, "" where it was."""

    planned: Planned
    state: MailState
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """One planned mail as it would leave now: None where nothing is left to say, or where `trouble` says why not."""

    planned: Planned
    mail: Mail | None
    papers: Papers | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class _Case:
    """One domain of one campaign, and everything that its mails are made from. `readers` receive documents."""

    owner: Authority | None
    dossier: Dossier
    lang: str
    readers: tuple[RecipientSettings, ...]
    settings: MailSettings


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
        """Everything that is due, each as it comes to the outbox; `stop` ends it between two domains. Raises StoreError.

        The documents of the next domains are drawn meanwhile, in processes of their own.
        """
        now = self._register.clock()
        for mails, case, papers in self._drawn(self._plans.due(now)):
            if stop():
                return
            if case is not None:
                self._follow(case)
            for planned in mails:
                yield self._post(planned, case, papers, now)

    def drafts(self, wanted: Iterable[Planned], stop: Callable[[], bool] = lambda: False) -> Iterator[Draft]:
        """The same mails, and nothing else: neither the outbox, nor the plan, nor the follow-up hears of them."""
        now = self._register.clock()
        for mails, case, papers in self._drawn(wanted):
            if stop():
                return
            for planned in mails:
                yield self._draft(planned, case, papers, now)

    def _drawn(self, wanted: Iterable[Planned]) -> Iterator[tuple[tuple[Planned, ...], _Case | None, Papers | None]]:
        """By campaign and domain, in the order given."""
        cases: deque[tuple[tuple[Planned, ...], _Case | None]] = deque()

        def coming() -> Iterator[_Case | None]:
            for _, group in groupby(wanted, key=lambda each: (each.campaign, each.domain)):
                mails = tuple(group)
                cases.append((mails, self._case(mails)))
                yield cases[-1][1]

        with contextlib.closing(in_order(_papers, coming(), self._catalogue)) as drawn:
            for papers in drawn:
                yield *cases.popleft(), papers

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

    def dossier(self, campaign: int, domain: str) -> Dossier | None:
        """What the documents of one domain are made from; None where the result is no longer kept."""
        result = self._history.of_campaign(campaign, domain)
        if result is None:
            return None
        owner = self._register.owner_of(domain)
        last = self._plans.last_reported(domain, campaign)
        previous = self._history.of_campaign(last.campaign, domain) if last else None
        declared = tuple(self._register.declared(domain).items())
        town = owner.town() if owner else Town()
        waivers = waivers_of(result, self._register.waivers_of(domain), self._register.clock().date(), self._catalogue)
        sender, visitor = self._settings.sender.sender(), self._settings.network.visitor()
        return Dossier(result, previous, town, sender, declared, visitor, waivers)

    def _case(self, mails: tuple[Planned, ...]) -> _Case | None:
        """None where the result is no longer kept."""
        first = mails[0]
        dossier = self.dossier(first.campaign, first.domain)
        if dossier is None:
            return None
        owner = self._register.owner_of(first.domain)
        lang = owner.language if owner else "fr"
        long_mails = (each for each in mails if not set(each.documents) & set(_SHORT))
        readers = tuple(reader for each in long_mails if (reader := _recipient(each)) is not None)
        return _Case(owner, dossier, lang, readers, self._settings.mail)

    def _follow(self, case: _Case) -> None:
        """The follow-up of suppliers learns what this result settles, and what is asked for now."""
        self._tickets.settle_by(case.dossier.result)
        if self._settings.mail.letter != "notice" and any("tickets" in each.documents for each in case.readers):
            self._tickets.record(case.dossier, self._catalogue, case.lang, case.owner.id if case.owner else None)

    def _post(self, planned: Planned, case: _Case | None, papers: Papers | None, now: datetime) -> Posted:
        draft = self._draft(planned, case, papers, now)
        if draft.trouble:
            return Posted(planned, planned.state, draft.trouble)
        if draft.mail is None:
            return self._marked(planned, MailState.EMPTY, now)
        dispatch = Dispatch(planned.campaign_name, planned.domain, planned.recipient, planned.documents)
        try:
            self.outbox.enqueue(dispatch, draft.mail)
        except (TooLarge, ValueError) as error:
            return Posted(planned, planned.state, str(error))
        return self._marked(planned, MailState.QUEUED, now)

    def _draft(self, planned: Planned, case: _Case | None, papers: Papers | None, now: datetime) -> Draft:
        try:
            mail = self._mail(planned, case, papers, now) if case is not None else None
            return Draft(planned, self._signer.sign(mail, now) if self._signer and mail else mail, papers)
        except ValueError as error:
            return Draft(planned, None, papers, str(error))

    def _mail(self, planned: Planned, case: _Case, papers: Papers | None, now: datetime) -> Mail | None:
        settings, lang = self._settings, case.lang
        occasion = Occasion(planned.campaign_name, now, lang)
        if not set(planned.documents) & set(_SHORT):
            recipient = _recipient(planned)
            if recipient is None or papers is None:
                raise ValueError(f"not a plain mail address: {ascii(planned.recipient)[:80]}")
            return compose(case.dossier, recipient, papers, settings.mail, occasion)
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


def _papers(catalogue: Catalogue, case: _Case | None) -> Papers | None:
    """The documents of one domain, None where nobody receives any."""
    if case is None or not case.readers:
        return None
    return prepare(case.dossier, catalogue, case.readers, case.settings, case.lang)


def _recipient(planned: Planned) -> RecipientSettings | None:
    """None where the register holds an address that no mail can be sent to."""
    try:
        return RecipientSettings.model_validate({"to": planned.recipient, "documents": planned.documents})
    except ValidationError:
        return None
