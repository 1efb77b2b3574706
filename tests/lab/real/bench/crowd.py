"""Runs in the scanner's namespace: the first so many generated towns, as `beffroi scan A B C...` does, without a mandate."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scanner.catalogue import Catalogue, load_catalogue
from scanner.cli.scanning import SIDE_BY_SIDE
from scanner.model import Domain, Status
from scanner.net.door import Premises
from scanner.net.limits import MemoryLimiter
from scanner.result import ScanResult
from scanner.scan import Order, ScanImpossible, scan
from scanner.settings import load_settings
from tests.lab.real.table import Row


def main() -> None:
    """`python -m tests.lab.real.bench.crowd CONFIG OUT DOMAIN...`: one JSON object."""
    config, out, domains = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
    premises = Premises(load_settings(config).network)
    catalogue = load_catalogue()
    began = time.monotonic()
    try:
        towns = asyncio.run(_all(domains, catalogue, premises))
    finally:
        premises.close()
    limiter = premises.limiter
    worst = limiter.worst if isinstance(limiter, MemoryLimiter) else {}
    seen = {"seconds": time.monotonic() - began, "worst": max(worst.values(), default=0), "addresses": len(worst), "towns": towns}
    out.write_text(json.dumps(seen), "utf-8")


async def _all(domains: list[str], catalogue: Catalogue, premises: Premises) -> dict[str, Any]:
    turns = asyncio.Semaphore(SIDE_BY_SIDE)

    async def one(domain: str) -> dict[str, Any]:
        async with turns:
            try:
                return _plain(await scan(Order(Domain(domain)), catalogue, premises))
            except ScanImpossible as problem:
                return {"impossible": str(problem)}

    results = await asyncio.gather(*(one(domain) for domain in domains))
    return dict(zip(domains, results, strict=True))


def _plain(result: ScanResult) -> dict[str, Any]:
    """What failed or stayed unknown; the rest is forgotten, as a campaign would store it."""
    kept = (Status.FAIL, Status.UNKNOWN)
    return {
        "rows": [asdict(Row.of(outcome)) for outcome in result.outcomes if outcome.status in kept],
        "coverage": result.score.coverage,
        "seconds": result.cost.seconds,
        "connections": result.cost.connections + result.cost.attempts,
        "questions": result.cost.dns_queries,
    }


if __name__ == "__main__":
    main()
