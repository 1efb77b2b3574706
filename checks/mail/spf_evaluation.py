"""Static worst-case evaluation of an SPF tree (RFC 7208 4.6): what happens to a sender that matches nothing.

Such a sender goes through every term, so its lookups are the most that any sender can cost. The same pure walk
tells the probe which answers it still lacks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from checks.mail.spf_syntax import SpfRecord, Term, expand, is_spf, parse_spf
from scanner.model import Reason

MAX_LOOKUPS, MAX_VOIDS = 10, 2  # RFC 7208 4.6.4
MAX_COUNTED = 100  # a hostile tree can double at each level; the count is certain long before

Question = tuple[str, str]  # (name, "TXT" | "MX" | "A" | "ADDRESS"), ADDRESS being A and, where absent, AAAA


class Result(StrEnum):
    """What a sender that matches nothing gets (RFC 7208 2.6); UNSEEN where an answer is lacking."""

    PASS = "pass"  # noqa: S105 - an SPF result, not a password
    FAIL = "fail"
    SOFTFAIL = "softfail"
    NEUTRAL = "neutral"
    NONE = "none"
    PERMERROR = "permerror"
    UNSEEN = "unseen"


class Fault(StrEnum):
    """Why a receiver answers permerror."""

    SYNTAX = "syntax"
    SEVERAL = "several"
    LOOP = "loop"
    INCLUDE = "include"  # include or redirect leads to a name without SPF record


QUALIFIERS = {"+": Result.PASS, "-": Result.FAIL, "~": Result.SOFTFAIL, "?": Result.NEUTRAL}


@dataclass(frozen=True, slots=True)
class SpfAnswer:
    """One answer of the tree. `void` is NXDOMAIN or NODATA; `failure` says why nothing was seen."""

    name: str
    rdtype: str
    texts: tuple[str, ...] = ()
    void: bool = False
    failure: Reason | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A permerror: in the record of which name, and by which terms."""

    fault: Fault
    owner: str
    terms: tuple[str, ...]


@dataclass(slots=True)
class Evaluation:
    """What the walk found. `lookups` and `voids` are at least so many while `missing`, `unsettled` or `failures` are
    not empty. `cause` is the (owner, term) that lets everyone pass, `wide` a network whose senders pass, nearly everyone;
    `blind` says that a record of the tree was not seen."""

    result: Result = Result.NONE
    lookups: int = 0
    voids: int = 0
    problems: list[Problem] = field(default_factory=list)
    missing: list[Question] = field(default_factory=list)  # records not fetched yet
    unsettled: list[Question] = field(default_factory=list)  # names that may be void, not asked yet
    failures: list[Reason] = field(default_factory=list)
    cause: tuple[str, str] = ("", "")
    wide: tuple[str, str] = ("", "")
    pointers: list[str] = field(default_factory=list)
    includes: list[str] = field(default_factory=list)
    blind: bool = False

    @property
    def over(self) -> bool:
        """Whether a limit is passed for certain."""
        return self.lookups > MAX_LOOKUPS or self.voids > MAX_VOIDS

    @property
    def wanted(self) -> tuple[Question, ...]:
        """What to ask next: nothing once a limit is passed; names only while they can still pass the void limit."""
        if self.over:
            return ()
        if self.missing:
            return tuple(dict.fromkeys(self.missing))
        open_voids = self.voids + len(self.unsettled) - MAX_VOIDS
        return tuple(dict.fromkeys(self.unsettled))[:open_voids] if open_voids > 0 else ()


def evaluate(origin: str, answers: tuple[SpfAnswer, ...]) -> Evaluation:
    """Walk the tree of `origin` as far as `answers` reach."""
    walk = _Walk(origin, {(answer.name, answer.rdtype): answer for answer in answers})
    walk.seen.result = walk.record(origin, ())
    return walk.seen


class _Walk:
    """One evaluation under way."""

    def __init__(self, origin: str, answers: dict[Question, SpfAnswer]) -> None:
        self.seen = Evaluation()
        self._origin = origin
        self._answers = answers

    def record(self, name: str, above: tuple[str, ...], passing: bool = True) -> Result:
        """check_host() for one name; `above` are the names that led here, `passing` whether who matches here passes."""
        answer = self._answer((name, "TXT"), self.seen.missing)
        if answer is None:
            self.seen.blind = True
            return Result.UNSEEN
        texts = [text for text in answer.texts if is_spf(text)]
        if not texts:
            self.seen.voids += bool(answer.void and above)
            return Result.NONE
        if len(texts) > 1:
            return self._fault(Fault.SEVERAL, name, tuple(text[:200] for text in texts[:5]))
        record = parse_spf(texts[0])
        if record.bad:
            self._fault(Fault.SYNTAX, name, record.bad[:5])
        result = self._terms(record, name, (*above, name), passing)
        return Result.PERMERROR if record.bad else result

    def _terms(self, record: SpfRecord, owner: str, path: tuple[str, ...], passing: bool) -> Result:
        for term in record.mechanisms:
            if self.seen.lookups >= MAX_COUNTED:
                return Result.UNSEEN
            if term.name == "all":
                if term.qualifier == "+":
                    self.seen.cause = (owner, term.text)
                return QUALIFIERS[term.qualifier]
            if term.wide and term.qualifier == "+" and passing and not self.seen.wide[1]:
                self.seen.wide = (owner, term.text)
            if term.name == "include" and self._follow(term, owner, path, passing) is Result.PASS:
                return QUALIFIERS[term.qualifier]
            self._count(term, owner)
        return self._follow(record.redirect, owner, path, passing) if record.redirect else Result.NEUTRAL

    def _follow(self, term: Term, owner: str, path: tuple[str, ...], passing: bool) -> Result:
        """The result of the record that an include or a redirect leads to."""
        self.seen.lookups += 1
        name = expand(term.spec, owner, self._origin)
        if name is None:
            return Result.UNSEEN if term.name == "redirect" else Result.NEUTRAL
        self.seen.includes.append(name)
        if name in path:
            return self._fault(Fault.LOOP, owner, (term.text,))
        result = self.record(name, path, passing and term.qualifier == "+")
        return self._fault(Fault.INCLUDE, owner, (term.text,)) if result is Result.NONE else result

    def _count(self, term: Term, owner: str) -> None:
        """The cost of a mechanism that asks the DNS for something else than a record."""
        if term.name not in ("a", "mx", "ptr", "exists"):
            return
        self.seen.lookups += 1
        if term.name == "ptr":
            self.seen.pointers.append(owner)
            return
        name = expand(term.spec, owner, self._origin)
        if name is None:
            return
        answer = self._answer((name, {"a": "ADDRESS", "mx": "MX", "exists": "A"}[term.name]), self.seen.unsettled)
        if answer is not None:
            self.seen.voids += answer.void

    def _answer(self, question: Question, lacking: list[Question]) -> SpfAnswer | None:
        answer = self._answers.get(question)
        if answer is None:
            lacking.append(question)
        elif answer.failure is not None:
            self.seen.failures.append(answer.failure)
            return None
        return answer

    def _fault(self, fault: Fault, owner: str, terms: tuple[str, ...]) -> Result:
        problem = Problem(fault, owner, terms)
        if problem not in self.seen.problems and len(self.seen.problems) < 10:
            self.seen.problems.append(problem)
        return Result.PERMERROR
