from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.registry.identity import NotACode, departement_of, read_departement, read_insee, read_siren, read_siret
from tests.registry.samples import siren

SIREN = siren("21490007")
READERS = (read_siren, read_siret, read_insee, read_departement)


SPACED = f"{SIREN[:3]} {SIREN[3:6]} {SIREN[6:]}"


@pytest.mark.parametrize("typed", [SIREN, SPACED, f"{SIREN}.0", f"{SIREN},00", f"\u00a0{SIREN}\u202f"])
def test_a_siren_is_read_however_a_spreadsheet_writes_it(typed: str) -> None:
    assert read_siren(typed) == SIREN


@pytest.mark.parametrize(
    ("read", "typed", "kind"),
    [
        (read_siren, "2,14E+08", "scientific"), (read_siret, "2,14E+13", "scientific"), (read_siret, "2.14e13", "scientific"),
        (read_siren, SIREN[:8], "siren_form"), (read_siren, f"{SIREN[:8]}{(int(SIREN[8]) + 1) % 10}", "siren_key"),
        (read_siren, "\u0661" * 9, "siren_form"), (read_siret, "12345678901234", "siret_key"), (read_siret, SIREN, "siret_form"),
        (read_insee, "20004", "insee_form"), (read_insee, "96001", "insee_form"), (read_insee, "490", "insee_form"),
        (read_insee, "2A4", "insee_form"), (read_insee, "2,0E+4", "scientific"), (read_departement, "20", "departement_form"),
        (read_departement, "Maine-et-Loire", "departement_form"),
    ],
)  # fmt: skip
def test_a_code_that_cannot_be_right_says_why(read: object, typed: str, kind: str) -> None:
    with pytest.raises(NotACode) as refused:
        read(typed)  # type: ignore[operator]
    assert refused.value.kind == kind


@pytest.mark.parametrize(
    ("typed", "code", "departement"),
    [
        ("1001", "01001", "01"), ("01001", "01001", "01"), ("1001.0", "01001", "01"), ("2a004", "2A004", "2A"),
        ("2B033", "2B033", "2B"), ("97411", "97411", "974"), ("49 007", "49007", "49"), ("98735", "98735", "987"),
    ],
)  # fmt: skip
def test_a_lost_zero_is_given_back_and_corsica_keeps_its_letters(typed: str, code: str, departement: str) -> None:
    assert (read_insee(typed), departement_of(code)) == (code, departement)


def test_an_office_of_la_poste_may_have_a_key_of_its_own() -> None:
    assert read_siret("35600000000048") == "35600000000048", "the head office, by Luhn"
    digits = [int(digit) for digit in "35600000012340"]
    office = "3560000001234" + str((5 - sum(digits[:13]) % 5) % 5)
    assert sum(map(int, office)) % 5 == 0
    assert read_siret(office) == office
    with pytest.raises(NotACode):
        read_siret(office[:13] + str((int(office[13]) + 1) % 10))


@given(st.text(max_size=40))
def test_no_text_raises_anything_but_the_typed_error(text: str) -> None:
    for read in READERS:
        with contextlib.suppress(NotACode):
            assert read(text).isascii()
