"""What a letter asks of a mayor and what it praises: few things, the most urgent first, no two alike."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.advice import AdviceError, for_the_mayor
from scanner.catalogue import Catalogue
from scanner.contract import CheckSpec
from scanner.dossier import Dossier
from scanner.mayor import Mayor
from scanner.model import Actor, Domain, Effort, Reason, Severity
from scanner.report.prose import Inline
from scanner.report.values import CUT, visible
from scanner.report.view import FindingView, ReportView
from scanner.report.words import Words, words
from scanner.report.writers import to_text
from scanner.suppliers.recognise import Certainty, suppliers_of

MOST = 3  # decisions, and sentences of praise
MAX_LINE = 150  # characters of one line of a check; ours are shorter, a third party's is cut
MAX_NAME = 90  # characters of a name in running words

_SILENCE = (Reason.SILENT, Reason.TIMEOUT, Reason.RESET, Reason.REFUSED, Reason.THROTTLED, Reason.CHALLENGED)
_OURS = (Reason.OURS, Reason.BUG, Reason.INTERRUPTED, Reason.NOT_OBSERVED, Reason.NEWER_THAN_DATA)
#: Why points were not seen, as a mayor needs to know it: a table of `letter.obstacle`.
_OBSTACLES: dict[Reason, str] = {
    **dict.fromkeys(_SILENCE, "silence"),
    **dict.fromkeys((Reason.DNS_FAILURE, Reason.DNSSEC_BOGUS), "names"),
    **dict.fromkeys(_OURS, "ours"),
}
#: Who lets us see a pillar.
_KEEPERS = {"mail": Actor.MAIL_HOST, "dns": Actor.DNS_HOST}


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
    """At most three: where there is no grade, first the one that helps to get it."""
    office = _Office(report, catalogue, _confirmed(dossier), words(lang), lang)
    leading = [] if report.score.grade else [office.look_again()]
    others: list[Decision] = []
    topics: set[str] = set()
    for finding in report.findings:
        if finding.severity is Severity.INFO:
            continue
        topic = office.topic(finding)
        (others if topic in topics else leading).append(office.decision(finding))
        topics.add(topic)
    chosen: dict[str, Decision] = {}
    for decision in (*leading, *others):
        chosen.setdefault(decision.title.casefold(), decision)
    return tuple(chosen.values())[:MOST]


def praise(report: ReportView, catalogue: Catalogue, lang: str) -> tuple[str, ...]:
    """A sentence from each of at most three pillars, on the gravest thing that was verified and is in order there."""
    best: list[tuple[Severity, str]] = []
    for _, checks in report.conform:
        specs = [spec for each in checks if (spec := catalogue.check(each.id)) is not None]
        for spec in sorted(specs, key=lambda spec: -spec.severity):
            lines = _lines(spec, "", report.result.domain, lang)
            if lines is not None:
                best.append((spec.severity, _sentence(lines.fine)))
                break
    return tuple(sentence for _, sentence in sorted(best, key=lambda each: -each[0])[:MOST])


def hidden(report: ReportView) -> tuple[str, ...]:
    """The pillars that were within the perimeter and of which too little was seen."""
    return tuple(pillar.id for pillar in report.pillars if pillar.examined and pillar.value is None)


def clipped(text: str, limit: int = MAX_LINE) -> str:
    """The text, or its first words with a visible mark."""
    return text if len(text) <= limit else f"{text[:limit].rsplit(maxsplit=1)[0]} {CUT}"


@dataclass(frozen=True, slots=True)
class _Office:
    """Everything that one letter's decisions are worded with; `suppliers` are the confirmed names by actor."""

    report: ReportView
    catalogue: Catalogue
    suppliers: dict[str, str]
    say: Words
    lang: str

    def decision(self, finding: FindingView) -> Decision:
        """From the check's lines for the mayor; a third party's check that has none gives the title of its finding."""
        spec = self.catalogue.check(finding.check)
        lines = None if spec is None else _lines(spec, finding.variant, self.report.result.domain, self.lang)
        actor, effort = self._who(finding.actor), self.say(f"effort.{finding.effort}")
        if lines is None:
            return Decision(_ended(finding.title), actor, effort, "", "")
        avoids = _ended(to_text(lines.avoids))
        return Decision(_sentence(lines.decision), actor, effort, avoids, _sentence(lines.meaning))

    def look_again(self) -> Decision:
        """The decision that helps to get a grade, by the commonest reason for which something was not seen."""
        obstacle = _OBSTACLES.get(self.report.unknown[0].reason, "unclear") if self.report.unknown else "ours"
        actor = {"names": Actor.DNS_HOST, "silence": self._keeper()}.get(obstacle, Actor.TOWN)
        key, effort = f"letter.obstacle.{obstacle}", self.say(f"effort.{Effort.MINUTES}")
        title = self.say(f"{key}.decision", domain=self.report.domain)
        return Decision(title, self._who(actor), effort, self.say(f"{key}.avoids"), self.say(f"{key}.meaning"))

    def topic(self, finding: FindingView) -> str:
        """The module of a check: what stands together there is usually decided together."""
        spec = self.catalogue.check(finding.check)
        return finding.check if spec is None else spec.topic

    def _keeper(self) -> Actor:
        """Who lets us see the first of the pillars that stayed hidden."""
        return next((_KEEPERS.get(pillar, Actor.WEB_HOST) for pillar in hidden(self.report)), Actor.WEB_HOST)

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


def _sentence(inlines: tuple[Inline, ...]) -> str:
    ended = _ended(to_text(inlines))
    return ended[:1].upper() + ended[1:]


def _ended(words: str) -> str:
    line = clipped(words.strip())
    return line if line.endswith((".", "?", "!")) else f"{line}."
