"""From inside an internal network nobody is graded; a CDN or one town's own mistake stops nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.doctor.findings import Finding, grading_allowed
from scanner.doctor.horizon import MAX_DOMAINS, Sight, View, judge_name, look_at_names
from scanner.net.policy import AddressPolicy
from tests.doctor.places import resolver, zone

TOWN, OTHER = "saint-exemple.fr", "bourg-exemple.fr"
PUBLIC, ELSEWHERE, PRIVATE = "80.67.169.12", "80.67.169.40", "10.0.0.5"
POLICY = AddressPolicy().refusal


def view(*addresses: str, zone: str = "ns1.x. hostmaster.x.") -> View:
    return View(frozenset(addresses), zone)


UNSEEN, INTERNAL = View(None), "dc1.interne. hostmaster.interne."


@pytest.mark.parametrize(
    ("inside", "outside", "expected"),
    [
        ([view(PUBLIC)], None, Sight.SAME),
        ([view(PUBLIC)], view(PUBLIC), Sight.SAME),
        ([view(PUBLIC)], UNSEEN, Sight.SAME),
        ([view()], view(), Sight.SAME),
        ([view(PUBLIC, ELSEWHERE)], view(ELSEWHERE), Sight.SAME),
        # a CDN answers by place, from one and the same zone
        ([view(PUBLIC)], view(ELSEWHERE), Sight.SAME),
        # an internal zone of the same name
        ([view(PUBLIC, zone=INTERNAL)], view(ELSEWHERE), Sight.DIFFERENT),
        ([view(zone=INTERNAL)], view(PUBLIC), Sight.DIFFERENT),
        ([view(PUBLIC), view(ELSEWHERE, zone=INTERNAL)], None, Sight.DIFFERENT),
        # a private address
        ([view(PRIVATE)], None, Sight.PRIVATE),
        ([view(PUBLIC, PRIVATE)], view(PUBLIC), Sight.PRIVATE),
        ([view(PUBLIC), view(PRIVATE)], None, Sight.PRIVATE),
        ([view(PRIVATE)], UNSEEN, Sight.PRIVATE),
        ([view("fd00::5")], None, Sight.PRIVATE),
        # the whole world gets this private address: the town's own mistake
        ([view(PRIVATE)], view(PRIVATE), Sight.SAME),
        ([UNSEEN], view(PUBLIC), Sight.UNSEEN),
        ([UNSEEN, view(PUBLIC)], None, Sight.SAME),
    ],
)
def test_what_a_name_is_seen_from_here(inside: Sequence[View], outside: View | None, expected: Sight) -> None:
    assert judge_name(inside, outside, POLICY) is expected


@given(st.lists(st.ip_addresses(v=4).map(str), max_size=4))
def test_the_same_answer_everywhere_never_stops_anybody(addresses: list[str]) -> None:
    assert judge_name([view(*addresses)], view(*addresses), POLICY) is Sight.SAME


def looked(*servers: tuple[str, int], names: Sequence[str] = (TOWN,), outside: tuple[str, int] | None = None) -> Finding:
    return asyncio.run(look_at_names(names, servers, outside, POLICY))


def test_a_member_at_a_private_address_stops_the_grading() -> None:
    with resolver(zone(TOWN, PRIVATE), zone(OTHER, PUBLIC)) as inside:
        found = looked(inside, names=(OTHER, TOWN))
    assert (found.case, found.facts["names"]) == ("private", (TOWN, f"www.{TOWN}"))
    assert not grading_allowed([found])


def test_an_internal_zone_without_the_public_names_is_seen_against_the_outside() -> None:
    internal = zone(TOWN, PUBLIC, primary="dc1.interne", www=False)
    with resolver(internal) as inside, resolver(zone(TOWN, PUBLIC)) as beyond:
        assert looked(inside).case == "alone"
        found = looked(inside, outside=beyond)
    assert (found.case, found.facts["names"]) == ("different", (f"www.{TOWN}",))
    assert not grading_allowed([found])


def test_a_private_address_that_the_whole_world_gets_is_the_towns_own_mistake() -> None:
    with resolver(zone(TOWN, PRIVATE)) as inside, resolver(zone(TOWN, PRIVATE)) as beyond:
        found = looked(inside, outside=beyond)
    assert found.case == "good"
    assert grading_allowed([found])


def test_two_resolvers_of_the_settings_are_compared_with_each_other() -> None:
    with resolver(zone(TOWN, PUBLIC)) as one, resolver(zone(TOWN, ELSEWHERE, primary="dc1.interne")) as two:
        assert looked(one, two).case == "different"


def test_without_a_name_nothing_is_looked_for() -> None:
    assert looked(("127.0.0.1", 9), names=()).case == "no_name"


def test_names_that_nobody_saw_are_said_to_be_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.net.dns.QUERY_SECONDS", 0.2)
    found = looked(("127.0.0.1", 9))
    assert found.case == "unseen"
    assert grading_allowed([found])


def test_a_large_register_costs_a_bounded_number_of_questions() -> None:
    with resolver() as server:
        found = looked(server, names=[f"ville-{number}.fr" for number in range(MAX_DOMAINS + 50)])
    assert found.facts["count"] == MAX_DOMAINS
