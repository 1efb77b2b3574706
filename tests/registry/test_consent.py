"""What authorities allow, refuse and accept, on every database that the settings may name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from scanner.model import Domain, Host, Level, Reason, Site
from scanner.net.mandate import refusal
from scanner.registry import MandateRow, Register, RegisterError, Waiver
from scanner.registry.model import RegisteredDomain
from scanner.registry.rules import outlasts, overlapping
from scanner.settings import OptOut
from tests.registry.conftest import NOW
from tests.registry.samples import BY_HAND, LAB, MANDATE, OTHER, TODAY, TOWN, WAIVER


def test_a_mandate_opens_its_domain_between_its_dates_both_included(register: Register) -> None:
    register.save(TOWN)
    register.add_mandate("saint-exemple.fr", MANDATE, LAB)
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [register.mandate_for("saint-exemple.fr", day) is not None for day in days] == [False, True, True, False]
    assert register.mandate_for("bourg-exemple.fr", TODAY) is None


def test_the_door_takes_the_registers_mandate_with_its_exclusions(register: Register) -> None:
    register.save(TOWN)
    register.add_mandate("saint-exemple.fr", MANDATE, LAB)
    mandate = register.mandate_for("saint-exemple.fr", TODAY)
    domain = Domain("saint-exemple.fr")

    def reason(subject: Site | Host) -> Reason | None:
        refused = refusal(mandate, Level.ACTIVE, domain, subject, TODAY)
        return refused.reason if refused else None

    assert reason(Host("203.0.113.7")) is None
    assert reason(Host("203.0.113.8")) is Reason.SHARED_ADDRESS
    assert reason(Site("www.saint-exemple.fr", domain)) is None
    assert reason(Site("paie.saint-exemple.fr", domain)) is Reason.OUT_OF_SCOPE


def test_an_excluded_address_stays_closed_even_where_all_are_named(register: Register) -> None:
    register.save(TOWN)
    register.add_mandate("saint-exemple.fr", replace(MANDATE, addresses=("all",)), LAB)
    mandate = register.mandate_for("saint-exemple.fr", TODAY)
    assert mandate is not None
    assert mandate.covers_address("203.0.113.7")
    assert not mandate.covers_address("203.0.113.9")


def test_a_revoked_mandate_opens_nothing_from_that_day_on_and_the_past_is_still_told(register: Register) -> None:
    register.save(TOWN)
    kept = register.add_mandate("saint-exemple.fr", MANDATE, LAB)
    assert register.consent.revoke(kept.id)
    assert not register.consent.revoke(kept.id), "once"
    assert register.mandate_for("saint-exemple.fr", NOW.date()) is None
    assert register.mandate_for("saint-exemple.fr", NOW.date() - timedelta(days=1)) is not None


def test_the_newest_of_two_mandates_counts(register: Register) -> None:
    register.save(TOWN)
    register.add_mandate("saint-exemple.fr", MANDATE, LAB)
    register.add_mandate("saint-exemple.fr", replace(MANDATE, valid_from=date(2026, 6, 1), signatory="Paul Durand"), LAB)
    mandate = register.mandate_for("saint-exemple.fr", TODAY)
    assert mandate is not None
    assert mandate.signatory == "Paul Durand"


def test_a_mandate_goes_with_its_domain_when_another_gets_it(register: Register) -> None:
    saved = register.save(TOWN)
    register.add_mandate("saint-exemple.fr", MANDATE, LAB)
    register.save(replace(saved, domains=()))
    register.save(replace(OTHER, domains=(RegisteredDomain("saint-exemple.fr", BY_HAND),)))
    assert register.mandate_for("saint-exemple.fr", TODAY) is None


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"domains": ("bourg-exemple.fr",)}, "not_its_domain"), ({"domains": ()}, "no_domain"),
        ({"signatory": " "}, "no_signatory"),
        ({"valid_until": date(2025, 1, 1)}, "dates"), ({"addresses": ("www",)}, "bad_address"), ({"document": "x"}, "document"),
        ({"levels": frozenset()}, "levels"), ({"levels": frozenset({Level.PASSIVE})}, "levels"),
        ({"exclusions": ("pas un nom",)}, "bad_domain"),
        ({"addresses": ("10.0.0.1",)}, "closed_address"), ({"addresses": ("169.254.169.254",)}, "closed_address"),
        ({"addresses": ("::ffff:203.0.113.7",)}, "closed_address"), ({"addresses": ("fd00::1",)}, "closed_address"),
    ],
)  # fmt: skip
def test_a_mandate_that_could_not_be_given_is_refused(register: Register, changes: dict[str, object], kind: str) -> None:
    register.save_all((TOWN, OTHER))
    wrong: MandateRow = replace(MANDATE, **changes)  # type: ignore[arg-type]
    with pytest.raises(RegisterError) as refused:
        register.add_mandate("saint-exemple.fr", wrong, LAB)
    assert refused.value.kind == kind


def test_an_address_that_the_settings_open_may_be_named_and_no_other(register: Register) -> None:
    register.save(TOWN)
    assert register.add_mandate("saint-exemple.fr", MANDATE, LAB).addresses == ("203.0.113.7",)
    with pytest.raises(RegisterError, match="closed_address"):
        register.add_mandate("saint-exemple.fr", MANDATE)


@pytest.mark.parametrize(
    ("changes", "meet"),
    [
        ({}, True), ({"valid_from": date(2026, 12, 31), "valid_until": date(2027, 6, 1)}, True),
        ({"valid_from": date(2027, 1, 1), "valid_until": date(2027, 6, 1)}, False),
        ({"domains": ("paie.saint-exemple.fr",)}, True), ({"domains": ("saint-exemple.bzh",)}, False),
        ({"authority": 2}, False), ({"revoked": NOW}, False),
    ],
)  # fmt: skip
def test_two_mandates_overlap_where_a_day_and_a_name_are_in_both(changes: dict[str, object], meet: bool) -> None:
    one = replace(MANDATE, id=1, authority=1)
    other: MandateRow = replace(one, id=2, **changes)  # type: ignore[arg-type]
    assert (overlapping(one, (one, other)) == (other,)) is meet


def test_more_than_three_years_is_long() -> None:
    ends = (date(2028, 12, 31), date(2029, 1, 1), date(2029, 1, 2))
    assert [outlasts(replace(MANDATE, valid_until=end)) for end in ends] == [False, False, True]


# --- opt-outs, waivers ------------------------------------------------------------------------------


def test_an_opt_out_holds_until_its_day_included(register: Register) -> None:
    register.consent.opt_out("bourg-exemple.fr", date(2026, 12, 1), "demande écrite")
    register.consent.opt_out("saint-exemple.fr", None, "")
    assert register.opt_outs(date(2026, 12, 1)) == (
        OptOut(domain="bourg-exemple.fr", until=date(2026, 12, 1)), OptOut(domain="saint-exemple.fr"),
    )  # fmt: skip
    assert register.opt_outs(date(2026, 12, 2)) == (OptOut(domain="saint-exemple.fr"),)


@pytest.mark.parametrize(
    ("held", "asked", "kind"),
    [
        (None, date(2027, 1, 1), "optout_for_ever"), (date(2027, 1, 1), date(2026, 12, 31), "optout_shorter"),
        (None, date(2020, 1, 1), "optout_past"), (date(2027, 1, 1), date(2026, 11, 23), "optout_past"),
    ],
)  # fmt: skip
def test_a_second_opt_out_never_lifts_nor_shortens_the_first(
    register: Register, held: date | None, asked: date, kind: str
) -> None:
    register.consent.opt_out("bourg-exemple.fr", held, "demande écrite")
    with pytest.raises(RegisterError) as refused:
        register.consent.opt_out("bourg-exemple.fr", asked, "")
    assert refused.value.kind == kind
    assert register.opt_outs(TODAY) == (OptOut(domain="bourg-exemple.fr", until=held),)


def test_an_opt_out_may_become_longer_and_one_that_is_over_begins_anew(register: Register) -> None:
    for until in (TODAY, date(2027, 1, 1), date(2028, 1, 1), None):
        register.consent.opt_out("bourg-exemple.fr", until, "")
        assert register.opt_outs(TODAY) == (OptOut(domain="bourg-exemple.fr", until=until),)


def test_only_an_explicit_removal_lifts_an_opt_out_and_the_log_tells_who_did(register: Register) -> None:
    register.consent.opt_out("bourg-exemple.fr", None, "demande écrite")
    assert register.consent.end_opt_out("bourg-exemple.fr")
    assert not register.consent.end_opt_out("bourg-exemple.fr"), "once"
    assert register.opt_outs(TODAY) == ()
    line = register.audit_log()[0]
    assert (line.what, line.who, line.about) == ("optout.remove", "agent", "bourg-exemple.fr")


def test_a_waiver_counts_until_it_ends_and_stays_on_record(register: Register) -> None:
    register.save(TOWN)
    kept = register.add_waiver(WAIVER)
    assert register.waivers("saint-exemple.fr", TODAY) == (kept,)
    assert register.waivers("saint-exemple.fr", date(2027, 4, 1)) == ()
    assert register.consent.end_waiver(kept.id, date(2026, 12, 1))
    assert register.waivers("saint-exemple.fr", date(2026, 12, 1)) == ()
    assert [waiver.ended for waiver in register.waivers_of("saint-exemple.fr")] == [date(2026, 12, 1)]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"valid_until": date(2027, 11, 25)}, "too_long"), ({"valid_until": date(2026, 11, 23)}, "dates"),
        ({"reason": ""}, "unsigned"), ({"author": " "}, "unsigned"), ({"domain": "bourg-exemple.fr"}, "unknown"),
    ],
)  # fmt: skip
def test_a_waiver_that_says_not_who_why_and_until_when_is_refused(
    register: Register, changes: dict[str, object], kind: str
) -> None:
    register.save(TOWN)
    wrong: Waiver = replace(WAIVER, **changes)  # type: ignore[arg-type]
    with pytest.raises(RegisterError) as refused:
        register.add_waiver(wrong)
    assert refused.value.kind == kind
