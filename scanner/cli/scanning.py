"""Several domains side by side: progress, documents, exit code."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from scanner.catalogue import Catalogue
from scanner.cli.days import why_impossible
from scanner.cli.exits import Exit
from scanner.cli.messages import say
from scanner.cli.outputs import Outputs
from scanner.cli.request import Request
from scanner.model import Domain, Reason, Severity
from scanner.net.door import Premises
from scanner.report.overview import print_overview
from scanner.report.terminal import print_summary
from scanner.result import ScanResult
from scanner.scan import Order, ScanImpossible, scan

SIDE_BY_SIDE = 16  # domains looked at at once


@dataclass
class Session:
    """What came out so far."""

    results: list[ScanResult] = field(default_factory=list)
    impossible: list[ScanImpossible] = field(default_factory=list)
    interrupted: bool = False

    def exit_code(self, fail_on: Severity | None) -> Exit:
        """Interrupted, then --fail-on, then partial, then done."""
        if self.interrupted:
            return Exit.INTERRUPTED
        found = [finding.severity for result in self.results for outcome in result.outcomes for finding in outcome.findings]
        if fail_on is not None and any(severity >= fail_on for severity in found):
            return Exit.FAIL_ON
        if self.impossible or any(unseen_by_us(result) for result in self.results):
            return Exit.PARTIAL
        return Exit.DONE


def unseen_by_us(result: ScanResult) -> tuple[Reason, ...]:
    """Reasons on our side for which something of this domain was not seen."""
    reasons = {outcome.reason for outcome in result.outcomes}
    return tuple(reason for reason in (Reason.OURS, Reason.BUG) if reason in reasons)


def run_scan(request: Request, catalogue: Catalogue, premises: Premises, outputs: Outputs) -> Exit:
    """Scan every domain, write what was asked for, print the summaries. Raises UsageError where a file cannot be written."""
    out = Console(stderr=request.json == "-")
    errors = Console(stderr=True)
    for note in request.notes:
        errors.print(note, markup=False, highlight=False)
    session = asyncio.run(_scan_all(request, catalogue, premises, outputs))
    outputs.finish()
    if len(session.results) > 1:
        print_overview(session.results, request.lang, out)
    for result in session.results:
        if len(session.results) == 1:
            print_summary(result, catalogue, request.lang, out)
        if reasons := unseen_by_us(result):
            words = ", ".join(reasons)
            errors.print(say(request.lang, "scan.partial", domain=result.domain.name, reasons=words), markup=False)
    for line in outputs.said:
        errors.print(line, markup=False, highlight=False, soft_wrap=True)
    for problem in session.impossible:
        text = why_impossible(request.lang, problem.kind, problem.domain, problem.detail)
        errors.print(text, markup=False, highlight=False, soft_wrap=True)
    if session.interrupted:
        errors.print(say(request.lang, "scan.interrupted"), markup=False)
    return session.exit_code(request.fail_on)


async def _scan_all(request: Request, catalogue: Catalogue, premises: Premises, outputs: Outputs) -> Session:
    session = Session()
    turns = asyncio.Semaphore(SIDE_BY_SIDE)
    task = asyncio.current_task()
    if task is not None:  # `docker stop` must leave a partial result too
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)

    async def one(name: str, progress: Callable[[int, int], None]) -> None:
        async with turns:
            try:
                result = await scan(Order(Domain(name), request.mandate), catalogue, premises, progress)
            except ScanImpossible as problem:
                session.impossible.append(problem)
                return
        session.results.append(result)
        outputs.write(result)

    with _progress(request) as line:
        try:
            async with asyncio.TaskGroup() as group:
                for domain in request.domains:
                    group.create_task(one(domain.ascii, line(str(domain))))
        except asyncio.CancelledError:
            session.interrupted = True
        except ExceptionGroup as group_error:
            raise group_error.exceptions[0] from group_error
    session.interrupted = session.interrupted or any(result.interrupted for result in session.results)
    session.results.sort(key=lambda result: result.domain.name)
    return session


@contextlib.contextmanager
def _progress(request: Request) -> Iterator[Callable[[str], Callable[[int, int], None]]]:
    """One live line per domain, on standard error, only where a person looks at a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda domain: lambda done, total: None
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:

        def line(domain: str) -> Callable[[int, int], None]:
            task = bars.add_task(domain, total=None)

            def step(done: int, total: int) -> None:
                bars.update(
                    task,
                    completed=done,
                    total=total,
                    description=say(request.lang, "scan.progress", domain=domain, done=done, total=total),
                )

            return step

        yield line
