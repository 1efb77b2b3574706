from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Fact
from scanner.report.values import exact, in_code, in_command, in_prose, instant, visible, volume

NOVEMBER = datetime(2026, 11, 3, 9, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "lang", "shown"),
    [
        (NOVEMBER, "fr", "3 novembre 2026"),
        (NOVEMBER.replace(day=1), "fr", "1er novembre 2026"),
        (NOVEMBER, "en", "3 November 2026"),
        (9_999, "fr", "9999"),
        (31_536_000, "fr", "31\u202f536\u202f000"),
        (31_536_000, "en", "31,536,000"),
        (1.5, "fr", "1,5"),
        (("a", "b"), "fr", "a, b"),
        ("a\tb", "fr", "a\\tb"),
        ("«\u00a012\u202f000\u00a0»", "fr", "«\u00a012\u202f000\u00a0»"),
    ],
)
def test_a_fact_reads_as_its_language_writes_it(value: Fact, lang: str, shown: str) -> None:
    assert in_prose("x", value, lang) == shown


def test_a_fact_in_code_has_nothing_of_a_language() -> None:
    assert in_code("x", 31_536_000) == "31536000"
    assert in_code("x", NOVEMBER) == "2026-11-03"
    assert in_code("x", "v=spf1\u00a0-all") == "v=spf1\\xa0-all", "a fault that nobody would see"


@pytest.mark.parametrize("value", ["mx1.mairie-exemple.fr", "203.0.113.7", "2001:db8::7", "22,3306", ("a.fr", "b.fr")])
def test_names_addresses_and_ports_enter_commands(value: Fact) -> None:
    assert "‹" not in in_command("x", value)


@pytest.mark.parametrize(
    "value", ["$(reboot)", "a;b", "a|b", "`b`", "a b -o /etc/passwd", "-o", "a\nb", "a'b", 'a"b', ("a", "&b")]
)
def test_what_a_shell_would_obey_does_not_enter_commands(value: Fact) -> None:
    assert in_command("host", value) == "‹host›"


@given(st.text(), st.integers(0, 100))
def test_what_is_visible_prints_and_is_bounded(text: str, limit: int) -> None:
    shown = visible(text, limit)
    assert shown.translate(dict.fromkeys(map(ord, "\u00a0\u202f"))).isprintable()
    assert exact(text, limit).isprintable()
    assert len(shown) <= 10 * limit + 4


def test_times_and_sizes() -> None:
    assert instant(NOVEMBER, "fr") == "3 novembre 2026 à 10\u00a0h\u00a005"
    assert instant(NOVEMBER, "fr", "987") == "2 novembre 2026 à 23\u00a0h\u00a005"
    assert instant(NOVEMBER, "en") == "3 November 2026 at 10:05 local time"
    assert [volume(size, "fr") for size in (850, 12_300, 1_200_000, 82_180_100_000)] == [
        "850\u00a0o", "12,3\u00a0ko", "1,2\u00a0Mo", "82,2\u00a0Go",
    ]  # fmt: skip
