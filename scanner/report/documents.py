"""Every document that can be made of a dossier, by its name. The heavy modules load only when their document is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from scanner.catalogue import Catalogue
from scanner.dossier import Dossier
from scanner.report.words import words

#: Document -> its formats; the first is the one made where none is asked for.
FORMATS: dict[str, tuple[str, ...]] = {
    "letter": ("pdf", "html"),
    "technical": ("html", "pdf"),
    "tickets": ("txt", "eml"),
    "csv": ("csv",),
    "sarif": ("sarif",),
    "json": ("json",),
    "log": ("log",),
}
#: What `--out` writes: (document, format).
EVERYTHING = tuple((document, form) for document, forms in FORMATS.items() for form in forms if document != "log")

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "html": "text/html",
    "txt": "text/plain",
    "eml": "message/rfc822",
    "csv": "text/csv",
    "sarif": "application/sarif+json",
    "json": "application/json",
    "log": "application/json",
}


@dataclass(frozen=True, slots=True)
class File:
    """One finished document: `name` is fit for a file system and for a mail."""

    name: str
    media_type: str
    content: bytes


def render(dossier: Dossier, catalogue: Catalogue, document: str, lang: str, form: str = "") -> tuple[File, ...]:
    """One document; `tickets` gives as many files as there are people to write to.

    Raises KeyError on an unknown document or format, PdfImpossible where this machine cannot make a PDF.
    """
    form = form or FORMATS[document][0]
    if form not in FORMATS[document]:
        raise KeyError(form)
    media_type = MEDIA_TYPES[form]
    return tuple(
        File(f"{stem(dossier.result.domain.name, dossier.result.started_at, document, lang, part)}.{form}", media_type, content)
        for part, content in _contents(dossier, catalogue, document, lang, form)
    )


@dataclass(frozen=True, slots=True)
class Drawn:
    """Several documents of one dossier. `no_pdf` is the command that would let this machine make PDF, "" where it does."""

    files: tuple[File, ...]
    no_pdf: str = ""


def render_several(catalogue: Catalogue, job: tuple[Dossier, tuple[tuple[str, str], ...], str]) -> Drawn:
    """The (document, format)s of a dossier in one language, without those that this machine cannot make; for `press`."""
    from scanner.report.pdf import PdfImpossible

    dossier, wanted, lang = job
    files: list[File] = []
    no_pdf = ""
    for document, form in wanted:
        try:
            files += render(dossier, catalogue, document, lang, form)
        except PdfImpossible as problem:
            no_pdf = str(problem)
    return Drawn(tuple(files), no_pdf)


def stem(domain: str, moment: datetime, document: str, lang: str, part: str = "") -> str:
    """`saint-exemple.fr-2026-11-24-lettre`: whose, of when, what; sorted by age in any folder."""
    name = f"{domain}-{moment.date().isoformat()}-{words(lang)(f'file.{document}')}"
    return f"{name}-{part}" if part else name


def _contents(dossier: Dossier, catalogue: Catalogue, document: str, lang: str, form: str) -> Iterator[tuple[str, bytes]]:
    """(what tells it from its like, content)."""
    if document == "tickets":
        from scanner.report.tickets import tickets

        for ticket in tickets(dossier, catalogue, lang):
            yield ticket.id, ticket.to_eml() if form == "eml" else ticket.to_text().encode()
        return
    text = _TEXTS[document](dossier, catalogue, lang)
    if form == "pdf":
        from scanner.report.pdf import to_pdf

        yield "", to_pdf(text, dossier.result.started_at)
    else:
        yield "", text.encode()


def _letter(dossier: Dossier, catalogue: Catalogue, lang: str) -> str:
    from scanner.report.letter import render_letter

    return render_letter(dossier, catalogue, lang)


def _technical(dossier: Dossier, catalogue: Catalogue, lang: str) -> str:
    from scanner.report.technical import render_technical

    return render_technical(dossier, catalogue, lang)


def _csv(dossier: Dossier, catalogue: Catalogue, lang: str) -> str:
    from scanner.report.csv import to_csv

    return to_csv(dossier, catalogue, lang)


def _sarif(dossier: Dossier, catalogue: Catalogue, lang: str) -> str:
    from scanner.report.sarif import to_sarif

    return to_sarif(dossier, catalogue, lang)


def _json(dossier: Dossier, catalogue: Catalogue, lang: str) -> str:
    from scanner.report.json import to_json

    return to_json(dossier.result) + "\n"


def _log(dossier: Dossier, catalogue: Catalogue, lang: str) -> str:
    from scanner.report.json import to_log_line

    return to_log_line(dossier.result) + "\n"


_TEXTS: dict[str, Callable[[Dossier, Catalogue, str], str]] = {
    "letter": _letter,
    "technical": _technical,
    "csv": _csv,
    "sarif": _sarif,
    "json": _json,
    "log": _log,
}
