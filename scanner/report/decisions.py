"""What a letter asks of a mayor and what it praises: few things, the most urgent first, no two alike."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.advice import AdviceError, for_the_mayor
from scanner.catalogue import Catalogue
from scanner.contract import CheckSpec
from scanner.diff import Change
from scanner.dossier import Dossier
from scanner.mayor import Mayor
from scanner.model import Actor, Domain, Effort, Severity
from scanner.report.blemishes import blemished
from scanner.report.changes import lost_sight
from scanner.report.obstacles import keeper, obstacle
from scanner.report.prose import Inline
from scanner.report.values import CUT, Worded, day, visible
from scanner.report.view import FindingView, ReportView
from scanner.report.waivers import still_asked
from scanner.report.words import Words, words
from scanner.report.writers import to_text
from scanner.report.zones import local
from scanner.suppliers.recognise import Certainty, suppliers_of

MOST = 3  # decisions, and sentences of praise
MAX_LINE = 150  # characters of one line of a check; ours are shorter, a third party's is cut
MAX_NAME = 90  # characters of a name in running words
_EXPOSED = "-exposed"  # ends the id of a check on a service that anybody can reach

#: Rare faults whose absence is no merit: a mayor who reads these learns nothing.
_TRIVIA = frozenset(
    (
        "software.cms-installer",
        "services.industrial-exposed",
        "services.remote-desktop-no-nla",
        "tls.certificate-not-yet-valid",
        "tls.key-weak",
        "tls.signature-weak",
        "mail.starttls-injection",
        "dns.dnssec-bogus",
        "web.unreachable",
    )
)


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing to decide: an infinitive, who acts and how long it takes, what it avoids ("" where nobody wrote it).
    `meaning` is the sentence on what was found, "" likewise."""

    title: str
    actor: str
    effort: str
    avoids: str
    meaning: str


def decisions(report: ReportView, catalogue: Catalogue, dossier: Dossier, lang: str) -> tuple[Decision, ...]:
    """At most three: where there is no grade, first the one that helps to get it; then what is grave and out of sight.
    What the authority has accepted, or disputes, is decided already."""
    office = _office(report, catalogue, dossier, lang)
    leading = [] if report.score.grade else [office.look_again()]
    leading += map(office.recheck, lost_sight(dossier)[:1])
    others: list[Decision] = []
    topics: set[str] = set()
    for finding in still_asked(report.findings, dossier.waivers):
        if finding.severity is Severity.INFO:
            continue
        topic = office.topic(finding)
        if topic not in topics:
            leading.append(office.decision(finding))
        elif not _is_service(finding):  # a service that is closed needs no second decision
            others.append(office.decision(finding))
        topics.add(topic)
    chosen: dict[str, Decision] = {}
    for decision in (*leading, *others):
        chosen.setdefault(decision.title.casefold(), decision)
    return tuple(chosen.values())[:MOST]


def out_of_sight(report: ReportView, catalogue: Catalogue, dossier: Dossier, lang: str) -> tuple[str, ...]:
    """A sentence on each critical finding of the earlier result that could not be looked at again, at most two."""
    office = _office(report, catalogue, dossier, lang)
    return tuple(dict.fromkeys(map(office.out_of_sight, lost_sight(dossier))))[:2]


def praise(report: ReportView, catalogue: Catalogue, lang: str) -> tuple[str, ...]:
    """A sentence from each of at most three pillars, on the gravest thing that was verified and is in order there.
    Nothing is praised whose topic has a finding or was not all seen."""
    best: list[tuple[Severity, str]] = []
    spoilt = blemished(report.result, lambda check: spec.topic if (spec := catalogue.check(check)) else check) | _TRIVIA
    for _, checks in report.conform:
        specs = [spec for each in checks if each.id not in spoilt and (spec := catalogue.check(each.id)) is not None]
        for spec in sorted((each for each in specs if each.severity >= Severity.MEDIUM), key=lambda spec: -spec.severity):
            lines = _lines(spec, "", report.result.domain, lang)
            if lines is not None:
                best.append((spec.severity, _sentence(lines.fine)))
                break
    return tuple(sentence for _, sentence in sorted(best, key=lambda each: -each[0])[:MOST])


def clipped(text: str, limit: int = MAX_LINE) -> str:
    """The text, or its first words with a visible mark."""
    return text if len(text) <= limit else f"{text[:limit].rsplit(maxsplit=1)[0]} {CUT}"


def _office(report: ReportView, catalogue: Catalogue, dossier: Dossier, lang: str) -> _Office:
    return _Office(report, catalogue, _confirmed(dossier), dossier.town.departement, words(lang), lang)


@dataclass(frozen=True, slots=True)
class _Office:
    """Everything that one letter's decisions are worded with; `suppliers` are the confirmed names by actor."""

    report: ReportView
    catalogue: Catalogue
    suppliers: dict[str, str]
    departement: str
    say: Words
    lang: str

    def decision(self, finding: FindingView) -> Decision:
        """From the check's lines for the mayor; a third party's check that has none gives the title of its finding."""
        lines, remedy = self._mayor(finding), self._remedy(finding)
        actor, effort = self._who(remedy.actor), self.say(f"effort.{remedy.effort}")
        if lines is None:
            return Decision(_ended(finding.title), actor, effort, "", "")
        done = self._mayor(remedy) or lines
        return Decision(_sentence(done.decision), actor, effort, _ended(to_text(done.avoids)), _sentence(lines.meaning))

    def recheck(self, change: Change) -> Decision:
        """For a grave finding that is out of sight: to have it looked at, by whoever would correct it."""
        spec = self.catalogue.check(change.check)
        lines = None if spec is None else _lines(spec, "", self.report.result.domain, self.lang)
        avoids = "" if lines is None else _ended(to_text(lines.avoids))
        actor = self._who(Actor.TOWN if spec is None else spec.actor)
        return Decision(self.say("letter.recheck"), actor, self.say(f"effort.{Effort.MINUTES}"), avoids, "")

    def out_of_sight(self, change: Change) -> str:
        """What a mayor must know of it: that it was there, when, and that nobody knows today."""
        spec = self.catalogue.check(change.check)
        lines = None if spec is None else _lines(spec, "", self.report.result.domain, self.lang)
        what = visible(change.check) if lines is None else Worded(to_text(lines.meaning).rstrip("."))
        seen = local(change.last_seen or self.report.moment, self.departement)
        return self.say("letter.out_of_sight", day=day(seen, self.lang), what=what)

    def _mayor(self, finding: FindingView) -> Mayor | None:
        spec = self.catalogue.check(finding.check)
        return None if spec is None else _lines(spec, finding.variant, self.report.result.domain, self.lang)

    def _remedy(self, finding: FindingView) -> FindingView:
        """What is to be decided first: where a service is joined from outside, to close it, whatever else ails it."""
        if not _is_service(finding) or finding.check.endswith("-open"):
            return finding
        topic = self.topic(finding)
        exposed = (each for each in self.report.findings if each.check.endswith(_EXPOSED) and self.topic(each) == topic)
        return next(exposed, finding)

    def look_again(self) -> Decision:
        """The decision that helps to get a grade, by the commonest reason for which something was not seen."""
        found = obstacle(self.report)
        actor = {"names": Actor.DNS_HOST, "silence": keeper(self.report)}.get(found, Actor.TOWN)
        key, effort = f"letter.obstacle.{found}", self.say(f"effort.{Effort.MINUTES}")
        title = self.say(f"{key}.decision", domain=self.report.domain)
        return Decision(title, self._who(actor), effort, self.say(f"{key}.avoids"), self.say(f"{key}.meaning"))

    def topic(self, finding: FindingView) -> str:
        """The module of a check: what stands together there is usually decided together."""
        spec = self.catalogue.check(finding.check)
        return finding.check if spec is None else spec.topic

    def _who(self, actor: Actor) -> str:
        name = self.suppliers.get(actor.value)
        return self.say(f"actor.{actor}") + (f", {clipped(visible(name), MAX_NAME)}" if name else "")


def _confirmed(dossier: Dossier) -> dict[str, str]:
    """The supplier of each role that the register confirms; one that is only deduced is not named in a letter."""
    found = suppliers_of(dossier)
    return {each.role.value: each.name for each in reversed(found) if each.certainty is Certainty.CONFIRMED}


def _lines(spec: CheckSpec, variant: str, domain: Domain, lang: str) -> Mayor | None:
    try:
        return for_the_mayor(spec, variant, domain, lang)
    except AdviceError:
        return None


def _is_service(finding: FindingView) -> bool:
    return finding.check.startswith("services.")


def _sentence(inlines: tuple[Inline, ...]) -> str:
    ended = _ended(to_text(inlines))
    return ended[:1].upper() + ended[1:]


def _ended(words: str) -> str:
    line = clipped(words.strip())
    return line if line.endswith((".", "?", "!")) else f"{line}."
