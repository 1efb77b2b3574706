"""The record that a town is told to publish keeps every setting of its own that is not at fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.mail.dmarc import Dmarc, dmarc_invalid, dmarc_none, dmarc_obsolete
from checks.mail.dmarc_fix import corrected, mended, rewritten, stricter, strictest
from checks.mail.dmarc_record import is_dmarc, parse_dmarc
from checks.mail.zone_text import between_quotes
from scanner.model import Flaw
from tests.judging import DOMAIN

RUA = "rua=mailto:rapports@syndicat-exemple.fr"
Check = Callable[..., Any]


@pytest.mark.parametrize(
    ("check", "record", "fixed"),
    [
        (dmarc_obsolete, f"v=DMARC1; p=none; pct=100; {RUA}", f"v=DMARC1; p=none; {RUA}"),
        (dmarc_obsolete, f"v=DMARC1;p=quarantine;ri=86400;rf=afrf;{RUA};fo=1", f"v=DMARC1; p=quarantine; {RUA}; fo=1"),
        (dmarc_none, f"v=DMARC1; p=none; sp=reject; pct=1; {RUA}; aspf=s", f"v=DMARC1; p=quarantine; sp=reject; {RUA}; aspf=s"),
        (dmarc_none, f"v=DMARC1; {RUA}", f"v=DMARC1; p=quarantine; {RUA}"),
        (dmarc_none, f"v=DMARC1; p=reject; sp=rejet; {RUA}", f"v=DMARC1; p=quarantine; {RUA}"),
        (dmarc_none, f"v=DMARC1; p=quarantine; t=y; {RUA}", f"v=DMARC1; p=quarantine; {RUA}"),
        (dmarc_none, f"v=DMARC1; p=quarantine; sp=none; {RUA}", f"v=DMARC1; p=quarantine; {RUA}"),
        (dmarc_none, "v=DMARC1; p=reject; sp=none; np=quarantine", "v=DMARC1; p=reject; np=quarantine"),
        (dmarc_none, "v=DMARC1; p=reject; sp=quarantine; np=none", "v=DMARC1; p=reject; sp=quarantine"),
        (dmarc_invalid, f"v=DMARC1; p=rejet; {RUA}", f"v=DMARC1; p=none; {RUA}"),
        (dmarc_invalid, "v=DMARC1; p=reject; rua=a@exemple.fr,b@exemple.fr; fo=9",
         "v=DMARC1; p=reject; rua=mailto:a@exemple.fr,mailto:b@exemple.fr"),
        (dmarc_invalid, "v=DMARC1; p=reject; aspf=r; aspf=s; sp", "v=DMARC1; p=reject; aspf=r"),
    ],
)  # fmt: skip
def test_only_what_is_at_fault_changes(check: Check, record: str, fixed: str) -> None:
    (verdict,) = check(DOMAIN, Dmarc((record,), DOMAIN.name, record))
    assert isinstance(verdict, Flaw)
    assert verdict.facts["fixed"] == fixed


def test_over_the_record_of_a_parent_the_town_is_offered_one_of_its_own() -> None:
    (verdict,) = dmarc_none(DOMAIN, Dmarc((), "collectivite.fr", f"v=DMARC1; p=reject; sp=none; {RUA}"))
    assert isinstance(verdict, Flaw)
    assert verdict.facts["fixed"] == f"v=DMARC1; p=quarantine; rua=mailto:dmarc@{DOMAIN.name}"


def test_of_several_records_the_strictest_is_kept_as_it_is() -> None:
    assert strictest(("v=DMARC1; p=none", f"v=DMARC1; p=reject; {RUA}", "v=DMARC1; p=rejet")) == f"v=DMARC1; p=reject; {RUA}"


@pytest.mark.parametrize(
    "text", [f"v=dmarc1; p=reject; {RUA}", f'"v=DMARC1; p=reject; {RUA}"', f"v=DMARC1 p=reject; {RUA}",
             f"DMARC1; p=reject; {RUA}", f"p=reject; {RUA}; v=DMARC1", f" v=DMARC2, p=reject; {RUA}"],
)  # fmt: skip
def test_a_wrong_beginning_is_mended_and_the_rest_stays(text: str) -> None:
    assert mended(text) == f"v=DMARC1; p=reject; {RUA}"


def test_a_long_value_is_cut_into_strings_that_a_zone_file_can_hold() -> None:
    assert between_quotes("x" * 300) == "x" * 255 + '" "' + "x" * 45
    assert between_quotes('a"b\\c\n') == "abc"


def test_a_tag_is_known_without_the_letters_that_its_fix_cannot_hold() -> None:
    assert corrected("v=DMARC1; p=reject; T\x1b=") == "v=DMARC1; p=reject"
    assert stricter("v=DMARC1; p=none; t\x00=y") == "v=DMARC1; p=quarantine"


@given(st.text(max_size=300))
def test_no_text_makes_a_fix_raise_or_break_its_quotes(text: str) -> None:
    for fix in (rewritten, stricter, corrected):
        fixed = fix(f"v=DMARC1;{text}")
        assert is_dmarc(fixed)
        assert "\\" not in fixed
    assert parse_dmarc(corrected(f"v=DMARC1;{text}")).bad == ()
    assert is_dmarc(mended(text))
    assert is_dmarc(strictest((f"v=DMARC1;{text}",)))
