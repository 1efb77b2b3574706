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
    from scanner.report.pdf import PdfImpossible

    lang = request.lang
    if request.document not in FORMATS:
        raise UsageError(say(lang, "report.bad_document", value=request.document, known=", ".join(FORMATS)))
    known = FORMATS[request.document]
    if request.form and request.form not in known:
        raise UsageError(say(lang, "report.bad_format", value=request.form, document=request.document, known=", ".join(known)))
    result = read_stored(request.result, catalogue, lang)
    previous = read_previous(request.previous, catalogue, lang, result) if request.previous else None
    town, visitor = settings.town(result.domain.name), settings.network.visitor()
    dossier = Dossier(result, previous, town, settings.sender.sender(), visitor=visitor)
    try:
        files = render(dossier, catalogue, request.document, lang, request.form)
    except PdfImpossible as problem:
        raise UsageError(say(lang, "report.no_pdf", why=problem)) from problem
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
