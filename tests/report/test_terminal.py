import io

import pytest
from rich.console import Console

from scanner.advice import LANGUAGES
from scanner.catalogue import Catalogue
from scanner.report.terminal import print_checks, print_explanation, print_summary
from tests.report.sample import hostile_result, result


def console() -> Console:
    return Console(file=io.StringIO(), width=80, color_system=None)


def said(where: Console) -> str:
    assert isinstance(where.file, io.StringIO)
    return where.file.getvalue()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_summary_of_a_hostile_result_obeys_nobody(catalogue: Catalogue, lang: str) -> None:
    where = console()
    print_summary(hostile_result(catalogue), catalogue, lang, where)
    text = said(where)
    assert all(letter.isprintable() or letter in "\n\u00a0\u202f" for letter in text)
    assert "beffroi explain" in text
    assert "[red]" in text


def test_a_result_without_grade_says_so(catalogue: Catalogue) -> None:
    where = console()
    print_summary(result(catalogue, ()), catalogue, "fr", where)
    assert "non noté" in said(where)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_check_is_listed_with_its_whole_id(catalogue: Catalogue, lang: str) -> None:
    where = console()
    print_checks(catalogue, lang, where)
    assert all(any(line.startswith(f"{spec.id} ") for line in said(where).splitlines()) for spec in catalogue.checks)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_check_can_be_explained(catalogue: Catalogue, lang: str) -> None:
    for spec in catalogue.checks:
        where = console()
        print_explanation(spec, lang, where)
        assert spec.id in said(where)


def test_code_is_never_wrapped(catalogue: Catalogue) -> None:
    spec = catalogue.check("web.hsts-missing")
    assert spec is not None
    where = Console(file=io.StringIO(), width=40, color_system=None)
    print_explanation(spec, "fr", where)
    assert '    add_header Strict-Transport-Security "max-age=31536000" always;\n' in said(where)
