"""`beffroi report`: any document again, from a stored result and without the network."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from scanner.catalogue import Catalogue
from scanner.cli.messages import say
from scanner.cli.outputs import read_previous, read_stored
from scanner.cli.request import UsageError
from scanner.cli.writing import FileWriter
from scanner.dossier import Dossier
from scanner.report.documents import FORMATS, File, render
from scanner.settings import Settings


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """A document as asked for; `out` is a file, a folder, or None for the standard output."""

    result: Path
    document: str
    form: str
    lang: str
    out: Path | None
    previous: Path | None


def make_report(request: ReportRequest, catalogue: Catalogue, settings: Settings) -> None:
    """Write one document. Raises UsageError with one line."""
    lang = request.lang
    _known(request)
    result = read_stored(request.result, catalogue, lang)
    previous = read_previous(request.previous, catalogue, lang, result) if request.previous else None
    town, visitor = settings.town(result.domain.name), settings.network.visitor()
    _write(Dossier(result, previous, town, settings.sender.sender(), visitor=visitor), catalogue, request)


def report_of_campaign(request: ReportRequest, campaign: str, typed: str, config: Path | None) -> None:
    """The same of what a campaign saw, with the words of the register. Raises UsageError; typer.Exit as `at_the_desk`."""
    from scanner.catalogue import load_catalogue
    from scanner.cli.campaign_desk import campaign_named
    from scanner.cli.desk import at_the_desk
    from scanner.cli.preview_desk import post_room
    from scanner.cli.request import read_domains

    _known(request)
    domain = read_domains([typed], request.lang)[0][0].ascii
    with at_the_desk(config, request.lang) as desk:
        dossier = post_room(desk, desk.settings).dossier(campaign_named(desk, campaign).id, domain)
        if dossier is None:
            raise UsageError(say(request.lang, "report.not_in_campaign", domain=domain, name=campaign))
        _write(dossier, load_catalogue(), request)


def _known(request: ReportRequest) -> None:
    lang = request.lang
    if request.document not in FORMATS:
        raise UsageError(say(lang, "report.bad_document", value=request.document, known=", ".join(FORMATS)))
    known = FORMATS[request.document]
    if request.form and request.form not in known:
        raise UsageError(say(lang, "report.bad_format", value=request.form, document=request.document, known=", ".join(known)))


def _write(dossier: Dossier, catalogue: Catalogue, request: ReportRequest) -> None:
    from scanner.report.pdf import PdfImpossible

    try:
        files = render(dossier, catalogue, request.document, request.lang, request.form)
    except PdfImpossible as problem:
        raise UsageError(say(request.lang, "report.no_pdf", why=problem)) from problem
    _deliver(files, request)


def _deliver(files: tuple[File, ...], request: ReportRequest) -> None:
    lang, out = request.lang, request.out
    if not files:
        print(say(lang, "report.nothing"), file=sys.stderr)
    elif out is None:
        _print(files, lang)
    elif len(files) == 1 and not out.is_dir():
        if not out.parent.is_dir():
            raise UsageError(say(lang, "scan.no_folder", path=out.parent))
        FileWriter(lang).replace(out, files[0].content)
        print(say(lang, "report.written", path=out), file=sys.stderr)
    else:
        writer = FileWriter(lang)
        writer.folder(out)
        for file in files:
            writer.replace(out / file.name, file.content)
            print(say(lang, "report.written", path=out / file.name), file=sys.stderr)


def _print(files: tuple[File, ...], lang: str) -> None:
    """Several texts follow each other, apart by a form feed; a PDF never goes to a terminal."""
    if files[0].media_type == "application/pdf" and sys.stdout.isatty():
        raise UsageError(say(lang, "report.pdf_to_terminal"))
    sys.stdout.buffer.write(b"\f\n".join(file.content for file in files))
    sys.stdout.buffer.flush()
