"""Accepted and disputed findings in words: both grades, and beside each finding who said what, until when."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.dossier import Dossier, WaivedFinding, WaiverKind, Waivers
from scanner.report.values import Worded, day, visible
from scanner.report.view import FindingView
from scanner.report.words import Words, words

MAX_WORDS = 300  # characters of a reason or an author


@dataclass(frozen=True, slots=True)
class Mark:
    """Beside one finding: a word (`risque accepté`), and the sentence that says who, until when and why."""

    tag: str
    sentence: str


def waived_grade(dossier: Dossier, lang: str) -> tuple[str, ...]:
    """The grade without what is accepted or disputed, in words, and what has come back; nothing where nothing is waived."""
    waivers, say = dossier.waivers, words(lang)
    if waivers is None:
        return ()
    counts = ((kind, waivers.count(kind)) for kind in WaiverKind)
    told = ", ".join(say(f"waiver.count.{kind}", n=count) for kind, count in counts if count)
    said = [say("waiver.told", what=Worded(told)), _other_grade(dossier, waivers, say)] if told else []
    back = [say("waiver.back", n=waivers.returned)] if waivers.returned else []
    return tuple(filter(None, (*said, *back)))


def marks(dossier: Dossier, check: str, names: tuple[str, ...], lang: str) -> tuple[Mark, ...]:
    """What stands beside one finding."""
    found = dossier.waivers.of(check, names) if dossier.waivers else ()
    return tuple(_mark(each, lang) for each in found)


def still_asked(findings: tuple[FindingView, ...], waivers: Waivers | None) -> tuple[FindingView, ...]:
    """Those that somebody is still asked to correct: neither accepted nor disputed on all their subjects."""
    return tuple(each for each in findings if waivers is None or not waivers.lift(each.check, each.subjects))


def _other_grade(dossier: Dossier, waivers: Waivers, say: Words) -> str:
    now, other = dossier.result.score, waivers.score
    if now.grade is None or other.grade is None:
        return ""
    if (now.grade, now.value) == (other.grade, other.value):
        return say("waiver.same_grade")
    return say("waiver.other_grade", mark=say("diff.mark", grade=other.grade, value=other.value or 0))


def _mark(each: WaivedFinding, lang: str) -> Mark:
    say = words(lang)
    kind = say(f"waiver.tag.{each.kind}")
    facts = {
        "author": Worded(visible(each.author, MAX_WORDS)),
        "reason": Worded(visible(each.reason, MAX_WORDS).rstrip(".")),
        "day": day(each.until, lang),
    }
    if each.returned:
        return Mark(say("waiver.tag.returned"), say("waiver.returned", kind=kind, **facts))
    sentence = say(f"waiver.{each.kind}", **facts)
    return Mark(kind, sentence if each.lifted else f"{sentence} {say('waiver.counts')}")
