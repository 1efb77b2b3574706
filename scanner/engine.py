"""observe(): each probe once per subject, as early as what it needs is there."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from scanner.catalogue import Catalogue
from scanner.contract import ProbeSpec
from scanner.landscape import Landscape, Seen, Sight
from scanner.model import Absent, Observation, Reason, Subject, Unobserved
from scanner.net.door import Door
from scanner.net.types import NetFailure

log = logging.getLogger(__name__)

#: Called after each probe with how many of how many are done.
Progress = Callable[[int, int], None]


async def observe(catalogue: Catalogue, landscape: Landscape, seen: Seen, door: Door, progress: Progress) -> None:
    """Run every probe on every subject of its kind; all sights are recorded in `seen`, also when cancelled."""
    errands = [(spec, subject) for spec in catalogue.probes for subject in landscape.of_kind(spec.signature.subject)]
    for spec, subject in errands:
        seen.record(subject, spec.gives, Unobserved(Reason.INTERRUPTED))
    observer = _Observer(catalogue, seen, door)
    done = 0
    progress(done, len(errands))

    async def run(spec: ProbeSpec, subject: Subject) -> None:
        nonlocal done
        seen.record(subject, spec.gives, await observer.sight(spec, subject))
        done += 1
        progress(done, len(errands))

    try:
        async with asyncio.TaskGroup() as group:
            for spec, subject in errands:
                group.create_task(run(spec, subject))
    finally:
        await observer.stop()


class _Observer:
    """Remembers which probe already runs for which subject."""

    def __init__(self, catalogue: Catalogue, seen: Seen, door: Door) -> None:
        self._catalogue = catalogue
        self._seen = seen
        self._door = door
        self._running: dict[tuple[Subject, type[Observation]], asyncio.Task[Sight]] = {}

    async def sight(self, spec: ProbeSpec, subject: Subject) -> Sight:
        """The one run of this probe on this subject, started now or earlier."""
        task = self._running.get((subject, spec.gives))
        if task is None:
            task = self._running[subject, spec.gives] = asyncio.create_task(self._look(spec, subject))
        return await task

    async def stop(self) -> None:
        """End the probes that still run; nothing of them is recorded."""
        for task in self._running.values():
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _needed(self, subject: Subject, kind: type[Observation]) -> Sight:
        """What was, or is being, observed on this subject or on its declared parent."""
        giver = self._catalogue.giver(kind)
        if giver is None:
            return self._seen.find(subject, kind)
        place: Subject | None = subject
        while place is not None and not isinstance(place, giver.signature.subject):
            place = place.parent
        return Unobserved(Reason.NOT_OBSERVED, kind.__name__) if place is None else await self.sight(giver, place)

    async def _look(self, spec: ProbeSpec, subject: Subject) -> Sight:
        refused = self._door.refusal(spec.level, subject)
        if refused is not None:
            return refused
        arguments: dict[str, Any] = {spec.signature.subject_parameter: subject}
        for need in spec.signature.needs:
            sight = await self._needed(subject, need.gives)
            if (isinstance(sight, Absent) and not need.absent) or (isinstance(sight, Unobserved) and not need.unobserved):
                return sight
            arguments[need.parameter] = sight
        if spec.signature.net_parameter:
            arguments[spec.signature.net_parameter] = self._door.net(spec.level, subject, spec.seconds)
        if spec.signature.now_parameter:
            arguments[spec.signature.now_parameter] = self._door.clock()
        return await self._door.shared.sight(subject, spec.gives, lambda: self._run(spec, subject, arguments))

    async def _run(self, spec: ProbeSpec, subject: Subject, arguments: dict[str, Any]) -> Sight:
        try:
            sight = await spec.function(**arguments)
        except NetFailure as failure:
            return failure.unobserved()
        except Exception as error:  # a faulty probe must never end a scan nor read as health
            log.exception("probe %s failed on %s", spec.name, subject.key)
            return Unobserved(Reason.BUG, f"{spec.name}: {type(error).__name__}: {error}"[:300])
        if not isinstance(sight, spec.gives | Absent | Unobserved):
            log.error("probe %s gave %r", spec.name, type(sight))
            return Unobserved(Reason.BUG, f"{spec.name} gave {type(sight).__name__} instead of {spec.gives.__name__}")
        return sight
