"""A resolver is believed only in what it shows; one that says yes to everything stops the grading."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable

import pytest

from scanner.doctor.examine import look_at_names_from_here
from scanner.doctor.findings import Finding, Verdict, grading_allowed
from scanner.doctor.resolving import SLOW, Voice, judge_validation, judge_voices
from scanner.settings import NetworkSettings
from tests.doctor.places import BOGUS, WEB, bogus_zone, careless, refusing, resolver, silent, zone

TOWN = "saint-exemple.fr"


def examined(*servers: tuple[str, int], **network: object) -> tuple[Finding, ...]:
    given = {"resolvers": [f"{host}:{port}" for host, port in servers], "allow": ["127.66.0.0/16"], "bogus_name": BOGUS}
    return asyncio.run(look_at_names_from_here(NetworkSettings.model_validate(given | network), (TOWN,)))


def cases(findings: Iterable[Finding]) -> list[tuple[str, str, Verdict]]:
    return [(finding.test, finding.case, finding.verdict) for finding in findings]


def test_a_validating_resolver_passes_every_test() -> None:
    with resolver(zone(TOWN, WEB), bogus_zone()) as server:
        found = examined(server, validating=True)
    assert cases(found) == [
        ("resolver", "good", Verdict.GOOD),
        ("dnssec", "good", Verdict.GOOD),
        ("dnssec_refusal", "good", Verdict.GOOD),
        ("horizon", "alone", Verdict.GOOD),
    ]
    assert grading_allowed(found)


def test_settings_that_promise_a_validation_that_is_not_done_stop_the_grading() -> None:
    with resolver(zone(TOWN, WEB), bogus_zone()) as honest, careless(honest) as server:
        found = examined(server, validating=True)
    assert ("dnssec", "not_done", Verdict.TO_FIX) in cases(found)
    assert not grading_allowed(found)


def test_a_resolver_that_does_not_validate_and_is_not_said_to_is_no_obstacle() -> None:
    with resolver(zone(TOWN, WEB), bogus_zone()) as honest, careless(honest) as server:
        found = examined(server, validating=False)
    assert ("dnssec", "not_done_and_not_said", Verdict.UNVERIFIABLE) in cases(found)
    assert grading_allowed(found)


def test_a_resolver_that_claims_to_verify_and_accepts_wrong_signatures_is_found_out() -> None:
    with resolver(zone(TOWN, WEB), bogus_zone()) as honest, careless(honest, claims=True) as server:
        found = examined(server, validating=True)
    assert ("dnssec_refusal", "accepts", Verdict.TO_FIX) in cases(found)
    assert not grading_allowed(found)


def test_without_a_wrongly_signed_name_nothing_is_said_of_the_refusal() -> None:
    with resolver(zone(TOWN, WEB)) as server:
        found = examined(server, validating=True, bogus_name="")
    assert ("dnssec_refusal", "unset", Verdict.UNVERIFIABLE) in cases(found)


def test_a_wrongly_signed_name_that_does_not_exist_proves_nothing() -> None:
    with resolver(zone(TOWN, WEB)) as server:
        found = examined(server, validating=True)
    assert ("dnssec_refusal", "unseen", Verdict.UNVERIFIABLE) in cases(found)


def test_a_validation_that_the_settings_do_not_mention_is_worth_a_line() -> None:
    with resolver(zone(TOWN, WEB), bogus_zone()) as server:
        found = examined(server, validating=False)
    assert ("dnssec", "not_said", Verdict.TO_FIX) in cases(found)
    assert grading_allowed(found)


@pytest.mark.parametrize(("place", "case"), [(silent, "silent"), (refusing, "refuses")])
def test_a_machine_without_a_usable_resolver_grades_nobody(
    place: contextlib.AbstractContextManager[tuple[str, int]], case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanner.net.dns.QUERY_SECONDS", 0.2)
    with place() as server:  # type: ignore[operator]
        found = examined(server, validating=True)
    assert cases(found) == [("resolver", case, Verdict.TO_FIX)]
    assert not grading_allowed(found)


def test_one_silent_resolver_of_two_is_named_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.net.dns.QUERY_SECONDS", 0.2)
    with resolver(zone(TOWN, WEB), bogus_zone()) as good, silent() as dead:
        found = examined(dead, good, validating=True)
    assert cases(found)[:2] == [("resolver", "silent", Verdict.TO_FIX), ("resolver", "good", Verdict.GOOD)]
    assert grading_allowed(found)


def test_a_resolver_that_denies_a_country_is_not_believed() -> None:
    voices = (Voice(("192.0.2.1", 53), lies=True),)
    assert cases(judge_voices(voices)) == [("resolver", "lies", Verdict.TO_FIX)]
    assert judge_validation(voices, declared=True) == ()
    assert not grading_allowed(judge_voices(voices))


def test_a_slow_resolver_is_said_to_be_slow() -> None:
    slow, quick = Voice(("192.0.2.1", 53), seconds=SLOW + 0.1), Voice(("2001:db8::1", 5353), seconds=SLOW)
    assert [finding.case for finding in judge_voices((slow, quick))] == ["slow", "good"]
    assert [finding.facts["address"] for finding in judge_voices((slow, quick))] == ["192.0.2.1", "[2001:db8::1]:5353"]


def test_a_machine_without_any_resolver_says_so() -> None:
    assert cases(judge_voices(())) == [("resolver", "none", Verdict.TO_FIX)]
    assert not grading_allowed(judge_voices(()))
