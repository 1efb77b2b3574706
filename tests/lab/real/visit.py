"""Runs in the scanner's namespace: scans towns as Beffroi does, and writes what it concluded."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scanner.catalogue import Catalogue, load_catalogue
from scanner.model import Domain
from scanner.net.door import Premises
from scanner.net.mandate import Mandate
from scanner.result import ScanResult
from scanner.scan import Order, ScanImpossible, scan
from scanner.settings import load_settings
from tests.lab.real.model import RealTown
from tests.lab.real.table import Row
from tests.lab.real.towns import towns

SIDE_BY_SIDE = 8
SECONDS = 240.0


def main() -> None:
    """`python -m tests.lab.real.visit CONFIG OUT NAME...`: one JSON object, by town."""
    config, out, names = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
    chosen = [town for town in towns() if town.name in names]
    premises = Premises(load_settings(config).network)
    try:
        seen = asyncio.run(_visit(chosen, load_catalogue(), premises))
    finally:
        premises.close()
    out.write_text(json.dumps(seen), "utf-8")


async def _visit(chosen: list[RealTown], catalogue: Catalogue, premises: Premises) -> dict[str, Any]:
    turns = asyncio.Semaphore(SIDE_BY_SIDE)

    async def one(town: RealTown) -> dict[str, Any]:
        async with turns:
            try:
                async with asyncio.timeout(SECONDS):
                    result = _plain(await scan(order(town), catalogue, premises))
            except ScanImpossible as problem:
                result = {"impossible": str(problem)}
            except TimeoutError:  # before the first probe; afterwards the scan returns what it saw
                result = _late()
            print(cost(town.name, result), file=sys.stderr, flush=True)
            return result

    results = await asyncio.gather(*(one(town) for town in chosen))
    return {town.name: result for town, result in zip(chosen, results, strict=True)}


def order(town: RealTown) -> Order:
    """A scan of this town with the mandate that it would sign."""
    mandate = Mandate("", "Laboratoire", (town.domain,), dedicated=town.dedicated, text="Laboratoire, essai")
    return Order(Domain(town.domain), mandate)


def cost(name: str, result: dict[str, Any]) -> str:
    """One line about a scan."""
    if "rows" not in result:
        return f"{name:<28} {result['impossible']}"
    return (
        f"{name:<28} {result['grade'] or '-':<3}{result['coverage']:>4} %{result['connections']:>6} connections"
        f"{result['dns_queries']:>5} questions{result['seconds']:>7.1f} s"
    )


def _late() -> dict[str, Any]:
    return {"impossible": f"the scan did not end within {SECONDS:.0f} s"}


def _plain(result: ScanResult) -> dict[str, Any]:
    """What the comparison needs of a scan, as JSON."""
    if result.interrupted:
        return _late()
    return {
        "rows": [asdict(Row.of(outcome)) for outcome in result.outcomes],
        "grade": result.score.grade,
        "coverage": result.score.coverage,
        "connections": result.cost.connections,
        "attempts": result.cost.attempts,
        "dns_queries": result.cost.dns_queries,
        "per_host": {address: tally.connections + tally.attempts for address, tally in result.cost.per_host.items()},
        "seconds": (result.finished_at - result.started_at).total_seconds(),
        "warnings": list(result.warnings),
    }


if __name__ == "__main__":
    main()
