"""Documents drawn side by side: in order, each at most once handed out, and none lost with a process that dies."""

from __future__ import annotations

import os
import signal
from itertools import islice

import pytest

from scanner.catalogue import Catalogue
from scanner.report.press import FEW, in_order

CATALOGUE = Catalogue((), (), ("the catalogue that every process is given",))
MANY = range(12)


def drawn(catalogue: Catalogue, job: int) -> tuple[int, int, tuple[str, ...]]:
    return job, os.getpid(), catalogue.warnings


def fails_at_five(catalogue: Catalogue, job: int) -> int:
    if job == 5:
        raise ValueError("five")
    return job


def dies_elsewhere(catalogue: Catalogue, job: tuple[int, int]) -> int:
    """Killed as by a machine without memory, except in the process that hands out the work."""
    number, parent = job
    if number == 4 and os.getpid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_a_few_are_drawn_here() -> None:
    assert list(in_order(drawn, range(FEW), CATALOGUE, 2)) == [(job, os.getpid(), CATALOGUE.warnings) for job in range(FEW)]


def test_many_are_drawn_elsewhere_in_their_order_with_the_catalogue() -> None:
    found = list(in_order(drawn, MANY, CATALOGUE, 2))
    assert [job for job, _, _ in found] == list(MANY)
    assert os.getpid() not in {process for _, process, _ in found}
    assert {warnings for _, _, warnings in found} == {CATALOGUE.warnings}


def test_what_a_drawing_raises_is_raised_at_its_place() -> None:
    coming = in_order(fails_at_five, MANY, CATALOGUE, 2)
    assert list(islice(coming, 5)) == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="five"):
        next(coming)


def test_a_process_that_dies_loses_no_document() -> None:
    jobs = [(number, os.getpid()) for number in MANY]
    assert list(in_order(dies_elsewhere, jobs, CATALOGUE, 2)) == list(MANY)


def test_the_work_is_not_drawn_from_far_ahead() -> None:
    jobs = iter(range(100))
    coming = in_order(drawn, jobs, CATALOGUE, 2)
    next(coming)
    coming.close()
    assert next(jobs) < 10
