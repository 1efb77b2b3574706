"""The subjects of one scan and what was seen of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from scanner.model import Absent, Domain, Observation, Reason, Subject, Unobserved

S = TypeVar("S", bound=Subject)
Sight = Observation | Absent | Unobserved


@dataclass(frozen=True, slots=True)
class Landscape:
    """All subjects of a domain, the domain first; `links` says which subjects stand directly below another."""

    domain: Domain
    subjects: tuple[Subject, ...]
    links: dict[Subject, tuple[Subject, ...]] = field(default_factory=dict)

    def of_kind(self, kind: type[S]) -> tuple[S, ...]:
        """The subjects of one kind, in order."""
        return tuple(subject for subject in self.subjects if isinstance(subject, kind))

    def below(self, subject: Subject) -> tuple[Subject, ...]:
        """Every subject below this one, each once, itself first."""
        found: dict[Subject, None] = {subject: None}
        waiting = [subject]
        while waiting:
            for child in self.links.get(waiting.pop(0), ()):
                if child not in found:
                    found[child] = None
                    waiting.append(child)
        return tuple(found)


class Seen:
    """What was seen, by subject and kind of observation."""

    def __init__(self) -> None:
        self._sights: dict[tuple[Subject, str], Sight] = {}

    def record(self, subject: Subject, kind: type[Observation] | str, sight: Sight) -> None:
        """Keep one sight; the last one stays."""
        self._sights[subject, kind if isinstance(kind, str) else kind.__name__] = sight

    def expects(self, subject: Subject, kind: type[Observation]) -> bool:
        """Whether anything, even an Unobserved, was recorded for exactly this subject."""
        return (subject, kind.__name__) in self._sights

    def exactly(self, subject: Subject, kind: type[Observation]) -> Sight:
        """The sight of this subject only; Unobserved(NOT_OBSERVED) where nothing was recorded."""
        return self._sights.get((subject, kind.__name__), Unobserved(Reason.NOT_OBSERVED, kind.__name__))

    def find(self, subject: Subject, kind: type[Observation]) -> Sight:
        """The sight of this subject, else of its declared parent."""
        place: Subject | None = subject
        while place is not None:
            if self.expects(place, kind):
                return self.exactly(place, kind)
            place = place.parent
        return self.exactly(subject, kind)

    def __eq__(self, other: object) -> bool:
        return self._sights == other._sights if isinstance(other, Seen) else NotImplemented

    def __iter__(self) -> Iterator[tuple[Subject, str, Sight]]:
        for (subject, kind), sight in self._sights.items():
            yield subject, kind, sight
