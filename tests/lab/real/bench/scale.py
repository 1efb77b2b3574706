"""Beffroi alone on 1, 50 and 500 generated towns, and the floor that no scanner can go below."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.lab.real import relay, world
from tests.lab.real.bench import crowd, measure, wire
from tests.lab.real.bench.peers import environment
from tests.lab.real.lab import CONFIG, CannotStart
from tests.lab.real.launch import REPOSITORY
from tests.lab.real.model import RealTown
from tests.lab.real.table import Row, compare

SIZES = (1, 50, 500)
SECONDS = 420.0
#: Questions that wait for one another at a town, in round trips; the resolver knows nothing yet.
CHAINS: Mapping[str, tuple[tuple[str, int], ...]] = {
    "site": (
        ("root, top-level domain and zone are asked in turn for the address", 3),
        ("TCP to port 80, and the redirect", 2),
        ("TCP to port 443, TLS 1.3, and the page", 3),
    ),
    "mail": (
        ("root, top-level domain and zone are asked in turn for MX", 3),
        ("the mail server's own delegation and address", 2),
        ("TCP to port 25, and the greeting", 2),
        ("EHLO, STARTTLS, TLS 1.3", 3),
    ),
}


@dataclass(frozen=True, slots=True)
class Crowd:
    """`towns` scanned side by side. `town_seconds` is the median of one town's wall clock among the others.

    `held` and `held_on_wire`: most connections that one address held at once, as the limiter states it and as the
    packets show it. `wrong` names what differs from the declared truth.
    """

    towns: int
    cost: measure.Cost
    scanning: float
    town_seconds: float
    held: int
    held_on_wire: int
    addresses: int
    coverage: int
    wrong: tuple[str, ...]


def floor(delay: float) -> float:
    """Seconds of the longest chain at a round trip of `delay` milliseconds."""
    return max(sum(trips for _, trips in chain) for chain in CHAINS.values()) * delay / 1000.0


def crowds(towns: Sequence[RealTown], tell: Callable[[Crowd], None]) -> tuple[Crowd, ...]:
    """One scan a size, each with a cold resolver. Raises CannotStart where one does not end."""
    done = []
    for size in SIZES:
        if size <= len(towns):
            done.append(_crowd(towns[:size]))
            tell(done[-1])
    return tuple(done)


def _crowd(towns: Sequence[RealTown]) -> Crowd:
    out, said = world.FOLDER / f"crowd-{len(towns)}.json", world.FOLDER / f"crowd-{len(towns)}.log"
    module = ("env", f"PYTHONPATH={REPOSITORY}", sys.executable, "-m", crowd.__name__, str(CONFIG), str(out))
    with wire.Watch(relay.WORLD_SIDE) as watch:
        cost = measure.run((*module, *(town.domain for town in towns)), said, SECONDS, environment())
    if cost.code or not out.exists():
        raise CannotStart(f"the scan of {len(towns)} towns ended with code {cost.code}: {said.read_text()[-1000:]}")
    seen = json.loads(out.read_text("utf-8"))
    scanned = [town for town in seen["towns"].values() if "rows" in town]
    return Crowd(
        len(towns),
        cost,
        scanning=seen["seconds"],
        town_seconds=statistics.median(town["seconds"] for town in scanned),
        held=seen["worst"],
        held_on_wire=watch.most(),
        addresses=seen["addresses"],
        coverage=min(town["coverage"] for town in scanned),
        wrong=tuple(line for town in towns for line in _wrong(town, seen["towns"][town.domain])),
    )


def _wrong(town: RealTown, seen: dict[str, object]) -> list[str]:
    rows = seen.get("rows")
    if not isinstance(rows, list):
        return [f"{town.name}: {seen.get('impossible')}"]
    one = compare(town, [Row(**row) for row in rows])
    kinds = (("missed", one.missed), ("false alarm", one.alarms), ("not verifiable", one.unexpected))
    return [
        f"{town.name}: {kind}: {row.check} on {row.subject} {row.reason} {row.detail}".strip()
        for kind, rows in kinds
        for row in rows
    ]
