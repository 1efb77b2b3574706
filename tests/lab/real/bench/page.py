"""The figures as a page for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.lab.real.bench import documents, scale
from tests.lab.real.bench.compare import Visit
from tests.lab.real.bench.figures import Bench, shown
from tests.lab.real.bench.measure import Cost
from tests.lab.real.bench.named import truth
from tests.lab.real.bench.peers import ALL, BEFFROI, PEERS


def to_markdown(bench: Bench) -> str:
    """The page."""
    parts = [_head(bench)]
    if bench.visits:
        parts += [_costs(bench), _accuracy(bench), _more()]
    if bench.crowds:
        parts.append(_crowds(bench))
    if bench.documents:
        parts.append(_documents(bench))
    parts += [_chains(bench), _reading(), _appendix(bench)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(bench: Bench) -> str:
    machine = ", ".join(f"{name}: {value}" for name, value in bench.machine.items())
    versions = ", ".join(f"{name} {version}" for name, version in bench.versions.items() if "," not in name)
    return (
        "# Beffroi beside its peers\n\n"
        f"Written by `make bench` on {bench.day}; every figure was measured by that run. "
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
    chain = [visit for peer in PEERS if not peer.variant for visit in bench.of(peer, bench.at(peer))]
    total = (
        "The whole chain (sslyze, testssl.sh, nmap, checkdmarc, WhatWeb, each at its towns only): "
        f"{_summed(chain)}; without testssl.sh {_summed([visit for visit in chain if visit.peer != 'testssl.sh'])}. "
        f"Beffroi at all {len(bench.at(BEFFROI))} towns: {_summed(bench.of(BEFFROI, bench.at(BEFFROI)))}."
    )
    return (
        "## What it costs\n\nThe tool first, then Beffroi at the same towns, then how many times more the tool takes. Beffroi "
        "looks at everything each time: DNS, mail, both sites (with and without www), TLS, software, ports. The others look at "
        "their subject, at one site.\n\n"
        + _table(("Tool", "Towns", "Wall clock", "CPU", "Memory", "TCP connections", "DNS questions"), rows)
        + "\n\n"
        + total
    )


def _documents(bench: Bench) -> str:
    return (
        "## What a document costs\n\n`beffroi report` from a stored result, the program's start and end included, by itself "
        "on the machine. Many findings: the report explains the most urgent and lists the next; the CSV holds them all.\n\n"
        + documents.table(bench.documents)
    )


def _accuracy(bench: Bench) -> str:
    rows = []
    for peer in ALL:
        visits = bench.of(peer, bench.at(peer))
        if not visits:
            continue
        found, missed, beyond = (sum(len(getattr(visit, kind)) for visit in visits) for kind in ("found", "missed", "beyond"))
        ours = bench.of(BEFFROI, bench.at(peer))
        rows.append([
            peer.name, str(len(visits)), str(found + missed + beyond), str(found), str(missed), str(beyond),
            str(sum(len(visit.alarms) for visit in visits)), str(sum(len(visit.found) for visit in ours)),
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
        + "\n\nCPU and wall clock include the start of the program; with one town that is nearly all of it. Every scan shares "
        "the machine's cores with the servers, the resolver and the relay."
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
        + f"\n\nWhoever follows both, side by side, cannot end before {scale.floor(bench.delay):.2f} s.{beside}"
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
        "- The towns were chosen by us, and their faults are of kinds that Beffroi has checks for or is to have.\n"
        "- sslyze's API is asked by a program of its own in sslyze's environment (`tests/lab/real/bench/sslyze_api.py`).\n"
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
    commands = [f"- {peer.name}: `{shown(peer, bench.towns)}`" for peer in ALL if bench.at(peer)]
    if not bench.visits:
        return ""
    return "\n\n".join((
        "## The towns\n\n" + "\n".join(notes),
        "## The commands\n\n" + "\n".join(commands),
        "## Every visit\n\n" + _table(("Town", "Tool", "Wall clock", "CPU", "Connections", "Questions", "Found"), rows),
    ))  # fmt: skip


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


def _summed(visits: Sequence[Visit]) -> str:
    cost = _sum(visits)
    return f"{cost.seconds:.0f} s, {cost.cpu:.0f} s of CPU, {cost.connections} connections"


def _beside(theirs: float, ours: float, unit: str) -> str:
    form = ".1f" if unit else ".0f"
    return f"{theirs:{form}} / {ours:{form}}{unit} (× {theirs / ours if ours else 0:.2g})"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
