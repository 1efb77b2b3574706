"""The documents of one authority, made once for all who receive any of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scanner.catalogue import Catalogue
from scanner.dossier import Dossier
from scanner.report.documents import File, render
from scanner.report.letter import fitted
from scanner.report.letter_view import Letter, compose
from scanner.settings.mail import Document, MailSettings, RecipientSettings

#: The formats in which a document is mailed: the first that this machine can make.
_FORMS: Mapping[Document, tuple[str, ...]] = {"letter": ("pdf", "html"), "technical": ("pdf", "html"), "tickets": ("txt",)}


@dataclass(frozen=True, slots=True)
class Paper:
    """One document as a file. `about` is the subject line of a ticket, which names nobody's weakness; "" for others."""

    file: File
    about: str = ""


@dataclass(frozen=True, slots=True)
class Papers:
    """`letter` is what the letter says, for a mail that carries it in its body. `no_pdf` is the command that would let
    this machine make PDF, to be said once; "" where it does."""

    letter: Letter
    files: Mapping[Document, tuple[Paper, ...]]
    no_pdf: str = ""


def prepare(
    dossier: Dossier, catalogue: Catalogue, recipients: Iterable[RecipientSettings], settings: MailSettings, lang: str
) -> Papers:
    """The letter's words, and as files what any of the recipients will find attached: HTML in place of PDF where this
    machine makes none."""
    from scanner.report.pdf import PdfImpossible

    files: dict[Document, tuple[Paper, ...]] = {}
    no_pdf = ""
    for document in _attached(recipients, settings):
        for form in _FORMS[document]:
            try:
                made = render(dossier, catalogue, document, lang, form)
                files[document] = tuple(map(Paper, made, _about(dossier, catalogue, document, lang, len(made))))
                break
            except PdfImpossible as problem:
                no_pdf = str(problem)
    return Papers(fitted(compose(dossier, catalogue, lang)), files, no_pdf)


def _attached(recipients: Iterable[RecipientSettings], settings: MailSettings) -> Iterable[Document]:
    """A notice carries nothing, and a letter in the body is not attached too."""
    if settings.letter == "notice":
        return ()
    wanted = {document for recipient in recipients for document in recipient.documents}
    return sorted(wanted - {"letter"} if settings.letter == "body" else wanted)


def _about(dossier: Dossier, catalogue: Catalogue, document: Document, lang: str, count: int) -> Iterable[str]:
    """The matter of each file, in the order in which they are made; "" for what is to be done at home."""
    if document != "tickets":
        return ("",) * count
    from scanner.report.tickets import tickets

    return (ticket.topic if ticket.role else "" for ticket in tickets(dossier, catalogue, lang))
