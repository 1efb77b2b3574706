"""The RPNT in words: its sixteen criteria as a table, and what is concluded of its two levels."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.countries import countries_as_of
from scanner.dossier import Dossier
from scanner.report.values import Worded, day
from scanner.report.words import Words, words
from scanner.rpnt import RPNT_VERSION, Attainment, Criterion, Level, rpnt


@dataclass(frozen=True, slots=True)
class CriterionView:
    """One row; `status` is the key of its words."""

    id: str
    title: str
    importance: str
    kind: str
    status: str
    why: str


@dataclass(frozen=True, slots=True)
class RpntView:
    """The table and the sentences beside it."""

    intro: str
    levels: tuple[str, ...]
    criteria: tuple[CriterionView, ...]
    note: str


def rpnt_view(dossier: Dossier, lang: str) -> RpntView:
    """What the result, and the declarations that the register knows, say of each criterion."""
    say = words(lang)
    judged = rpnt(dossier.result, dict(dossier.declared))
    as_of = countries_as_of()
    return RpntView(
        say("rpnt.intro", version=RPNT_VERSION),
        tuple(_level(level, say) for level in judged.levels),
        tuple(_row(criterion, say) for criterion in judged.criteria),
        say("rpnt.countries", as_of=day(as_of, lang)) if as_of else "",
    )


def _row(criterion: Criterion, say: Words) -> CriterionView:
    return CriterionView(
        criterion.id,
        say(f"rpnt.criterion.{criterion.id}"),
        say(f"rpnt.importance.{criterion.importance}"),
        say(f"rpnt.kind.{criterion.kind}"),
        criterion.status.value,
        say(criterion.judgement.why, **criterion.judgement.facts),
    )


def _level(level: Level, say: Words) -> str:
    if level.attainment is Attainment.REACHED:
        return say("rpnt.reached", level=level.id)
    if level.attainment is Attainment.NOT_VERIFIABLE:
        return say("rpnt.not_verifiable", level=level.id, unknown=level.unknown)
    sentence = say("rpnt.not_reached", level=level.id, unmet=level.unmet)
    also = say("rpnt.also_unknown", unknown=level.unknown) if level.unknown else ""
    return Worded(f"{sentence} {also}".rstrip())
