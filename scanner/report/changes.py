"""A diff in words: what moved since an earlier result, for every document that says so."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.catalogue import Catalogue
from scanner.diff import Change, Diff, Movement, compare
from scanner.dossier import Dossier
from scanner.model import Severity, Subject
from scanner.report.findings import advice_of, grouped
from scanner.report.values import Worded, day, visible
from scanner.report.words import Words, check_name, words
from scanner.report.writers import to_text
from scanner.report.zones import local
from scanner.result import ScanResult
from scanner.scoring import Score

#: The movements that a reader acts on or is glad of, in the order of display.
SHOWN = (
    Movement.NEW,
    Movement.FIRST_SEEN,
    Movement.WORSE,
    Movement.NO_LONGER_VERIFIABLE,
    Movement.LIGHTER,
    Movement.FIXED,
    Movement.GONE,
)


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One line: the finding's title, or what is in order where it is fixed; where; and what to know about it ("" if nothing)."""

    check: str
    name: str
    subjects: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class ChangesView:
    """What moved. `score` is the sentence on the grade; `groups` hold only movements that occur."""

    since: str
    score: str
    groups: tuple[tuple[Movement, tuple[ChangeView, ...]], ...]
    diff: Diff

    def of(self, check: str, subjects: tuple[str, ...]) -> Movement | None:
        """How a present finding stands to the earlier result: its most telling movement; None where it stayed."""
        found = {
            change.movement
            for change in self.diff.changes
            if change.check == check and any(subject.name in subjects for subject in change.subjects)
        }
        return next((movement for movement in (Movement.NEW, Movement.FIRST_SEEN, Movement.WORSE) if movement in found), None)


def changes(dossier: Dossier, catalogue: Catalogue, lang: str) -> ChangesView | None:
    """The changes since `dossier.previous`; None where there is no earlier result."""
    if dossier.previous is None:
        return None
    diff = compare(dossier.previous, dossier.result)
    say = words(lang)
    # What is there now is named as it is now, the rest as it was.
    titles = _titles(dossier.previous, catalogue, lang) | _titles(dossier.result, catalogue, lang)
    place = dossier.town.departement
    groups = ((movement, tuple(_line(change, titles, say, lang, place) for change in diff.of(movement))) for movement in SHOWN)
    return ChangesView(
        day(local(diff.before_at, place), lang),
        score_sentence(diff, say),
        tuple((movement, lines) for movement, lines in groups if lines),
        diff,
    )


def lost_sight(dossier: Dossier) -> tuple[Change, ...]:
    """The critical findings of the earlier result that this one could not look at again."""
    if dossier.previous is None:
        return ()
    unseen = compare(dossier.previous, dossier.result).no_longer_verifiable
    return tuple(change for change in unseen if change.before is Severity.CRITICAL)


def score_sentence(diff: Diff, say: Words) -> str:
    """How the grade moved, or why two grades say nothing about each other."""
    if diff.score is None:
        return say(f"diff.incomparable.{diff.incomparable}")
    before, after = (_mark(score, say) for score in (diff.score.before, diff.score.after))
    if diff.score.value == 0:
        return say("diff.score_same", after=after)
    return say("diff.score_up" if diff.score.value > 0 else "diff.score_down", before=before, after=after)


def _mark(score: Score, say: Words) -> str:
    return say("diff.mark", grade=score.grade or "", value=score.value or 0)


def _titles(result: ScanResult, catalogue: Catalogue, lang: str) -> dict[tuple[str, Subject], Worded]:
    """The title of every finding by check and subject; it is shown as the report shows it."""
    found = {}
    for group in grouped(result.outcomes):
        spec = catalogue.check(group.check)
        if spec is not None:
            title = Worded(to_text(advice_of(spec, group, result.domain, lang).title))
            found.update(dict.fromkeys(((group.check, subject) for subject in group.subjects), title))
    return found


def _line(change: Change, titles: dict[tuple[str, Subject], Worded], say: Words, lang: str, place: str) -> ChangeView:
    fine = check_name(lang, change.check) if change.movement is Movement.FIXED else None
    name = fine or titles.get((change.check, change.subjects[0])) or visible(change.check)
    return ChangeView(
        change.check, name, tuple(visible(subject.name, 260) for subject in change.subjects), _note(change, say, lang, place)
    )


def _note(change: Change, say: Words, lang: str, place: str) -> str:
    if change.last_seen is not None and change.reason is not None:
        return say("diff.last_seen", day=day(local(change.last_seen, place), lang), reason=say(f"reason_short.{change.reason}"))
    if change.before is not None and change.after is not None and change.before is not change.after:
        return say("diff.severity", before=say(f"severity.{change.before.label}"), after=say(f"severity.{change.after.label}"))
    return ""
