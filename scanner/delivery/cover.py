"""What a mail says around its documents, before any medium. Neither grade nor finding stands in it, but in `letter`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from scanner.delivery.papers import Papers
from scanner.dossier import Dossier, Sender
from scanner.names import NotADomain, read_domain
from scanner.report.documents import File
from scanner.report.letter_view import Letter
from scanner.report.values import Worded, day, visible, volume
from scanner.report.words import Words, words
from scanner.settings.mail import Document, MailSettings, RecipientSettings

#: `documents` is for someone who receives documents, but not the letter.
Form = Literal["attached", "body", "notice", "documents"]
#: Before the name of every file: a colon cannot stand in the name of one.
MARK = "TLP-AMBER-"
#: In the order in which a mail carries them.
_ORDER: tuple[Document, ...] = ("letter", "technical", "tickets")


@dataclass(frozen=True, slots=True)
class Enclosed:
    """One attached file: `what` it is, its `size` in words, and the file under the name that it has in the mail."""

    what: str
    size: str
    file: File


@dataclass(frozen=True, slots=True)
class Cover:
    """One mail's words. `marking` says who may read it and is "" where everybody may, `letter` is None where the body
    carries none, `notes` end the mail in small print."""

    subject: str
    sender: str
    title: str
    examined: str
    marking: str
    greeting: str
    paragraphs: tuple[str, ...]
    letter: Letter | None
    enclosed: tuple[Enclosed, ...]
    closing: tuple[str, ...]
    signature: tuple[str, ...]
    notes: tuple[str, ...]


def cover(dossier: Dossier, recipient: RecipientSettings, papers: Papers, settings: MailSettings, lang: str) -> Cover | None:
    """The mail to one recipient; None where there is nothing that this one receives."""
    say = words(lang)
    form = _form(recipient, papers, settings)
    enclosed = tuple(_enclosed(recipient, papers, form, say, lang))
    if form == "documents" and not enclosed:
        return None
    sensitive = form != "notice"
    return Cover(
        subject=say(f"mail.{form}.subject", domain=_shown(dossier)),
        sender=papers.letter.sender or "Beffroi",
        title=papers.letter.title,
        examined=say("mail.examined", domain=_shown(dossier), day=day(dossier.result.started_at, lang)),
        marking=say("letter.tlp") if sensitive else "",
        greeting=say("mail.greeting") if form == "documents" else papers.letter.salutation,
        paragraphs=_paragraphs(form, enclosed, dossier.sender, say),
        letter=papers.letter if form == "body" else None,
        enclosed=enclosed,
        closing=_closing(form, dossier.sender, say),
        signature=_signature(dossier.sender),
        notes=(say("letter.sensitive"),) if sensitive else (),
    )


def _form(recipient: RecipientSettings, papers: Papers, settings: MailSettings) -> Form:
    if settings.letter == "notice":
        return "notice"
    return settings.letter if "letter" in recipient.documents else "documents"


def _enclosed(recipient: RecipientSettings, papers: Papers, form: Form, say: Words, lang: str) -> Iterable[Enclosed]:
    """What is attached: nothing to a notice, and not a second time what the body says."""
    if form == "notice":
        return
    for document in _ORDER:
        if document in recipient.documents and (document, form) != ("letter", "body"):
            for paper in papers.files.get(document, ()):
                file = paper.file
                size = say("mail.size", kind=file.name.rpartition(".")[2].upper(), volume=volume(len(file.content), lang))
                own = document == "tickets" and not paper.about
                what = say(f"mail.enclosed.{'own' if own else document}", about=Worded(paper.about))
                yield Enclosed(what, size, File(MARK + file.name, file.media_type, file.content))


def _paragraphs(form: Form, enclosed: tuple[Enclosed, ...], sender: Sender, say: Words) -> tuple[str, ...]:
    if form == "body":
        return ()
    if form == "notice":
        how = say("mail.notice.call", phone=_phone(sender)) if sender.phone else say("mail.notice.reply")
        return say("mail.notice.first"), how
    said = [say(f"mail.{form}.first"), say("mail.cautious")]
    if any(each.file.media_type == "text/html" for each in enclosed):
        said.append(say("mail.browser"))
    return tuple(said)


def _closing(form: Form, sender: Sender, say: Words) -> tuple[str, ...]:
    """How to know that the mail is ours; a letter in the body says at its end whom to call."""
    if form == "body":
        return ()
    if form == "notice":
        return say("mail.notice.nothing"), say("mail.never_asked")
    doubt = say("mail.doubt", phone=_phone(sender)) if sender.phone else say("mail.doubt_unknown")
    return doubt, say("mail.never_asked")


def _phone(sender: Sender) -> Worded:
    """The number in one piece."""
    return Worded(visible(sender.phone).replace(" ", "\u00a0"))


def _signature(sender: Sender) -> tuple[str, ...]:
    return tuple(visible(each) for each in (sender.name, sender.phone, sender.email) if each)


def _shown(dossier: Dossier) -> str:
    """The domain as its owner writes it."""
    name = dossier.result.domain.name
    try:
        return read_domain(name).unicode
    except NotADomain:
        return visible(name, 260)
