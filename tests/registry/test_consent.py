"""What authorities allow, refuse and accept, on every database that the settings may name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from scanner.model import Domain, Host, Level, Reason, Site
from scanner.net.mandate import refusal
from scanner.registry import MandateRow, Register, RegisterError, Waiver
from scanner.registry.model import RegisteredDomain
from scanner.settings import OptOut
from tests.registry.conftest import NOW
from tests.registry.samples import BY_HAND, MANDATE, OTHER, TODAY, TOWN, WAIVER


def test_a_mandate_opens_its_domain_between_its_dates_both_included(register: Register) -> None:
    register.save(TOWN)
    register.add_mandate("saint-exemple.fr", MANDATE)
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [register.mandate_for("saint-exemple.fr", day) is not None for day in days] == [False, True, True, False]
    assert register.mandate_for("bourg-exemple.fr", TODAY) is None


def test_the_door_takes_the_registers_mandate_with_its_exclusions(register: Register) -> None:
    register.save(TOWN)
    register.add_mandate("saint-exemple.fr", MANDATE)
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
    register.add_mandate("saint-exemple.fr", replace(MANDATE, addresses=("all",)))
    mandate = register.mandate_for("saint-exemple.fr", TODAY)
    assert mandate is not None
    assert mandate.covers_address("203.0.113.7")
    assert not mandate.covers_address("203.0.113.9")


def test_a_revoked_mandate_opens_nothing_from_that_day_on_and_the_past_is_still_told(register: Register) -> None:
    register.save(TOWN)
    kept = register.add_mandate("saint-exemple.fr", MANDATE)
    assert register.consent.revoke(kept.id)
    assert not register.consent.revoke(kept.id), "once"
    assert register.mandate_for("saint-exemple.fr", NOW.date()) is None
    assert register.mandate_for("saint-exemple.fr", NOW.date() - timedelta(days=1)) is not None


def test_the_newest_of_two_mandates_counts(register: Register) -> None:
    register.save(TOWN)
    register.add_mandate("saint-exemple.fr", MANDATE)
    register.add_mandate("saint-exemple.fr", replace(MANDATE, valid_from=date(2026, 6, 1), signatory="Paul Durand"))
    mandate = register.mandate_for("saint-exemple.fr", TODAY)
    assert mandate is not None
    assert mandate.signatory == "Paul Durand"


def test_a_mandate_goes_with_its_domain_when_another_gets_it(register: Register) -> None:
    saved = register.save(TOWN)
    register.add_mandate("saint-exemple.fr", MANDATE)
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
    ],
)  # fmt: skip
def test_a_mandate_that_could_not_be_given_is_refused(register: Register, changes: dict[str, object], kind: str) -> None:
    register.save_all((TOWN, OTHER))
    wrong: MandateRow = replace(MANDATE, **changes)  # type: ignore[arg-type]
    with pytest.raises(RegisterError) as refused:
        register.add_mandate("saint-exemple.fr", wrong)
    assert refused.value.kind == kind


# --- opt-outs, waivers ------------------------------------------------------------------------------


def test_an_opt_out_holds_until_its_day_included(register: Register) -> None:
    register.consent.opt_out("bourg-exemple.fr", date(2026, 12, 1), "demande écrite")
    register.consent.opt_out("saint-exemple.fr", None, "")
    assert register.opt_outs(date(2026, 12, 1)) == (
        OptOut(domain="bourg-exemple.fr", until=date(2026, 12, 1)), OptOut(domain="saint-exemple.fr"),
    )  # fmt: skip
    assert register.opt_outs(date(2026, 12, 2)) == (OptOut(domain="saint-exemple.fr"),)


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
