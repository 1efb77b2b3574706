"""The figures as lines, as JSON and as a page."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.lab.real.bench import scale
from tests.lab.real.bench.compare import Visit
from tests.lab.real.bench.measure import Cost
from tests.lab.real.bench.named import truth
from tests.lab.real.bench.peers import ALL, BEFFROI, PEERS, Peer
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
        "floor_seconds": scale.floor(bench.delay),
        "commands": {peer.name: _shown(peer, bench.towns) for peer in ALL if bench.towns},
    }
    return json.dumps(plain, indent=1, ensure_ascii=False) + "\n"


def to_markdown(bench: Bench) -> str:
    """The page."""
    parts = [_head(bench)]
    if bench.visits:
        parts += [_costs(bench), _accuracy(bench), _more()]
    if bench.crowds:
        parts.append(_crowds(bench))
    parts += [_chains(bench), _reading(), _appendix(bench)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(bench: Bench) -> str:
    machine = ", ".join(f"{name}: {value}" for name, value in bench.machine.items())
    versions = ", ".join(f"{name} {version}" for name, version in bench.versions.items() if "," not in name)
    return (
        "# Beffroi beside its peers\n\n"
        f"Written by `make bench` on {bench.day}; every figure was measured by that run, nothing here is typed by hand. "
        "To run it again: `sudo make bench`, or `python -m tests.lab.real.bench` as root on Debian 12 (`--help` tells how to "
        "run a part). It installs what it lacks, keeps the peers in environments of their own, and leaves nothing running.\n\n"
        f"- Machine: {machine}.\n- Tools: {versions}.\n"
        f"- Real servers in network namespaces of their own, {bench.delay:g} ms there and back for everybody; one tool at a "
        "time, one town a command, each with an empty resolver cache.\n"
        f"- The whole run took {bench.seconds / 60:.1f} minutes."
    )


def _costs(bench: Bench) -> str:
    rows = []
    for peer in (peer for peer in PEERS if bench.at(peer)):
        theirs = _sum(bench.of(peer, bench.at(peer)))
        ours = _sum(bench.of(BEFFROI, bench.at(peer)))
        cells = [peer.name, str(len(bench.at(peer)))]
        cells += [
            _beside(theirs.seconds, ours.seconds, " s"),
            _beside(theirs.cpu, ours.cpu, " s"),
            f"{theirs.memory / 1e6:.0f} / {ours.memory / 1e6:.0f} MB",
            _beside(theirs.connections, ours.connections, ""),
            f"{theirs.questions} / {ours.questions}",
        ]
        rows.append(cells)
    chain = [visit for peer in PEERS if not peer.less.startswith("asked for") for visit in bench.of(peer, bench.at(peer))]
    theirs, ours = _sum(chain), _sum(bench.of(BEFFROI, bench.at(BEFFROI)))
    total = (
        f"The whole chain (sslyze, testssl.sh, nmap, checkdmarc, WhatWeb, each at its towns only): {theirs.seconds:.0f} s, "
        f"{theirs.cpu:.0f} s of CPU, {theirs.connections} connections. Beffroi at all {len(bench.at(BEFFROI))} towns: "
        f"{ours.seconds:.0f} s, {ours.cpu:.0f} s of CPU, {ours.connections} connections."
    )
    return (
        "## What it costs\n\nThe tool first, then Beffroi at the same towns, then how many times more the tool takes. Beffroi "
        "looks at everything each time: DNS, mail, both sites (with and without www), TLS, software, ports. The others look at "
        "their subject, at one site.\n\n"
        + _table(("Tool", "Towns", "Wall clock", "CPU", "Memory", "TCP connections", "DNS questions"), rows)
        + "\n\n"
        + total
    )


def _accuracy(bench: Bench) -> str:
    rows = []
    for peer in ALL:
        visits = bench.of(peer, bench.at(peer))
        read = [visit for visit in visits if not visit.trouble]
        if not visits:
            continue
        found, missed, beyond = (sum(len(part) for part in parts) for parts in zip(
            *((visit.found, visit.missed, visit.beyond) for visit in read), strict=True)) if read else (0, 0, 0)  # fmt: skip
        ours = bench.of(BEFFROI, bench.at(peer))
        rows.append([
            peer.name, str(len(visits)), str(found + missed + beyond), str(found), str(missed), str(beyond),
            str(sum(len(visit.alarms) for visit in read)), str(sum(len(visit.found) for visit in ours)),
        ])  # fmt: skip
    return (
        "## What it found of the declared truth\n\nEach town declares what is wrong with it. A fault counts once a town, on "
        'whichever of its sites. "Beyond it" are faults that the tool has no words for.\n\n'
        + _table(
            ("Tool", "Towns", "Faults there", "Found", "Missed", "Beyond it", "False alarms", "Found there by Beffroi"), rows
        )
        + "\n\n"
        + "\n".join(_named(bench))
    )


def _named(bench: Bench) -> Iterable[str]:
    for peer in ALL:
        visits = bench.of(peer, bench.at(peer))
        for kind in ("missed", "alarms"):
            shown = [f"`{check}` at {visit.town}" for visit in visits for check in getattr(visit, kind)]
            if shown:
                yield f"- {peer.name}, {'missed' if kind == 'missed' else 'false alarms'}: {', '.join(shown)}."
        cut = [visit.town for visit in visits if visit.cost.cut_off or visit.trouble]
        if cut:
            yield f"- {peer.name}: nothing could be read at {', '.join(cut)} (limit {peer.seconds:.0f} s)."


def _more() -> str:
    lines = [f"- {peer.name}: {peer.more}." + (f" Here it was {peer.less}." if peer.less else "") for peer in PEERS]
    return (
        "## Where a peer does more\n\nThe price buys something. What these tools look at and Beffroi does not:\n\n"
        + "\n".join(lines)
    )


def _crowds(bench: Bench) -> str:
    rows = [
        [
            str(crowd.towns), f"{crowd.cost.seconds:.1f} s", f"{crowd.cost.cpu / crowd.towns:.3f} s",
            f"{crowd.cost.memory / 1e6:.0f} MB", f"{crowd.cost.connections / crowd.towns:.1f}",
            f"{crowd.cost.questions / crowd.towns:.1f}", f"{crowd.held} / {crowd.held_on_wire}", str(crowd.cost.at_worst),
            f"{crowd.town_seconds:.2f} s", str(len(crowd.wrong)),
        ]
        for crowd in bench.crowds
    ]  # fmt: skip
    wrong = [line for crowd in bench.crowds for line in crowd.wrong][:10]
    return (
        "## Many towns, Beffroi alone\n\nGenerated towns, five sites an address, ten mail servers for all; scanned as "
        "`beffroi scan A B C...` does, without a mandate (the machines are shared, so no ports are asked). Every fifth is "
        "well run, the others have one to three faults; \"wrong\" counts what was missed, falsely alarmed or left unknown.\n\n"
        + _table(
            ("Towns", "Wall clock", "CPU a town", "Memory", "Connections a town", "Questions a town",
             "Held at once at one address (limiter / wire)", "Connections to the busiest address", "Median town", "Wrong"),
            rows,
        )
        + "\n\nCPU and wall clock include the start of the program; with one town that is nearly all of it. The first scan also "
        "shares the machine's cores with the servers, the resolver and the relay."
        + ("\n\n" + "\n".join(f"- {line}" for line in wrong) if wrong else "")
    )  # fmt: skip


def _chains(bench: Bench) -> str:
    lines = []
    for name, chain in scale.CHAINS.items():
        trips = sum(count for _, count in chain)
        steps = "; ".join(f"{what} ({count})" for what, count in chain)
        lines.append(f"- {name}: {trips} round trips, {trips * bench.delay / 1000:.2f} s: {steps}.")
    one = next((crowd for crowd in bench.crowds if crowd.towns == 1), None)
    beside = f" One town took {one.scanning:.2f} s once the program had started." if one else ""
    return (
        f"## The floor\n\nQuestions that must wait for one another, at {bench.delay:g} ms a round trip:\n\n"
        + "\n".join(lines)
        + f"\n\nNo scanner that looks at both can end before {scale.floor(bench.delay):.2f} s.{beside}"
    )


def _reading() -> str:
    return (
        "## How to read it\n\n"
        "- Connections are TCP SYN packets counted by nftables where the towns stand, retransmissions, half-open ones and port "
        "scans included; what a tool says of itself counts for nothing. DNS questions are packets to the scanner's resolver.\n"
        "- CPU is of the tool and its children, by the kernel. Memory is that of the largest single process, not the sum.\n"
        "- Held at once: the highest count of Beffroi's own limiter, and of the packets (from SYN to FIN or RST).\n"
        "- What a peer said is read generously into the ids of our checks (`tests/lab/real/bench/claims.py`). A peer "
        "that judges nothing, as WhatWeb, can claim only what it shows.\n"
        "- The towns were chosen by us, and their faults are of kinds that Beffroi has checks for or plans to; two of them "
        "(SSLv3, weak ciphers) are ones that the peers know.\n"
        "- sslyze is run as a command only: its licence is the AGPL, so its API is not imported here.\n"
        "- The laboratory's authority is given to sslyze, testssl.sh and checkdmarc; nmap and WhatWeb judge no chain."
    )


def _appendix(bench: Bench) -> str:
    notes = [f"- {town.name}: {town.note} ({', '.join(sorted(truth(town))) or 'no fault'})." for town in bench.towns]
    rows = [
        [
            visit.town, visit.peer, f"{visit.cost.seconds:.1f} s", f"{visit.cost.cpu:.1f} s", str(visit.cost.connections),
            str(visit.cost.questions), ", ".join(visit.found) or "–",
        ]
        for visit in bench.visits
    ]  # fmt: skip
    commands = [f"- {peer.name}: `{_shown(peer, bench.towns)}`" for peer in ALL if bench.at(peer)]
    if not bench.visits:
        return ""
    return "\n\n".join((
        "## The towns\n\n" + "\n".join(notes),
        "## The commands\n\n" + "\n".join(commands),
        "## Every visit\n\n" + _table(("Town", "Tool", "Wall clock", "CPU", "Connections", "Questions", "Found"), rows),
    ))  # fmt: skip


def _shown(peer: Peer, towns: Sequence[RealTown]) -> str:
    """Its command at one town, with paths cut to their last part."""
    town = next((town for town in towns if town.name in peer.towns), towns[0])
    words = [
        word.rpartition("/")[2] if word.startswith(("/", "--log-json=/")) else word for word in peer.command(town, Path("REPORT"))
    ]
    if words[0] == "env":
        words = words[2:]
    return " ".join(f'"{word}"' if " " in word else word for word in words)


def _sum(visits: Sequence[Visit]) -> Cost:
    costs = [visit.cost for visit in visits]
    return Cost(
        seconds=sum(cost.seconds for cost in costs),
        cpu=sum(cost.cpu for cost in costs),
        memory=max((cost.memory for cost in costs), default=0),
        connections=sum(cost.connections for cost in costs),
        at_worst=max((cost.at_worst for cost in costs), default=0),
        questions=sum(cost.questions for cost in costs),
    )


def _beside(theirs: float, ours: float, unit: str) -> str:
    form = ".1f" if unit else ".0f"
    return f"{theirs:{form}} / {ours:{form}}{unit} (× {theirs / ours if ours else 0:.2g})"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


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
        "Python": platform.python_version(),
    }
