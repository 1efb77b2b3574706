"""What could not be concluded, by reason, and how to have it looked at."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.model import Outcome, Reason, Status
from scanner.report.values import visible
from scanner.report.words import Words, words
from scanner.result import ScanResult

MAX_DETAILS = 3  # different details shown of one batch


@dataclass(frozen=True, slots=True)
class CheckView:
    """A check without a finding: its id and its name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Detail:
    """One line for the technician: why, in the reader's language, and what was seen, which may be in English ("" each)."""

    why: str
    seen: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Checks that were not concluded on the same subjects, with the same details for the technician."""

    subjects: tuple[str, ...]
    details: tuple[Detail, ...]
    checks: tuple[CheckView, ...]


@dataclass(frozen=True, slots=True)
class UnseenView:
    """What was not seen for one reason; `command` says how to have it looked at, "" where there is no such command."""

    reason: Reason
    batches: tuple[Batch, ...]
    command: str = ""

    @property
    def checks(self) -> tuple[str, ...]:
        """The id of every check of this reason."""
        return tuple(check.id for batch in self.batches for check in batch.checks)


def group_unseen(result: ScanResult, names: dict[str, str], lang: str) -> tuple[UnseenView, ...]:
    """One group for each reason, the most frequent first; `names` by check id."""
    gathered: dict[Reason, dict[str, list[Outcome]]] = {}
    for outcome in result.outcomes:
        if outcome.status is Status.UNKNOWN and outcome.reason is not None:
            gathered.setdefault(outcome.reason, {}).setdefault(outcome.check, []).append(outcome)
    return tuple(
        UnseenView(
            reason,
            _batches(checks, names, words(lang)),
            _remedy(reason, result, lang),
        )
        for reason, checks in sorted(gathered.items(), key=lambda item: -len(item[1]))
    )


def _batches(checks: dict[str, list[Outcome]], names: dict[str, str], say: Words) -> tuple[Batch, ...]:
    found: dict[tuple[tuple[str, ...], tuple[Detail, ...]], list[CheckView]] = {}
    for check, outcomes in checks.items():
        subjects = tuple(visible(outcome.subject.name, 260) for outcome in outcomes)
        details = tuple(dict.fromkeys(filter(None, (_detail(outcome, say) for outcome in outcomes))))[:MAX_DETAILS]
        found.setdefault((subjects, details), []).append(CheckView(check, names.get(check, check)))
    return tuple(Batch(subjects, details, tuple(members)) for (subjects, details), members in found.items())


def _detail(outcome: Outcome, say: Words) -> Detail | None:
    why = say(f"because.{outcome.because}") if outcome.because else ""
    return Detail(why, visible(outcome.detail, 200)) if why or outcome.detail else None


def _remedy(reason: Reason, result: ScanResult, lang: str) -> str:
    """The command that would look at it, once somebody entitled to it agrees."""
    if reason not in (Reason.NO_MANDATE, Reason.SHARED_ADDRESS):
        return ""
    hosts = result.left_out or tuple(each.name for each in result.landscape.subjects if each.kind == "host")
    sample = "nom, motif" if lang == "fr" else "name, reason"
    dedicated = "".join(f" --dedicated {host}" for host in hosts)
    return f'beffroi scan {result.domain.name} --i-am-authorised "{sample}"{dedicated}'
