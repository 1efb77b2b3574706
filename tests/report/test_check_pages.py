from pathlib import Path

from scanner.catalogue import Catalogue
from scanner.report.check_pages import out_of_date, pages, write_pages

PAGES = Path(__file__).parents[2] / "docs" / "checks"


def test_the_pages_of_the_repository_are_up_to_date(catalogue: Catalogue) -> None:
    assert out_of_date(PAGES, catalogue) == (), "run `make docs`"


def test_a_page_of_a_check_that_is_no_more_is_removed(catalogue: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "web.gone.md").write_text("x", "utf-8")
    assert "web.gone.md" in out_of_date(tmp_path, catalogue)
    write_pages(tmp_path, catalogue)
    assert out_of_date(tmp_path, catalogue) == ()
    assert not (tmp_path / "web.gone.md").exists()


def test_there_is_a_page_for_each_check_and_an_index_that_names_it(catalogue: Catalogue) -> None:
    made = pages(catalogue)
    for spec in catalogue.checks:
        assert f"{spec.id}.md" in made
        assert f"({spec.id}.md)" in made["README.md"]
        assert "{" + "domain}" not in made[f"{spec.id}.md"]
