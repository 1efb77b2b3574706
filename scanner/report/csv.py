"""The findings of a dossier as a table that a spreadsheet in French opens by a double click; docs/formats.md describes it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from scanner.advice import HEADINGS
from scanner.catalogue import Catalogue
from scanner.diff import Change, Movement
from scanner.dossier import Dossier
from scanner.model import Reference
from scanner.report.changes import ChangesView, changes
from scanner.report.values import CUT, visible
from scanner.report.view import FindingView, ReportView, view
from scanner.report.waivers import marks
from scanner.report.words import Words, words
from scanner.report.writers import to_text

MAX_CELL = 32_000  # characters; Excel holds 32,767

#: Findings of the earlier result that this one does not hold.
_PAST = (Movement.NO_LONGER_VERIFIABLE, Movement.FIXED, Movement.GONE)

#: What begins a formula in a spreadsheet, in ASCII and in the wide forms of East Asia.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")

Cell = str | int


def to_csv(dossier: Dossier, catalogue: Catalogue, lang: str) -> str:
    """A header in the language, one row a finding in order of urgency, then what was found before and is no more."""
    say = words(lang)
    report = view(dossier.result, catalogue, lang)
    moved = changes(dossier, catalogue, lang)
    return to_sheet((_header(say, lang), *_present(dossier, report, moved, lang), *_past(report, moved, catalogue, say)))


def to_sheet(rows: Iterable[Iterable[Cell]]) -> str:
    """Any rows as such a table; no cell is computed by a spreadsheet, none is longer than it holds."""
    text = io.StringIO()
    text.write("\ufeff")  # without it Excel takes UTF-8 for the code page of its country
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow(_safe(cell) for cell in row)
    return text.getvalue()


def _header(say: Words, lang: str) -> tuple[str, ...]:
    seen, _, fix, verify = HEADINGS[lang]
    first = ("number", "domain", "date", "check", "title", "severity", "where", "actor", "effort", "movement", "note")
    last = ("references", "waiver")
    return (
        *(say(f"csv.{column}") for column in first),
        seen,
        fix,
        verify,
        *(say(f"csv.{column}") for column in last),
        say("report.evidence"),
    )


def _present(dossier: Dossier, report: ReportView, moved: ChangesView | None, lang: str) -> Iterator[tuple[Cell, ...]]:
    say = words(lang)
    movements = _movements(moved, say) if moved else {}
    for finding in report.findings:
        yield (
            finding.number,
            *_identity(report, finding.check),
            finding.title,
            say(f"severity.{finding.severity.label}"),
            _where(finding.subjects),
            say(f"actor.{finding.actor}"),
            say(f"effort.{finding.effort}"),
            *_movement(finding, movements),
            *(to_text(part) for part in (finding.advice.seen, finding.advice.fix, finding.advice.verify)),
            _references(finding.references),
            " ".join(f"{mark.tag} – {mark.sentence}" for mark in marks(dossier, finding.check, finding.subjects, lang)),
            _evidence(finding),
        )


def _past(report: ReportView, moved: ChangesView | None, catalogue: Catalogue, say: Words) -> Iterator[tuple[Cell, ...]]:
    """Who acts is said only where there may still be something to do."""
    for change, name, note in _worded(moved) if moved else ():
        spec = catalogue.check(change.check)
        if change.movement in _PAST and spec is not None and change.before is not None:
            open_still = change.movement is Movement.NO_LONGER_VERIFIABLE
            yield (
                "",
                *_identity(report, change.check),
                name,
                say(f"severity.{change.before.label}"),
                _where(tuple(subject.name for subject in change.subjects)),
                *((say(f"actor.{spec.actor}"), say(f"effort.{spec.effort}")) if open_still else ("", "")),
                say(f"diff.tag.{change.movement}"),
                note,
                *("", "", ""),
                _references(spec.references),
                *("", ""),
            )


def _identity(report: ReportView, check: str) -> tuple[str, str, str]:
    return report.domain, report.moment.date().isoformat(), check


def _where(names: tuple[str, ...]) -> str:
    return ", ".join(visible(name, 260) for name in names)


def _evidence(finding: FindingView) -> str:
    """Everything that was received, by subject where it differs; the lines are already visible and bounded."""
    blocks = ("\n".join((*([f"{each.subject} :"] if each.subject else []), *each.lines)) for each in finding.evidence)
    return "\n".join(blocks)


def _references(references: tuple[Reference, ...]) -> str:
    return ", ".join(reference.id for reference in references)


def _worded(moved: ChangesView) -> Iterator[tuple[Change, str, str]]:
    """Every change that has words, with its name and its note."""
    for movement, lines in moved.groups:
        for change, line in zip(moved.diff.of(movement), lines, strict=True):
            yield change, line.name, line.note


def _movements(moved: ChangesView, say: Words) -> dict[tuple[str, str], tuple[int, str, str]]:
    """By check and name of a subject: the place of its movement in the order of display, its tag and its note."""
    notes = {change: note for change, _, note in _worded(moved)}
    order = list(Movement)
    tags = {Movement.NEWLY_LOOKED_AT: Movement.FIRST_SEEN}
    return {
        (change.check, subject.name): (
            order.index(change.movement),
            say(f"diff.tag.{tags.get(change.movement, change.movement)}"),
            notes.get(change, ""),
        )
        for change in moved.diff.changes
        if change.after is not None
        for subject in change.subjects
    }


def _movement(finding: FindingView, movements: dict[tuple[str, str], tuple[int, str, str]]) -> tuple[str, str]:
    """The most telling movement of its subjects; nothing where there is no earlier result."""
    known = [movements[finding.check, name] for name in finding.subjects if (finding.check, name) in movements]
    return min(known)[1:] if known else ("", "")


def _safe(cell: Cell) -> Cell:
    """A text that a spreadsheet would compute gets an apostrophe before it; a number stays a number."""
    if isinstance(cell, int):
        return cell
    text = cell if len(cell) <= MAX_CELL else f"{cell[:MAX_CELL]} {CUT}"
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text
