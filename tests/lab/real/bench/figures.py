"""What one run of the bench measured: as lines while it goes on, and as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.lab.real.bench import scale
from tests.lab.real.bench.compare import Visit
from tests.lab.real.bench.documents import Made
from tests.lab.real.bench.measure import Cost
from tests.lab.real.bench.named import truth
from tests.lab.real.bench.peers import ALL, Peer
from tests.lab.real.bench.scale import Crowd
from tests.lab.real.model import RealTown


@dataclass(frozen=True, slots=True)
class Bench:
    """One run. `delay` in milliseconds there and back; `started` and `seconds`: the laboratory's start, and all of it."""

    towns: tuple[RealTown, ...]
    visits: tuple[Visit, ...]
    crowds: tuple[Crowd, ...]
    delay: float
    started: float
    seconds: float
    documents: tuple[Made, ...] = ()
    versions: Mapping[str, str] = field(default_factory=lambda: {peer.name: peer.version() for peer in ALL})
    machine: Mapping[str, str] = field(default_factory=lambda: _machine())
    day: str = field(default_factory=lambda: datetime.now(UTC).date().isoformat())

    def of(self, peer: Peer, towns: Sequence[str]) -> tuple[Visit, ...]:
        """The visits of one tool at these towns."""
        return tuple(visit for visit in self.visits if visit.peer == peer.name and visit.town in towns)

    def at(self, peer: Peer) -> tuple[str, ...]:
        """The towns where this tool was."""
        return tuple(visit.town for visit in self.visits if visit.peer == peer.name)


def visit_line(visit: Visit) -> str:
    """One visit, as it ends."""
    words = [f"{visit.town:<22}{visit.peer:<24}{_line(visit.cost)}  found {len(visit.found)}, missed {len(visit.missed)}"]
    words += [f"false alarms: {' '.join(visit.alarms)}"] if visit.alarms else []
    words += [visit.trouble.replace("\n", " ")] if visit.trouble else []
    return "; ".join(words)


def crowd_line(crowd: Crowd) -> str:
    """One scan of many towns, as it ends."""
    return f"{crowd.towns} generated towns{'':<20}{_line(crowd.cost)}  held {crowd.held}; wrong: {len(crowd.wrong)}"


def _line(cost: Cost) -> str:
    cut = " (cut off)" if cost.cut_off else ""
    return (
        f"{cost.seconds:7.1f} s{cost.cpu:7.1f} s CPU{cost.memory / 1e6:6.0f} MB{cost.connections:7} connections"
        f"{cost.questions:6} questions{cut}"
    )


def to_json(bench: Bench) -> str:
    """Every figure."""
    towns = {town.name: {"note": town.note, "truth": sorted(truth(town))} for town in bench.towns}
    plain = {
        "day": bench.day,
        "machine": bench.machine,
        "versions": bench.versions,
        "delay_ms": bench.delay,
        "seconds": bench.seconds,
        "laboratory_start_seconds": bench.started,
        "towns": towns,
        "visits": [asdict(visit) for visit in bench.visits],
        "crowds": [asdict(crowd) for crowd in bench.crowds],
        "documents": [asdict(made) for made in bench.documents],
        "floor_seconds": scale.floor(bench.delay),
        "commands": {peer.name: shown(peer, bench.towns) for peer in ALL if bench.towns},
    }
    return json.dumps(plain, indent=1, ensure_ascii=False) + "\n"


def shown(peer: Peer, towns: Sequence[RealTown]) -> str:
    """Its command at one town, with paths cut to their last part."""
    town = next((town for town in towns if town.name in peer.towns), towns[0])
    words = [
        word.rpartition("/")[2] if word.startswith(("/", "--log-json=/")) else word
        for word in peer.command(town, Path("REPORT.json"))
    ]
    if words[0] == "env":
        words = words[2:]
    return " ".join(f'"{word}"' if " " in word else word for word in words)


def _machine() -> dict[str, str]:
    memory = next(
        (line.split()[1] for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal")), "0"
    )
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    return {
        "cores": str(os.cpu_count()),
        "memory": f"{int(memory) / 1e6:.0f} GB",
        "architecture": platform.machine(),
        "system": system,
        "Python of Beffroi": platform.python_version(),
    }
