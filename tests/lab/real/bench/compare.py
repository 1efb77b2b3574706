"""Town by town, tool by tool: what it cost and what it found of the declared truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tests.lab.real import world
from tests.lab.real.bench import measure
from tests.lab.real.bench.named import truth
from tests.lab.real.bench.peers import ALL, Peer, environment
from tests.lab.real.model import RealTown


@dataclass(frozen=True, slots=True)
class Visit:
    """One tool at one town. `found`, `missed` and `alarms` are check ids; `missed` holds those it has words for,
    `beyond` those it has none for. `trouble` says why nothing could be read: then all is missed."""

    peer: str
    town: str
    cost: measure.Cost
    found: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    trouble: str = ""


def visits(towns: Sequence[RealTown], tell: Callable[[Visit], None]) -> tuple[Visit, ...]:
    """Every tool at every town that it is sent to, one after the other, each with a cold resolver."""
    done = []
    for town in towns:
        for peer in ALL:
            if town.name in peer.towns:
                done.append(_visit(peer, town))
                tell(done[-1])
    return tuple(done)


def _visit(peer: Peer, town: RealTown) -> Visit:
    folder = world.FOLDER / "bench"
    folder.mkdir(exist_ok=True)
    stem = f"{town.name}-{peer.name.replace(' ', '-').replace(',', '')}"
    report, out = folder / f"{stem}.json", folder / f"{stem}.out"
    cost = measure.run(peer.command(town, report), out, peer.seconds, environment())
    try:
        claimed = peer.read(report)
    except (OSError, ValueError, LookupError, TypeError) as error:
        last = out.read_bytes()[-300:].decode(errors="replace").strip()
        trouble = f"{type(error).__name__}: {error}; {last}"[:500]
        return replace(judge(peer, town, cost, frozenset()), trouble=trouble)
    return judge(peer, town, cost, claimed)


def judge(peer: Peer, town: RealTown, cost: measure.Cost, claimed: frozenset[str]) -> Visit:
    """Hold what was claimed against what is declared."""
    true = truth(town)
    within = {check for check in true if check.startswith(peer.scope)}
    return Visit(
        peer.name,
        town.name,
        cost,
        found=tuple(sorted(true & claimed)),
        missed=tuple(sorted(within - claimed)),
        beyond=tuple(sorted(true - within - claimed)),
        alarms=tuple(sorted(check for check in claimed - true if not town.allows(check))),
    )
