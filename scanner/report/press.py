"""Documents of many authorities, drawn side by side: a PDF takes a second of one core, so each core draws its own."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from multiprocessing import get_context
from typing import Any, TypeVar

from scanner.catalogue import Catalogue

J = TypeVar("J")
R = TypeVar("R")

FEW = 3  # so many are drawn here: a process of its own takes a second to begin
AHEAD = 2  # jobs that wait at each process, so that none is idle and few results are in memory

_catalogue = Catalogue((), ())  # of a drawing process, given once at its start


def in_order(
    draw: Callable[[Catalogue, J], R], jobs: Iterable[J], catalogue: Catalogue, cores: int = 0
) -> Generator[R, None, None]:
    """What `draw` makes of each job, in their order. `draw` is a function of a module; jobs and results can be pickled.

    `cores`: 0 for those that this process may use. What `draw` raises is raised at its place in the order. A process
    that dies (no memory, most often) is no reason to lose a document: the rest is drawn here, one after the other.
    """
    coming = iter(jobs)
    first = list(islice(coming, FEW + 1))
    cores = cores or len(os.sched_getaffinity(0))
    if len(first) <= FEW or cores < 2:
        yield from (draw(catalogue, job) for job in chain(first, coming))
        return
    waiting: deque[tuple[J, Future[R]]] = deque()
    pool = ProcessPoolExecutor(cores, get_context("spawn"), _begin, (catalogue,))
    try:
        for job in chain(first, coming):
            waiting.append((job, _submit(pool, draw, job)))
            if len(waiting) > cores * AHEAD:
                yield _result(draw, catalogue, *waiting.popleft())
        while waiting:
            yield _result(draw, catalogue, *waiting.popleft())
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(catalogue: Catalogue) -> None:
    """In the new process: Ctrl-C is for the one that hands out the work."""
    global _catalogue
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _catalogue = catalogue


def _draw(draw: Callable[[Catalogue, Any], R], job: Any) -> R:
    return draw(_catalogue, job)


def _submit(pool: ProcessPoolExecutor, draw: Callable[[Catalogue, J], R], job: J) -> Future[R]:
    try:
        return pool.submit(_draw, draw, job)
    except BrokenProcessPool as error:
        broken: Future[R] = Future()
        broken.set_exception(error)
        return broken


def _result(draw: Callable[[Catalogue, J], R], catalogue: Catalogue, job: J, future: Future[R]) -> R:
    try:
        return future.result()
    except BrokenProcessPool:
        return draw(catalogue, job)
