"""A value of a JSON text that knows where it stands, and says so when it is not what a result holds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from math import isfinite
from typing import Any, NoReturn, TypeVar

from scanner.because import Because
from scanner.model import Severity
from scanner.report.values import visible
from scanner.report.words import words

E = TypeVar("E", bound=StrEnum)
MAX_DIGITS = 18  # of a whole number; no count of ours is longer, and not every formatter knows what to do with more
MAX_SHOWN = 200  # characters of a place, or of a value, in a message
_SEVERITIES = {severity.label: severity for severity in Severity}


class NotAResult(Exception):
    """What was read is no result of a scan; `in_words(lang)` is one line that says what to do, `str()` the English one.

    `problem` is a key of the vocabulary (`stored.<problem>`); `line` counts from 1, 0 where the text is one result.
    """

    def __init__(self, problem: str, line: int = 0, **facts: str | int) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line
        self.facts = facts

    def __str__(self) -> str:
        return self.in_words("en")

    def on_line(self, number: int) -> NotAResult:
        """The same, found on one line of several."""
        return NotAResult(self.problem, number, **self.facts)

    def in_words(self, lang: str) -> str:
        """The sentence in one language."""
        say = words(lang)
        sentence = say(f"stored.{self.problem}", **self.facts)
        return say("stored.at_line", line=self.line, problem=sentence) if self.line else sentence


@dataclass(frozen=True, slots=True)
class Node:
    """One value; `place` is written as `outcomes[3].severity`. Every method raises NotAResult on another kind of value."""

    value: object
    place: str = ""

    def of(self, key: str) -> Node:
        """The member of an object that must have it."""
        found = self.maybe(key)
        if found is None:
            raise NotAResult("missing", place=visible(self._place_of(key), MAX_SHOWN))
        return found

    def maybe(self, key: str) -> Node | None:
        """The member of an object, None where it has none."""
        members = self._object()
        return Node(members[key], self._place_of(key)) if key in members else None

    def members(self) -> Iterator[tuple[str, Node]]:
        """Every key of an object with its value."""
        for key, value in self._object().items():
            yield key, Node(value, self._place_of(key))

    def items(self) -> Iterator[Node]:
        """The values of a list."""
        if not isinstance(self.value, list):
            self.refuse()
        for number, value in enumerate(self.value):
            yield Node(value, f"{self.place}[{number}]")

    def text(self) -> str:
        """A string."""
        return self.value if isinstance(self.value, str) else self.refuse()

    def matching(self, pattern: re.Pattern[str]) -> str:
        """A string that is wholly of this form."""
        text = self.text()
        return text if pattern.fullmatch(text) else self.refuse()

    def texts(self) -> tuple[str, ...]:
        """A list of strings."""
        return tuple(item.text() for item in self.items())

    def flag(self) -> bool:
        """True or false."""
        return self.value if isinstance(self.value, bool) else self.refuse()

    def integer(self) -> int:
        """A whole number."""
        return self.value if isinstance(self.value, int) and not isinstance(self.value, bool) else self.refuse()

    def count(self, highest: int = 10**MAX_DIGITS) -> int:
        """A whole number from 0 to `highest`."""
        number = self.integer()
        return number if 0 <= number <= highest else self.refuse()

    def number(self) -> float:
        """A number that is not negative."""
        if not isinstance(self.value, float):
            return float(self.count())
        return self.value if self.value >= 0 else self.refuse()

    def date(self) -> datetime:
        """A moment in ISO 8601, in the zone that it was written in."""
        try:
            return datetime.fromisoformat(self.text())
        except ValueError:
            self.refuse()

    def moment(self) -> datetime:
        """A moment whose zone is known, and that exists in UTC too."""
        found = self.date()
        try:
            found.astimezone(UTC)
        except OverflowError:
            self.refuse()
        return found if found.tzinfo is not None else self.refuse()

    def member_of(self, kind: type[E]) -> E:
        """A member of an enumeration, by its value."""
        try:
            return kind(self.text())
        except ValueError:
            self.refuse()

    def because(self) -> Because | None:
        """The member `because` of an object; None where there is none, or one that this program does not know."""
        found = self.maybe("because")
        text = found.text() if found else ""
        return Because(text) if text in tuple(Because) else None

    def severity(self) -> Severity:
        """A severity, by its label."""
        found = _SEVERITIES.get(self.text())
        return self.refuse() if found is None else found

    def or_none(self) -> Node | None:
        """None where the value is null."""
        return None if self.value is None else self

    def refuse(self) -> NoReturn:
        """Say that this is not what a result holds here."""
        raise NotAResult("unexpected", place=visible(self.place, MAX_SHOWN))

    def _object(self) -> dict[str, Any]:
        return self.value if isinstance(self.value, dict) else self.refuse()

    def _place_of(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key


def parse(text: str) -> Node:
    """Standard JSON: what Python would accept beyond it (NaN, Infinity, 1e999) is refused, and endless numbers.

    Raises NotAResult.
    """
    try:
        return Node(json.loads(text, parse_constant=_no_number, parse_float=_finite, parse_int=_whole))
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            raise NotAResult("several") from error
        raise NotAResult("not_json", row=error.lineno, column=error.colno) from error
    except (ValueError, RecursionError) as error:  # a number that is none, or thousands of brackets
        raise NotAResult("no_such_json") from error


def _whole(digits: str) -> int:
    return int(digits) if len(digits.lstrip("-")) <= MAX_DIGITS else _no_number(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    return number if isfinite(number) else _no_number(digits)


def _no_number(digits: str) -> NoReturn:
    raise ValueError(f"{digits[:40]} is not a number of JSON")
