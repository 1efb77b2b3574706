"""Slots that agree with their fact: `{port_list:le port|les ports} {port_list}`."""

import pytest

from scanner.report.filling import fill, slots
from scanner.report.prose import read_blocks, tokens_of
from scanner.report.writers import to_text


def filled(text: str, **facts: str) -> str:
    blocks = fill(read_blocks(tokens_of(text), "fr"), lambda name, place: facts[name])
    return to_text(blocks)


@pytest.mark.parametrize(
    ("text", "facts", "said"),
    [
        ("Fermez {port_list:le port|les ports} {port_list}.", {"port_list": "3306"}, "Fermez le port 3306."),
        ("Fermez {port_list:le port|les ports} {port_list}.", {"port_list": "3306, 6379"}, "Fermez les ports 3306, 6379."),
        ("Fermez {port_list:le port|les ports} {port_list}.", {"port_list": "‹ports›"}, "Fermez les ports ‹ports›."),
        ("{count} {count:enregistrement|enregistrements}", {"count": "1"}, "1 enregistrement"),
        ("{count} {count:enregistrement|enregistrements}", {"count": "12"}, "12 enregistrements"),
        ("{services:port|ports} {services}", {"services": "3306 (MariaDB)"}, "port 3306 (MariaDB)"),
        ("{n:point|points} `{n:a|b}`", {"n": "0"}, "point a"),
    ],
)
def test_a_word_agrees_with_how_many_the_fact_is_or_holds(text: str, facts: dict[str, str], said: str) -> None:
    assert filled(text, **facts) == said


def test_the_fact_is_still_asked_for_and_the_words_stand_where_there_is_none() -> None:
    (block,) = read_blocks(tokens_of("{count:un|plusieurs} {other}"), "fr")
    assert slots(block) == {"count", "other"}
    assert to_text((block,)) == "plusieurs ‹other›"
