"""`beffroi review show`, and mails written to files: exactly what would leave, by the same code, and nothing is noted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import typer

from scanner.campaign.outgoing import EXPOSURE, UNCHANGED
from scanner.campaign.planned import Planned
from scanner.campaign.posting import Draft, PostRoom
from scanner.campaign.review import NotAMember, NotToReview
from scanner.catalogue import load_catalogue
from scanner.cli.desk import Desk
from scanner.cli.exits import Exit
from scanner.cli.messages import printable, say
from scanner.cli.posting import progress_bar, stopping
from scanner.cli.request import UsageError
from scanner.cli.review_desk import named, read_domain, refused, review_of
from scanner.cli.sending import draft_name, with_sender
from scanner.cli.workspace import plain_spaces
from scanner.cli.writing import FileWriter
from scanner.delivery.dkim import CannotSign
from scanner.settings import Settings


def show(desk: Desk, name: str, typed: str, out: Path | None) -> Exit:
    """Every mail about one domain: to whom, when, what; its text; with `out` the mails and their documents as files."""
    review = review_of(desk)
    campaign, domain = named(desk, review, name), read_domain(desk, typed)
    try:
        coming = review.coming(campaign, domain)
    except (NotToReview, NotAMember) as error:
        raise refused(desk, error, campaign, domain) from error
    if not coming:
        _tell(desk, "show_nothing", domain=domain)
        return Exit.PARTIAL
    _tell(desk, "show_title" if campaign.approved is None else "show_title_approved", domain=domain, name=campaign.name)
    files, documents = FileWriter(desk.lang), set[str]()
    if out is not None:
        files.folder(out)
    code = Exit.DONE
    for draft in _room(desk).drafts(coming):
        typer.echo()
        _show(desk, draft)
        code = Exit.PARTIAL if draft.trouble else code
        if out is None:
            continue
        for file_name, content in _files(draft):
            if file_name not in documents:
                documents.add(file_name)
                files.replace(out / file_name, content)
    if out is not None:
        typer.echo()
        _tell(desk, "show_written", count=len(documents), path=out)
    return code


def write_drafts(desk: Desk, planned: Iterable[Planned], folder: Path) -> Exit:
    """One .eml file a mail, a line for each. PARTIAL where one could not be made; INTERRUPTED by a person."""
    planned = tuple(planned)
    if not planned:
        _tell(desk, "nothing_due")
        return Exit.DONE
    files, count, code = FileWriter(desk.lang), 0, Exit.DONE
    files.folder(folder)
    with stopping() as stop, progress_bar("send.preparing", len(planned), desk.lang) as (console, advance):
        for draft in _room(desk).drafts(planned, stop.is_set):
            advance()
            if draft.trouble:
                code = Exit.PARTIAL
                facts = {"domain": draft.planned.domain, "to": draft.planned.recipient, "why": draft.trouble}
                console.print(say(desk.lang, "review.not_made", **facts), markup=False, highlight=False, soft_wrap=True)
            elif draft.mail is not None:
                path = folder / draft_name(draft.planned.domain, draft.mail)
                files.replace(path, draft.mail.content)
                what = _documents(desk, draft.planned)
                console.print(
                    say(desk.lang, "send.draft", to=draft.planned.recipient, what=what, path=path),
                    markup=False, highlight=False, soft_wrap=True,
                )  # fmt: skip
                count += 1
    _tell(desk, "drafts", count=count, path=folder)
    return Exit.INTERRUPTED if stop.is_set() else code


def _room(desk: Desk) -> PostRoom:
    """A draft may be written before `from` is set."""
    mail = with_sender(desk.settings, desk.lang)
    return post_room(desk, desk.settings.model_copy(update={"mail": mail}))


def post_room(desk: Desk, settings: Settings) -> PostRoom:
    """With the key that the settings name. Raises UsageError where it cannot be used."""
    try:
        return PostRoom(desk.store, desk.register, load_catalogue(), settings)
    except CannotSign as error:
        raise UsageError(str(error)) from error


def _show(desk: Desk, draft: Draft) -> None:
    planned = draft.planned
    facts = {"to": planned.recipient, "day": planned.due.date().isoformat(), "what": _documents(desk, planned)}
    _tell(desk, f"show_mail.{planned.state}", **facts)
    if draft.trouble:
        _tell(desk, "not_made", domain=planned.domain, to=planned.recipient, why=draft.trouble)
    elif draft.mail is None:
        _tell(desk, "show_empty")
    else:
        _show_mail(desk, message_from_bytes(draft.mail.content, policy=default))


def _show_mail(desk: Desk, message: EmailMessage) -> None:
    """As a reader would see it: the subject, the names of the files, the text."""
    _tell(desk, "show_subject", subject=plain_spaces(str(message["Subject"])))
    for part in message.iter_attachments():
        _tell(desk, "show_attached", name=part.get_filename() or "")
    body = message.get_body(("plain",))
    for line in str(body.get_content()).splitlines() if body is not None else ():
        typer.echo(f"    | {printable(plain_spaces(line))}".rstrip())


def _files(draft: Draft) -> Iterator[tuple[str, bytes]]:
    """The mail, and beside it what it carries."""
    if draft.mail is not None:
        yield draft_name(draft.planned.domain, draft.mail), draft.mail.content
    if draft.papers is not None and draft.mail is not None:
        for document, papers in draft.papers.files.items():
            if document in draft.planned.documents:
                yield from ((paper.file.name, paper.file.content) for paper in papers)


def _documents(desk: Desk, planned: Planned) -> str:
    short = (UNCHANGED, EXPOSURE)
    keys = (f"review.short.{each}" if each in short else f"register.document.{each}" for each in planned.documents)
    return ", ".join(say(desk.lang, key) for key in keys)


def _tell(desk: Desk, key: str, **facts: object) -> None:
    typer.echo(say(desk.lang, f"review.{key}", **facts))
