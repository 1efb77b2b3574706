"""The catalogue refuses what does not fit, and every built-in check is complete."""

from __future__ import annotations

import importlib
import pkgutil
import textwrap
from collections import defaultdict
from pathlib import Path
from types import ModuleType

import pytest

import tests.checks
from scanner.catalogue import Catalogue, CatalogueError, UnknownName, assemble, read_family
from scanner.contract import ContractError, spec_of
from scanner.mayor import HEADING
from scanner.model import Site, Status
from tests.judging import Row

HEADER = """
from collections.abc import Iterator
from dataclasses import dataclass
from checks.references import RFC_1034
from scanner.contract import check, probe
from scanner.model import Absent, Actor, Domain, Effort, Flaw, Observation, Severity, Site, Unobserved, Verdict
from scanner.net import Net
OF = dict(severity=Severity.LOW, references=(RFC_1034,), actor=Actor.TOWN, effort=Effort.MINUTES)

@dataclass(frozen=True, slots=True)
class Thing(Observation):
    size: int

@probe(seconds=1)
async def thing(domain: Domain, net: Net) -> Thing | Absent: ...

@check("{family}.large", **OF)
def large(domain: Domain, seen: Thing) -> Iterator[Verdict]:
    '''The thing is large.'''
    yield Flaw({{"size": seen.size}})
"""
TEXTS = {
    "fr": "# Titre {{#{family}.large}}\n\n## Ce que nous avons vu\nA {{size}}.\n\n## Pourquoi c’est important\nB.\n\n"
    "## Comment corriger\nC.\n\n## Comment vérifier\nD.\n\n## Pour le maire\n"
    "- En clair : e.\n- Décision : f\n- Cela évite : g\n- En ordre : H.\n- Demande : I ?\n",
    "en": "# Title {{#{family}.large}}\n\n## What we saw\nA {{size}}.\n\n## Why it matters\nB.\n\n"
    "## How to fix it\nC.\n\n## How to verify\nD.\n\n## For the mayor\n"
    "- In short: e.\n- Decision: f\n- This avoids: g\n- In order: H.\n- Request: I?\n",
}


@pytest.fixture
def family(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Family:
    monkeypatch.syspath_prepend(str(tmp_path))
    return Family(tmp_path, f"family{abs(hash(request.node.name)) % 10**8}")


class Family:
    """A third party's package, written for one test."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.folder = folder / name
        self.folder.mkdir()
        (self.folder / "__init__.py").touch()
        for lang, text in TEXTS.items():
            (self.folder / f"topic.{lang}.md").write_text(text.format(family=name), "utf-8")

    def read(self, more: str = "", change: tuple[str, str] = ("", "")) -> Catalogue:
        """Write the module, with `more` at its end, and assemble the family."""
        code = HEADER.format(family=self.name).replace(*change) + textwrap.dedent(more)
        (self.folder / "topic.py").write_text(code, "utf-8")
        found = read_family(importlib.import_module(self.name))
        return assemble(found.probes, found.checks)


def test_a_family_of_a_third_party_is_read_like_a_built_in_one(family: Family) -> None:
    catalogue = family.read()
    assert [spec.id for spec in catalogue.checks] == [f"{family.name}.large"]


def a_check(id: str, parameters: str, docstring: str = "Judges.") -> str:
    return f"@check('{{f}}.{id}', **OF)\ndef more({parameters}) -> Iterator[Verdict]:\n    '''{docstring}'''\n"


def a_probe(gives: str) -> str:
    return f"@probe(seconds=1)\nasync def other(domain: Domain, net: Net) -> {gives}: ...\n"


NOTHING = ("", "")


@pytest.mark.parametrize(
    ("more", "change", "words"),
    [
        (a_check("large", "domain: Domain, seen: Thing"), NOTHING, "two checks"),
        (a_probe("Thing"), NOTHING, "both give Thing"),
        (a_check("net", "domain: Domain, net: Net"), NOTHING, "never looks"),
        (a_check("lost", "domain: Domain"), NOTHING, "lost"),
        ("", ("references=(RFC_1034,)", "references=()"), "no reference"),
        ("", ("'''The thing is large.'''", ""), "no docstring"),
        (a_probe("Absent"), NOTHING, "must name one Observation"),
        (a_check("all", "seen: Thing"), NOTHING, "first parameter"),
        (a_check("key", "domain: Domain, seen: str"), NOTHING, "must be an Observation"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_clear_message(
    family: Family, more: str, change: tuple[str, str], words: str
) -> None:
    with pytest.raises(CatalogueError, match=words):
        family.read(more.replace("{f}", family.name), change)


def test_a_missing_translation_is_refused(family: Family) -> None:
    (family.folder / "topic.en.md").unlink()
    with pytest.raises(CatalogueError, match="topic"):
        family.read()


@pytest.mark.parametrize("lang", TEXTS)
def test_a_text_without_the_part_for_the_mayor_is_refused(family: Family, lang: str) -> None:
    text = family.folder / f"topic.{lang}.md"
    text.write_text(text.read_text("utf-8").partition(f"## {HEADING[lang]}")[0], "utf-8")
    with pytest.raises(CatalogueError, match=f"{family.name}.large ends without `## {HEADING[lang]}`"):
        family.read()


def test_probes_that_wait_for_each_other_are_refused(family: Family) -> None:
    more = """
    @dataclass(frozen=True, slots=True)
    class Egg(Observation): ...
    @dataclass(frozen=True, slots=True)
    class Hen(Observation): ...
    @probe(seconds=1)
    async def egg(domain: Domain, hen: Hen, net: Net) -> Egg: ...
    @probe(seconds=1)
    async def hen(domain: Domain, egg: Egg, net: Net) -> Hen: ...
    """
    with pytest.raises(CatalogueError, match="wait for each other"):
        family.read(more)


def test_the_decorators_leave_a_function_as_it_is() -> None:
    from checks.web.hsts import hsts_missing

    assert list(hsts_missing.__annotations__) == ["site", "page", "return"]


def test_annotations_hidden_from_run_time_are_named() -> None:
    from scanner.contract import check
    from scanner.model import Actor, Effort, Severity

    def judge(site: Site, seen: Hidden) -> None: ...  # type: ignore[name-defined]  # noqa: F821

    marked = check("web.hidden", severity=Severity.LOW, references=(), actor=Actor.TOWN, effort=Effort.MINUTES)(judge)
    with pytest.raises(ContractError, match="at run time"):
        spec_of(marked)


def test_only_and_skip_keep_the_probes_that_are_needed(catalogue: Catalogue) -> None:
    chosen = catalogue.chosen(only=("web.hsts-missing",))
    assert [spec.id for spec in chosen.checks] == ["web.hsts-missing"]
    assert [spec.gives.__name__ for spec in chosen.probes] == ["HomePage"]
    assert "tls" not in catalogue.chosen(skip=("tls",)).families
    with pytest.raises(UnknownName):
        catalogue.chosen(only=("nuage",))


def rows() -> dict[str, set[Status]]:
    """What the truth tables of tests/checks demand of each check."""
    found: dict[str, set[Status]] = defaultdict(set)
    for place in pkgutil.walk_packages(tests.checks.__path__, "tests.checks."):
        module: ModuleType = importlib.import_module(place.name)
        for line in getattr(module, "ROWS", ()):
            assert isinstance(line, Row)
            found[line.spec.id].add(line.expected)
    return found


def test_every_built_in_check_has_a_fail_a_pass_and_an_unknown_row(catalogue: Catalogue) -> None:
    demanded = {Status.FAIL, Status.PASS, Status.UNKNOWN}
    tested = rows()
    missing = {spec.id: demanded - tested[spec.id] for spec in catalogue.checks if demanded - tested[spec.id]}
    assert missing == {}


def test_the_six_families_are_there(catalogue: Catalogue) -> None:
    assert catalogue.families == ("dns", "mail", "services", "software", "tls", "web")
    assert catalogue.warnings == ()
