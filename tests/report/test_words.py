import pytest

from scanner.advice import LANGUAGES, texts
from scanner.because import Because
from scanner.catalogue import Catalogue
from scanner.model import Actor, Effort, Proof, Reason, Severity, Status
from scanner.report.words import open_place, vocabulary, words
from scanner.scoring import PILLARS, Perimeter


def test_both_languages_have_the_same_keys_and_the_same_facts() -> None:
    french, english = vocabulary("fr"), vocabulary("en")
    assert french.keys() == english.keys()
    for key, text in french.items():
        assert sorted(slots(text)) == sorted(slots(english[key])), key


def slots(text: str) -> list[str]:
    return [piece.partition("}")[0] for piece in text.split("{")[1:]]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_member_of_every_enum_has_its_words(lang: str) -> None:
    known = vocabulary(lang)
    wanted = [f"{table}.{each.value}" for table, kind in TABLES for each in kind]
    wanted += [f"{table}.{each.label}" for table in ("severity", "severity_meaning") for each in Severity]
    wanted += [f"pillar.{pillar}" for pillar in PILLARS]
    assert [key for key in wanted if not known.get(key)] == []


TABLES = (
    ("status", Status),
    ("reason", Reason),
    ("reason_short", Reason),
    ("because", Because),
    ("proof", Proof),
    ("actor", Actor),
    ("effort", Effort),
    ("perimeter", Perimeter),
    ("perimeter_meaning", Perimeter),
)


def test_no_name_belongs_to_a_check_that_is_no_more(catalogue: Catalogue) -> None:
    named = {key.removeprefix("check.") for key in vocabulary("fr") if key.startswith("check.")}
    assert named - {spec.id for spec in catalogue.checks} == set()


def test_a_count_is_singular_or_plural_as_the_language_asks() -> None:
    assert words("fr")("count.findings", n=0) == "0 constat"
    assert words("fr")("count.findings", n=2) == "2 constats"
    assert words("en")("count.findings", n=0) == "0 findings"
    assert words("en")("count.findings", n=1) == "1 finding"


def test_words_from_outside_are_made_visible() -> None:
    assert words("en")("report.title", domain="a\x1b[31m\u202e") == "Technical report – a\\x1b[31m\\u202e"


def test_every_place_of_a_fact_has_a_french_name(catalogue: Catalogue) -> None:
    facts = {fact for spec in catalogue.checks for text in texts(spec, "fr").values() for fact in text.facts}
    facts |= {fact for spec in catalogue.checks for text in texts(spec, "fr").values() if text.mayor for fact in text.mayor.facts}
    named = {key.removeprefix("slot.") for key in vocabulary("fr") if key.startswith("slot.")}
    assert named == facts
    assert open_place("domain", "fr") == "‹domaine›"
    assert open_place("strange", "en") == "‹strange›"
