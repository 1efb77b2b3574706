"""What is done between two rounds, one errand after the other: the failure of one stops neither the others nor the rounds."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Word:
    """Something for a person: a key of the messages (`serve.<key>`) and its facts, no finding among them. `trouble`: it
    did not go as it should."""

    key: str
    facts: Mapping[str, object] = field(default_factory=dict)
    trouble: bool = False


#: One errand. It ends early, and leaves everything so that it can go on, once the event is set.
Errand = Callable[[threading.Event], Iterable[Word]]


def carry_out(errands: Iterable[Errand], stop: threading.Event) -> Iterator[Word]:
    """Each word as it comes. Nothing is raised."""
    for errand in errands:
        if stop.is_set():
            return
        try:
            yield from errand(stop)
        except Exception as error:  # the next pass may succeed: a service that ended would miss a date
            log.exception("an errand failed")
            yield Word("failed", {"error": f"{type(error).__name__}: {error}"[:300]}, trouble=True)
