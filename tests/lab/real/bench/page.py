"""The figures as lines, as JSON and as a page."""

from __future__ import annotations

from dataclasses import dataclass

from tests.lab.real.bench.compare import Visit
from tests.lab.real.bench.measure import Cost
from tests.lab.real.bench.scale import Crowd
from tests.lab.real.model import RealTown


@dataclass(frozen=True, slots=True)
class Bench:
    towns: tuple[RealTown, ...]
    visits: tuple[Visit, ...]
    crowds: tuple[Crowd, ...]
    delay: float
    started: float
    seconds: float


def _cost(c: Cost) -> str:
    return f"{c.seconds:7.1f} s {c.cpu:6.2f} CPU {c.memory/1e6:5.0f} MB {c.connections:5d} SYN {c.questions:4d} DNS code {c.code}{' CUT' if c.cut_off else ''}"


def visit_line(v: Visit) -> str:
    return f"{v.town:<24}{v.peer:<24}{_cost(v.cost)} found {v.found} missed {v.missed} alarms {v.alarms} {v.trouble}"


def crowd_line(c: Crowd) -> str:
    return f"{c.towns} towns {_cost(c.cost)} {c.scanning:.1f} median {c.town_seconds:.2f} held {c.held}/{c.held_on_wire} addr {c.addresses} cov {c.coverage} wrong {len(c.wrong)} {c.wrong[:12]}"

def to_json(b: Bench) -> str: return "{}"
def to_markdown(b: Bench) -> str: return ""
