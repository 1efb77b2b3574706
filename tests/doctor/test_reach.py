"""Port 25 and the clock, tried on the canary and on nobody else."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.doctor.findings import Finding, Verdict, grading_allowed
from scanner.doctor.reach import clock_only, judge_clock, look_outside, moment_of
from scanner.net.door import Premises
from scanner.net.types import Response
from scanner.settings import NetworkSettings
from tests.doctor.places import CANARY, NOON, around, canary, later
from tests.lab.model import MailManner, Town


def looked(town: Town, now: datetime = NOON) -> dict[str, Finding]:
    with around(town) as premises:
        return {found.test: found for found in asyncio.run(look_outside(premises, lambda: now))}


def test_an_open_port_25_and_a_right_clock_are_seen() -> None:
    found = looked(canary(date=NOON))
    assert (found["port_25"].verdict, found["port_25"].facts["server"]) == (Verdict.GOOD, f"mx.{CANARY}")
    assert found["clock"].verdict is Verdict.GOOD


def test_a_greeting_that_sends_us_away_still_shows_that_port_25_is_open() -> None:
    assert looked(canary(date=NOON, mail=MailManner.BUSY))["port_25"].verdict is Verdict.GOOD


def test_a_port_25_that_gets_no_answer_is_to_be_opened() -> None:
    found = looked(canary(date=NOON, mail=None))["port_25"]
    assert (found.case, found.verdict) == ("silent", Verdict.TO_FIX)
    assert grading_allowed([found])  # the scan itself says of each mail server that the fault is ours


def test_a_port_25_that_is_refused_is_named_as_such() -> None:
    town = canary(date=NOON, mail=MailManner.GOOD, mx=f"10 {CANARY}.")  # the site's machine, where nothing listens
    assert looked(town)["port_25"].case == "refused"


@pytest.mark.parametrize("mx", ["", "0 ."])
def test_a_canary_without_mail_tells_nothing_of_port_25(mx: str) -> None:
    found = looked(canary(date=NOON, mx=mx))["port_25"]
    assert (found.case, found.verdict) == ("no_mx", Verdict.UNVERIFIABLE)


@pytest.mark.parametrize(
    ("now", "case", "allowed"),
    [
        (later(seconds=58), "good", True),
        (later(seconds=-58), "good", True),
        (later(minutes=2), "off", True),
        (later(minutes=-2), "off", True),
        (later(hours=2), "off", False),
        (later(days=-400), "off", False),
    ],
)
def test_a_clock_is_judged_by_its_distance_from_the_canarys(now: datetime, case: str, allowed: bool) -> None:
    found = looked(canary(date=NOON), now)["clock"]
    assert found.case == case
    assert grading_allowed([found]) is allowed


def test_an_answer_that_took_long_accuses_nobody() -> None:
    assert judge_clock(NOON, later(minutes=5), later(minutes=3), CANARY).verdict is Verdict.GOOD


def test_what_a_cache_kept_is_as_old_as_it_says() -> None:
    found = looked(canary(date=NOON, headers=(("age", "7200"),)), later(hours=2))
    assert found["clock"].verdict is Verdict.GOOD


def test_a_site_without_a_date_leaves_the_clock_unverifiable() -> None:
    assert looked(canary())["clock"].case == "no_date"


def test_without_a_canary_nothing_leaves_this_machine() -> None:
    premises = Premises(NetworkSettings(resolvers=("127.0.0.1:9",)))
    try:
        found = {each.test: each for each in asyncio.run(look_outside(premises, lambda: NOON))}
        assert asyncio.run(clock_only(premises, lambda: NOON)) == ()
    finally:
        premises.close()
    assert (found["port_25"].case, found["clock"].case) == ("unset", "unset")


def test_a_canary_that_cannot_be_reached_is_unverifiable_and_stops_nobody() -> None:
    with around(canary(date=NOON)) as premises:
        nowhere = Premises(premises.settings.model_copy(update={"canary": "nulle-part.fr"}))
        try:
            found = asyncio.run(look_outside(nowhere, lambda: NOON))
        finally:
            nowhere.close()
    assert {each.test: each.case for each in found if each.test != "ipv6"} == {"port_25": "no_mx", "clock": "unseen"}
    assert grading_allowed(found)


TEXT = st.text(max_size=60)


@given(st.lists(st.tuples(st.sampled_from(["date", "age"]), TEXT), max_size=4))
def test_no_header_of_a_site_can_break_the_clock(headers: list[tuple[str, str]]) -> None:
    told = moment_of(Response("https://x/", 200, tuple(headers), b"", ""))
    if told is not None:
        assert judge_clock(NOON, NOON + timedelta(seconds=1), told, CANARY).test == "clock"
