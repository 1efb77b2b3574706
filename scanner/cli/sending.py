"""`beffroi send`: results become mails, mails go through the outbox, or into files where nothing shall leave."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from scanner.catalogue import Catalogue
from scanner.cli.exits import Exit
from scanner.cli.messages import say
from scanner.cli.outputs import read_stored
from scanner.cli.request import UsageError
from scanner.cli.writing import FileWriter
from scanner.delivery.dkim import CannotSign, Signer
from scanner.delivery.mail import Mail
from scanner.delivery.message import Occasion, compose
from scanner.delivery.papers import Papers, prepare
from scanner.delivery.rows import Dispatch
from scanner.dossier import Dossier
from scanner.settings import Settings
from scanner.settings.mail import MailSettings, RecipientSettings

DRAFTS = Path("courriels")
MAX_CAMPAIGN = 80  # characters


@dataclass(frozen=True, slots=True)
class SendRequest:
    """What was asked for. `campaign` is "" for the day of each result, `to` "" for the recipients of the settings."""

    results: tuple[Path, ...]
    lang: str
    dry_run: bool = False
    out: Path | None = None
    campaign: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True)
class Errand:
    """One mail to be made: of whom, for whom, in which campaign."""

    dossier: Dossier
    recipient: RecipientSettings
    dispatch: Dispatch


def send(request: SendRequest, catalogue: Catalogue, settings: Settings) -> Exit:
    """Everything of one call. Raises UsageError with one line, before anything has left."""
    lang = request.lang
    drafts = request.dry_run or not settings.mail.relay
    if request.out is not None and not drafts:
        raise UsageError(say(lang, "send.out_alone"))
    if drafts and not request.results:
        raise UsageError(say(lang, "send.nothing_to_draft"))
    errands = plan(request, catalogue, settings)
    composer = Composer(settings, catalogue, lang)
    if drafts:
        if not request.dry_run:
            print(say(lang, "send.no_relay"), file=sys.stderr)
        return write_drafts(errands, composer, request.out or DRAFTS, lang)
    from scanner.cli.posting import post

    return post(errands, composer, settings, lang)


def plan(request: SendRequest, catalogue: Catalogue, settings: Settings) -> tuple[Errand, ...]:
    """Who is to receive what, held against the settings. Raises UsageError."""
    lang, campaign = request.lang, request.campaign.strip()
    if len(campaign) > MAX_CAMPAIGN or not campaign.isprintable():
        raise UsageError(say(lang, "send.bad_campaign", most=MAX_CAMPAIGN))
    found = [read_stored(path, catalogue, lang) for path in request.results]
    names = [result.domain.name for result in found]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise UsageError(say(lang, "send.twice", domain=twice))
    recipients = {name: _recipients(name, request, settings) for name in names}
    if nobody := [name for name in names if not recipients[name]]:
        raise UsageError(say(lang, "send.nobody", domains=", ".join(nobody)))
    errands = []
    for result in found:
        name = result.domain.name
        dossier = Dossier(result, None, settings.town(name), settings.sender.sender(), visitor=settings.network.visitor())
        when = campaign or result.started_at.date().isoformat()
        errands += [Errand(dossier, each, Dispatch(when, name, each.to, each.documents)) for each in recipients[name]]
    return tuple(errands)


def _recipients(domain: str, request: SendRequest, settings: Settings) -> tuple[RecipientSettings, ...]:
    known = next((authority.recipients for authority in settings.authority if authority.domain == domain), ())
    if not request.to:
        return known
    wanted = tuple(each for each in known if each.to.lower() == request.to.lower())
    try:
        return wanted or (RecipientSettings(to=request.to),)
    except ValidationError as error:
        raise UsageError(say(request.lang, "send.bad_address", value=request.to[:80])) from error


class Composer:
    """Makes the mails of one call. The documents of an authority are made once for all its recipients."""

    def __init__(self, settings: Settings, catalogue: Catalogue, lang: str) -> None:
        self._mail = with_sender(settings, lang)
        self._catalogue = catalogue
        self._lang = lang
        self._said_no_pdf = False
        self._prepared: tuple[str, Papers] | None = None
        try:
            self._signer = Signer(settings.mail.dkim, lang) if settings.mail.dkim else None
        except CannotSign as error:
            raise UsageError(str(error)) from error

    def mail(self, errand: Errand, errands: tuple[Errand, ...]) -> Mail | None:
        """None where this recipient receives nothing this time. Raises UsageError."""
        moment = datetime.now(UTC)
        papers = self._papers(errand, errands)
        try:
            occasion = Occasion(errand.dispatch.campaign, moment, self._lang)
            mail = compose(errand.dossier, errand.recipient, papers, self._mail, occasion)
        except ValueError as error:
            raise UsageError(say(self._lang, "send.not_composed", to=errand.recipient.to, why=error)) from error
        return self._signer.sign(mail, moment) if mail and self._signer else mail

    def _papers(self, errand: Errand, errands: tuple[Errand, ...]) -> Papers:
        domain = errand.dispatch.authority
        if self._prepared is None or self._prepared[0] != domain:
            everybody = [each.recipient for each in errands if each.dispatch.authority == domain]
            papers = prepare(errand.dossier, self._catalogue, everybody, self._mail, self._lang)
            if papers.no_pdf and not self._said_no_pdf:
                print(say(self._lang, "report.no_pdf", why=papers.no_pdf), file=sys.stderr)
                self._said_no_pdf = True
            self._prepared = domain, papers
        return self._prepared[1]


def with_sender(settings: Settings, lang: str) -> MailSettings:
    """A draft may be written before `from` is set: it then comes from the address at the foot of the documents."""
    if settings.mail.sender:
        return settings.mail
    if not settings.sender.email:
        raise UsageError(say(lang, "send.no_from"))
    return settings.mail.model_copy(update={"sender": settings.sender.email})


def write_drafts(errands: tuple[Errand, ...], composer: Composer, folder: Path, lang: str) -> Exit:
    """One .eml file a mail, and a line for each that says what would go to whom. Raises UsageError."""
    files = FileWriter(lang)
    files.folder(folder)
    count = 0
    for errand, mail in _composed(errands, composer, lang):
        path = folder / draft_name(errand.dispatch.authority, mail)
        files.replace(path, mail.content)
        print(say(lang, "send.draft", to=errand.recipient.to, what=documents_of(errand, lang), path=path))
        count += 1
    print(say(lang, "send.drafts", count=count, path=folder))
    return Exit.DONE


def _composed(errands: tuple[Errand, ...], composer: Composer, lang: str) -> Iterator[tuple[Errand, Mail]]:
    for errand in errands:
        mail = composer.mail(errand, errands)
        if mail is None:
            print(say(lang, "send.nothing_for", to=errand.recipient.to, domain=errand.dispatch.authority))
        else:
            yield errand, mail


def documents_of(errand: Errand, lang: str) -> str:
    """`lettre, rapport technique`."""
    return ", ".join(say(lang, f"register.document.{document}") for document in errand.recipient.documents)


def draft_name(domain: str, mail: Mail) -> str:
    """The authority, the recipient, and what tells two campaigns apart; fit for any file system."""
    who = "".join(letter if letter.isalnum() or letter in "@.-_" else "_" for letter in mail.to)
    return f"{domain}-{who}-{mail.message_id.partition('@')[0][-8:]}.eml"
