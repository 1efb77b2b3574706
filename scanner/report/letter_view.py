"""What the mayor's letter says, in order, before any medium."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from scanner.catalogue import Catalogue
from scanner.dossier import Dossier, Sender, Town
from scanner.model import Domain, MailServer, Site
from scanner.report.changes import changes
from scanner.report.decisions import MAX_NAME, Decision, clipped, decisions, out_of_sight, praise
from scanner.report.french import kind, of
from scanner.report.help_line import help_line
from scanner.report.obstacles import hidden
from scanner.report.values import Worded, day, visible
from scanner.report.view import ReportView, view
from scanner.report.waivers import still_asked, waived_grade
from scanner.report.words import Words, words
from scanner.report.zones import local

#: The kinds of subject that the foot names.
_NAMED = (Domain.kind, Site.kind, MailServer.kind)
#: What may stand in a sentence; an MX may carry anything, and is then only counted.
_HOST_NAME = re.compile(r"[a-z0-9._-]{1,120}")
MAX_NAMES = 150  # characters of the list in the foot


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything that the page says, in order. `verdict` is paragraphs,
    `mark` "" where there is no grade, `decisions` empty where there is
    nothing to decide, `referent` "" where there is no message to forward; `dense` asks for a smaller type."""

    sender: str
    title: str
    month: str
    salutation: str
    grade: str | None
    graded: str
    mark: str
    verdict: tuple[str, ...]
    meaning: tuple[str, ...]
    out_of_sight: tuple[str, ...]
    decisions: tuple[Decision, ...]
    referent: str
    praise: tuple[str, ...]
    help: tuple[str, ...]
    foot: tuple[str, ...]
    small: tuple[str, ...]
    dense: bool = False

    @property
    def plain(self) -> tuple[str, ...]:
        """What the findings mean, what is out of sight first."""
        return self.out_of_sight + self.meaning


def compose(dossier: Dossier, catalogue: Catalogue, lang: str) -> Letter:
    """The letter at its longest."""
    say = words(lang)
    report = view(dossier.result, catalogue, lang)
    chosen = decisions(report, catalogue, dossier, lang)
    score = report.score
    return Letter(
        sender=_name(dossier.sender.name),
        title=_title(dossier.town, report, say, lang),
        month=_month(local(report.moment, dossier.town.departement), lang),
        salutation=_salutation(dossier.town, say),
        grade=score.grade,
        graded=say(f"letter.{'graded' if score.grade else 'ungraded'}.{kind(_name(dossier.town.name))}"),
        mark=say("diff.mark", grade=score.grade, value=score.value or 0) if score.grade else "",
        verdict=_verdict(dossier, report, catalogue, say, lang),
        meaning=tuple(dict.fromkeys(each.meaning for each in chosen if each.meaning))[:2],
        out_of_sight=out_of_sight(report, catalogue, dossier, lang),
        decisions=chosen,
        referent=say("letter.referent") if still_asked(report.findings, dossier.waivers) else "",
        praise=praise(report, catalogue, lang),
        help=_help(dossier.town, dossier.sender, say),
        foot=_foot(dossier, report, say, lang),
        small=(say("letter.made_by", version=score.version), say("letter.tlp"), say("letter.sensitive")),
    )


def _title(town: Town, report: ReportView, say: Words, lang: str) -> str:
    name = _name(town.name) or clipped(report.shown, 80)
    return say("letter.title", of=Worded(of(name) if lang == "fr" else name))


def _name(text: str) -> str:
    """A name from the settings on one line, fit to be shown."""
    return clipped(visible(" ".join(text.split())), MAX_NAME)


def _month(moment: datetime, lang: str) -> str:
    from babel.dates import format_date

    return str(format_date(moment, "MMMM y", locale=lang))


def _salutation(town: Town, say: Words) -> str:
    given = _name(town.salutation)
    return f"{given.rstrip(',')}," if given else say("letter.salutation")


def _verdict(dossier: Dossier, report: ReportView, catalogue: Catalogue, say: Words, lang: str) -> tuple[str, ...]:
    """What stands beside the figure, a paragraph for each: what the letter means, over what, and whether it moved."""
    score = report.score
    if score.grade:
        said = [say(f"grade.{score.grade}")]
        seen = [say("letter.coverage", value=score.coverage), say(f"letter.perimeter.{score.perimeter}")]
    else:
        said = [say("letter.ungraded_why", value=score.coverage)]
        missing = [say(f"letter.thing.{pillar}") for pillar in hidden(report)]
        seen = [say("letter.hidden", things=_listed(missing, lang))] if missing else []
    if report.result.interrupted:
        seen.append(say("letter.interrupted"))
    moved = (*_movement(dossier, catalogue, say, lang), *waived_grade(dossier, lang))
    return tuple(filter(None, map(" ".join, (said, seen, moved))))


def _movement(dossier: Dossier, catalogue: Catalogue, say: Words, lang: str) -> tuple[str, ...]:
    """How the grade moved since the result before, or why the two say nothing about each other."""
    moved = changes(dossier, catalogue, lang)
    if moved is None:
        return ()
    since = say("letter.previous", day=moved.since), moved.score
    if not moved.diff.comparable:
        return since
    counts = (("letter.fixed", len(moved.diff.fixed)), ("letter.new", len(moved.diff.new)))
    return (*since, *(say(key, n=count) for key, count in counts if count))


def _help(town: Town, sender: Sender, say: Words) -> tuple[str, ...]:
    """Whom to call: the police's service, the centre of the region, and whoever writes."""
    centre = help_line(town.departement)
    regional = say("letter.attack_nation")
    if centre is not None:
        regional = say("letter.attack_region", name=centre.name, contact=_listed_contact(centre.phone, centre.site))
    contact = _contact(sender)
    if not sender.name or not contact:
        return (say("letter.attack_police"), regional)
    return (say("letter.attack_police"), regional, say("letter.attack_sender", name=Worded(_name(sender.name)), contact=contact))


def _contact(sender: Sender) -> Worded:
    return _listed_contact(sender.phone, sender.email)


def _listed_contact(phone: str, address: str) -> Worded:
    """A number on one line, and an address that is never cut: half of one leads nowhere."""
    number = visible(" ".join(phone.split())).replace(" ", "\u00a0")
    return Worded(" – ".join(each for each in (number, visible(address)) if each))


def _foot(dossier: Dossier, report: ReportView, say: Words, lang: str) -> tuple[str, ...]:
    sender, seen = dossier.sender, local(report.moment, dossier.town.departement)
    contact = _contact(sender) or Worded(_name(sender.name))
    return (
        say("letter.observed", day=day(seen, lang), names=Worded(_names(report, say))),
        say("letter.no_label"),
        say("letter.contest", contact=contact) if contact else say("letter.contest_unknown"),
    )


def _names(report: ReportView, say: Words) -> str:
    """The names that were looked at, as many as a line and a half holds, and how many more."""
    names = tuple(dict.fromkeys(each.name for each in report.subjects if each.kind in _NAMED))
    shown: list[str] = []
    for name in filter(_HOST_NAME.fullmatch, names):
        if shown and len(", ".join((*shown, name))) > MAX_NAMES:
            break
        shown.append(name)
    listed, more = Worded(", ".join(shown)), len(names) - len(shown)
    return say("letter.more_names", names=listed, n=more) if more else listed


def _listed(things: Sequence[str], lang: str) -> Worded:
    from babel.lists import format_list

    return Worded(format_list(list(things), locale=lang))
