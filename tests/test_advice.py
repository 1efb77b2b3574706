import contextlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.advice import HEADINGS, AdviceError, check_texts, outline, read_texts, render, texts
from scanner.catalogue import Catalogue
from scanner.model import Finding
from scanner.report.prose import Block, Code, Items, Listing, Paragraph, Words
from scanner.report.values import visible
from scanner.report.words import open_place
from scanner.report.writers import to_html, to_text
from tests.judging import DOMAIN, SUBJECTS, Row
from tests.report.sample import HOSTILE, failures, poisoned


def written(body: str = "x", title: str = "T", lang: str = "fr") -> str:
    """A text whose four parts all hold `body`."""
    return f"# {title} {{#a.b}}\n\n" + "\n\n".join(f"## {heading}\n{body}" for heading in HEADINGS[lang])


def seen_html(body: str, lang: str = "fr") -> str:
    return str(to_html(read_texts(written(body, lang=lang), lang)["a.b"].seen)).strip()


def test_every_check_has_its_texts_in_both_languages(catalogue: Catalogue) -> None:
    for spec in catalogue.checks:
        check_texts(spec)


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(("row", "finding"), failures(), ids=lambda value: str(value)[:60])
def test_every_finding_of_a_truth_table_fills_its_text(row: Row, finding: Finding, lang: str) -> None:
    subject = SUBJECTS[row.spec.signature.subject]
    advice = render(row.spec, finding, subject, DOMAIN, lang)
    assert advice.facts == frozenset()
    assert all(to_text(part).strip() for part in advice.parts)


@pytest.mark.parametrize(("row", "finding"), failures(), ids=lambda value: str(value)[:60])
def test_a_hostile_fact_stays_words_and_never_enters_a_command(row: Row, finding: Finding) -> None:
    subject = SUBJECTS[row.spec.signature.subject]
    advice = render(row.spec, poisoned(finding), subject, DOMAIN, "fr")
    html = "".join(str(to_html(part)) for part in (advice.title, *advice.parts))
    assert "<script" not in html
    assert "<strong>x</strong>" not in html
    assert all(letter.isprintable() or letter in "\n\u00a0\u202f" for letter in html)
    for part in advice.parts:
        for command in commands(part):
            assert "$(reboot)" not in command


def commands(blocks: tuple[Block, ...]) -> Iterator[str]:
    """Every piece of code that its reader would paste into a shell."""
    for block in blocks:
        if isinstance(block, Items):
            for item in block.items:
                yield from commands(item)
        elif isinstance(block, Listing):
            yield from (to_text((block,)),) if block.command else ()
        else:
            yield from (to_text((each,)) for each in block.children if isinstance(each, Code) and each.command)


def test_the_verification_names_its_own_check(catalogue: Catalogue) -> None:
    for spec in catalogue.checks:
        for lang in HEADINGS:
            for variant, text in texts(spec, lang).items():
                said = to_text(outline(text, lang).verify)
                assert f"beffroi scan {open_place('domain', lang)} --only {spec.id}" in said, f"{spec.id} {variant} {lang}"


@pytest.mark.parametrize(
    ("markdown", "says"),
    [
        ("## Ce que nous avons vu\nx", "before the first h1"),
        ("# T\n\nx", "must end with"),
        ("# {#a.b}\n\n" + written().partition("\n\n")[2], "empty"),
        (written() + "\n\n" + written(), "two headings"),
        (written("| <b>x</b>\n\n> y"), "blockquote"),
        (written("[x](https://y)"), "link"),
        (written("![x](y)"), "image"),
        (written("a { b }"), "placeholder"),
        (written("a {Name} b"), "placeholder"),
        (written("### x"), "heading"),
        (written(""), "empty"),
        (written().replace("Comment vérifier", "Vérifier"), "in order"),
        (written(lang="en"), "in order"),
        ("# T {#a.b}\nx", "before the first h2"),
    ],
)
def test_a_badly_built_text_is_refused_with_a_reason(markdown: str, says: str) -> None:
    with pytest.raises(AdviceError, match=says):
        read_texts(markdown, "fr")


def test_a_missing_fact_is_an_error(catalogue: Catalogue) -> None:
    spec = catalogue.check("web.hsts-missing")
    assert spec is not None
    with pytest.raises(AdviceError, match="days"):
        render(spec, Finding(spec.severity, {}, variant="short"), DOMAIN, DOMAIN, "fr")
    with pytest.raises(AdviceError, match="bool"):
        render(spec, Finding(spec.severity, {"days": True}, variant="short"), DOMAIN, DOMAIN, "fr")


def test_french_spaces_are_set_in_words_only() -> None:
    assert seen_html("Vu : « oui » ! `a : b ;`") == "<p>Vu\u00a0: «\u00a0oui\u00a0»\u202f! <code>a : b ;</code></p>"
    assert seen_html("```sh\na ; b : c\n```") == '<pre tabindex="0"><code>a ; b : c</code></pre>'
    assert seen_html("Vu : oui", lang="en") == "<p>Vu : oui</p>"


def test_code_keeps_its_quotes_and_its_braces() -> None:
    assert seen_html('```nginx\nserver { a "b"; }\n```') == '<pre tabindex="0"><code>server { a "b"; }</code></pre>'


@given(st.text(max_size=300))
def test_no_markdown_makes_the_reader_fail_otherwise(markdown: str) -> None:
    with contextlib.suppress(AdviceError):
        read_texts(markdown, "fr")


@given(st.text(max_size=200))
def test_no_fact_writes_markup(value: str) -> None:
    html = str(to_html((Paragraph((Words(visible(value)), Code((Words(visible(value)),)))),)))
    assert html.count("<") == 4


def test_the_hostile_words_are_hostile() -> None:
    assert not HOSTILE.isprintable()
