"""The part for the mayor: it is there for every check, short, plain, and in the typography of its language."""

from __future__ import annotations

import contextlib
import re
from collections import defaultdict
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.advice import LANGUAGES, AdviceError, for_the_mayor, outline, read_texts, render, texts
from scanner.catalogue import Catalogue
from scanner.mayor import HEADING, LABELS
from scanner.model import Domain, Finding
from scanner.report.prose import spaced
from scanner.report.words import open_place
from scanner.report.writers import to_text
from tests.judging import SUBJECTS, Row
from tests.report.sample import failures
from tests.test_advice import written

DOMAIN = Domain("saint-exemple.fr")

#: The most words of each line, in the order of its labels: half a page holds three of them.
MOST_WORDS = {"meaning": 20, "decision": 12, "avoids": 15, "fine": 16}

#: The question of a ticket, facts included.
MOST_ASKED = 25
ASKS = {"fr": "Pouvez-vous ", "en": "Could you "}

ACRONYM = re.compile(r"[A-ZÀ-Ý]{2,}|\d")

#: Words that a mayor does not use, as stems; "port" is one only as a whole word.
JARGON = {
    "fr": r"en-tête|script|protocol|résolv|zone|enregistrement|redirect|algorithm|hach|pare-feu|authentifi|webmail|hame[cç]|"
    r"malveill|malware|login|backend|bannière|octet|\bbits?\b|\bports?\b|sous-domaine|sélecteur|vulnérab|exploit(?!ant)|"
    r"requête|session|intermédiaire|chaîne|\bproxy|\bpatch|\blogs?\b|\bmx\b|\burl\b|auto-sign|cyber",
    "en": r"header|script|protocol|resolv|\bzone|record|redirect|algorithm|hash|firewall|authenticat|webmail|phish|"
    r"malware|\blogin|backend|banner|octet|\bbytes?\b|\bbits?\b|\bports?\b|subdomain|selector|vulnerab|exploit|"
    r"session|intermediate|\bchain|\bproxy|\bpatch|\blogs?\b(?!-)|\bmx\b|\burl\b|self-signed|cyber",
}
#: A word that may stand only beside its meaning.
GLOSSED = {"fr": ("certificat", "identité"), "en": ("certificate", "identity")}
#: Neither alarm nor blame; `vulnérable` is among the words of the trade.
BLAME = {"fr": r"néglig|danger|faute de la|!", "en": r"neglig|danger|fault of|!"}


def parts(catalogue: Catalogue, lang: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """(check, variant, line by name) of each part that was written, with the town's name in it."""
    for spec in catalogue.checks:
        for variant, text in texts(spec, lang).items():
            if text.mayor is not None:
                mayor = for_the_mayor(spec, variant, DOMAIN, lang)
                yield spec.id, variant, {name: to_text(getattr(mayor, name)) for name in MOST_WORDS}


def each_line(catalogue: Catalogue, lang: str) -> Iterator[tuple[str, str, str]]:
    """(place for messages, name of the line, the line)."""
    for check, variant, lines in parts(catalogue, lang):
        for name, line in lines.items():
            yield f"{check} {variant} {name}: {line}", name, line


def count(line: str) -> int:
    return sum(any(letter.isalnum() for letter in word) for word in line.split())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_check_speaks_to_the_mayor(catalogue: Catalogue, lang: str) -> None:
    for spec in catalogue.checks:
        assert texts(spec, lang)[""].mayor is not None, spec.id


def test_a_variant_speaks_for_itself_in_both_languages_or_in_none(catalogue: Catalogue) -> None:
    own = [{(check, variant) for check, variant, _ in parts(catalogue, lang)} for lang in LANGUAGES]
    assert own[0] == own[1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_line_is_longer_than_a_letter_can_hold(catalogue: Catalogue, lang: str) -> None:
    for place, name, line in each_line(catalogue, lang):
        assert 1 < count(line) <= MOST_WORDS[name], place


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_line_has_an_acronym_a_number_or_a_word_of_the_trade(catalogue: Catalogue, lang: str) -> None:
    for place, _, line in each_line(catalogue, lang):
        plain = line.replace(DOMAIN.name, "")
        assert not ACRONYM.search(plain), place
        assert not re.search(JARGON[lang], plain, re.IGNORECASE), place
        assert not re.search(BLAME[lang], plain, re.IGNORECASE), place
        word, meaning = GLOSSED[lang]
        assert word not in plain or meaning in plain, place


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sentences_end_and_phrases_do_not(catalogue: Catalogue, lang: str) -> None:
    for place, name, line in each_line(catalogue, lang):
        assert line.endswith(".") is (name in ("meaning", "fine")), place
        assert ". " not in line, place
        assert line[0].isupper() is (name == "fine"), place


@pytest.mark.parametrize("lang", LANGUAGES)
def test_only_one_and_the_same_action_is_asked_for_twice(catalogue: Catalogue, lang: str) -> None:
    asked = defaultdict(set)
    for check, _, lines in parts(catalogue, lang):
        asked[lines["decision"]].add(check)
    assert {decision: checks for decision, checks in asked.items() if len(checks) > 1} == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_in_order_does_not_depend_on_a_variant(catalogue: Catalogue, lang: str) -> None:
    said = defaultdict(set)
    for check, _, lines in parts(catalogue, lang):
        said[check].add(lines["fine"])
    assert {check for check, lines in said.items() if len(lines) > 1} == set()


def test_a_french_decision_is_an_infinitive_and_what_it_avoids_a_noun(catalogue: Catalogue) -> None:
    for place, name, line in each_line(catalogue, "fr"):
        if name == "decision":
            assert re.match(r"\w+(er|ir|re)\b", line), place
        elif name == "avoids":
            assert re.match(r"(un|une|des|de|le|la|les) |l’", line), place


def test_french_typography_holds(catalogue: Catalogue) -> None:
    for place, _, line in each_line(catalogue, "fr"):
        assert line == spaced(line), place
        assert not re.search(r"['\"]|  |(?<![\u00a0\u202f])[:;!?»]|«(?!\u00a0)|\.\.\.", line), place


def asked(row: Row, finding: Finding, lang: str) -> str:
    advice = render(row.spec, finding, SUBJECTS[row.spec.signature.subject], DOMAIN, lang)
    assert advice.mayor is not None
    return to_text(advice.mayor.request)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("row", "finding"), failures(), ids=lambda value: str(value)[:60])
def test_what_is_asked_of_the_supplier_is_one_short_question(row: Row, finding: Finding, lang: str) -> None:
    question = asked(row, finding, lang)
    assert question.startswith(ASKS[lang]), question
    assert question.endswith("\u202f?" if lang == "fr" else "?"), question
    assert not re.search(r"[.?!] [A-ZÀ-Ý]", question), question
    assert not re.search(BLAME[lang], question, re.IGNORECASE), question
    assert question == (spaced(question) if lang == "fr" else question)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_asked_of_the_supplier_is_short(catalogue: Catalogue, lang: str) -> None:
    """Counted with one word for each fact, however long the list that a host makes of it."""
    for spec in catalogue.checks:
        for text in texts(spec, lang).values():
            lines = outline(text, lang).mayor
            assert lines is None or count(to_text(lines.request)) <= MOST_ASKED, to_text(lines.request)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_letter_never_fills_the_question_to_a_supplier(catalogue: Catalogue, lang: str) -> None:
    spec = catalogue.check("services.database-exposed")
    assert spec is not None
    assert for_the_mayor(spec, "", DOMAIN, lang).request == ()


def part(lang: str, *lines: str) -> str:
    """A whole text whose fifth part holds these lines."""
    return f"{written(lang=lang)}\n\n## {HEADING[lang]}\n" + "\n".join(lines)


GOOD = tuple(f"- {label} x" for label in LABELS["fr"])


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ((), "one list of five lines"),
        (("x",), "one list of five lines"),
        (GOOD[:4], "one list of five lines"),
        ((*GOOD, "- encore"), "one list of five lines"),
        ((*GOOD, "", "Une phrase de plus."), "one list of five lines"),
        (("- Bref : x", *GOOD[1:]), "must begin with `En clair :`"),
        ((GOOD[1], GOOD[0], *GOOD[2:]), "must begin with `En clair :`"),
        (("- **En clair :** x", *GOOD[1:]), "must begin with `En clair :`"),
        ((*GOOD[:3], "- En ordre : x\n\n  y", GOOD[4]), "must begin with `En ordre :`"),
        (("- En clair :", *GOOD[1:]), "nothing stands after `En clair :`"),
        (("- En clair : le site {name}", *GOOD[1:]), "may only name {domain}"),
        (("- En clair : `dig`", *GOOD[1:]), "words alone"),
        ((*GOOD[:3], "- En ordre : *x*", GOOD[4]), "words alone"),
        ((*GOOD[:4], "- Demande : `nc {name}` ?"), "words alone"),
        ((*GOOD[:4], "- Demande :"), "nothing stands after `Demande :`"),
    ],
)
def test_a_badly_built_part_is_refused_with_a_reason(lines: tuple[str, ...], says: str) -> None:
    with pytest.raises(AdviceError, match=re.escape(says)):
        read_texts(part("fr", *lines), "fr")


def test_the_part_stands_last() -> None:
    misplaced = part("fr", *GOOD) + "\n\n## Comment vérifier\nx"
    with pytest.raises(AdviceError, match=f"in order, .*{HEADING['fr']}"):
        read_texts(misplaced, "fr")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_part_is_shown_as_it_was_written(lang: str) -> None:
    lines = tuple(f"- {label} mot @{{domain}} mot" for label in LABELS[lang])
    (heading, blocks) = outline(read_texts(part(lang, *lines), lang)["a.b"], lang).headed(lang)[-1]
    assert heading == HEADING[lang]
    shown = "\n".join(lines).replace("{domain}", open_place("domain", lang))
    assert to_text(blocks) == (spaced(shown) if lang == "fr" else shown)


@given(st.lists(st.sampled_from(GOOD) | st.text(max_size=40), max_size=6))
def test_no_part_makes_the_reader_fail_otherwise(lines: list[str]) -> None:
    with contextlib.suppress(AdviceError):
        read_texts(part("fr", *lines), "fr")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_variant_without_its_own_lines_takes_those_of_its_check(catalogue: Catalogue, lang: str) -> None:
    spec = catalogue.check("mail.dmarc-missing")
    assert spec is not None
    own, unused, unknown = (for_the_mayor(spec, variant, DOMAIN, lang) for variant in ("", "unused", "gone"))
    assert unused != own
    assert unknown == own
    assert "@saint-exemple.fr" in to_text(own.meaning)
