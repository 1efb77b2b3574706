"""The papers that go with the program: models to be signed, units to be installed, and what the two guides say."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent / "docs"
MODELS = sorted((DOCS / "modeles").glob("*.md"))
LETTERS = [path for path in MODELS if path.name != "README.md"]
GUIDES = (DOCS / "exploitation.md", DOCS / "operations.md")
UNITS = sorted((DOCS / "systemd").iterdir())


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: path.stem)
def test_a_model_asks_to_be_read_by_counsel_and_promises_nothing(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.search(r"À faire relire par votre (conseil|délégué)", text[:600])
    assert not re.search(r"NIS ?2|soumise? à la directive|garantissons|garantit (la|votre) sécurité|sans aucun risque", text)


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: path.stem)
def test_what_is_to_be_filled_in_is_marked_and_every_mark_is_closed(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.findall(r"‹[^‹›]{1,300}›", text)
    assert re.sub(r"‹[^‹›]*›", "", text).count("‹") == re.sub(r"‹[^‹›]*›", "", text).count("›") == 0


@pytest.mark.parametrize("path", [*MODELS, *GUIDES], ids=lambda path: path.stem)
def test_the_typography_is_the_houses(path: Path) -> None:
    text = re.sub(r"```.*?```|`[^`]*`", "", path.read_text("utf-8"), flags=re.DOTALL)
    if path.name != "operations.md":
        assert not re.search(r"\w'\w", text)
        assert not re.search(r"\b(A|E)(tat|cole|lu|pres) ", text)
    assert "\u00a0" not in text


@pytest.mark.parametrize("path", [*MODELS, *GUIDES], ids=lambda path: path.stem)
def test_every_link_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), target


def test_the_index_names_every_model() -> None:
    index = (DOCS / "modeles" / "README.md").read_text("utf-8")
    assert all(f"({path.name})" in index for path in LETTERS)


def test_both_guides_give_the_same_commands() -> None:
    def commands(path: Path) -> list[str]:
        blocks = re.findall(r"```\w+\n(.*?)```", path.read_text("utf-8"), flags=re.DOTALL)
        lines = (re.sub(r"\s+#.*", "", line) for block in blocks for line in block.splitlines())
        return [re.sub(r" --lang en", "", line) for line in lines]

    french, english = map(commands, GUIDES)
    told_apart = {"avant-mise-a-jour": "before-upgrade", "/chemin/des/sources": "/path/of/the/sources", "/chemin/": "/path/"}
    for ours, theirs in told_apart.items():
        french = [line.replace(ours, theirs) for line in french]
    assert french == english


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_reads_the_units_without_a_remark(tmp_path: Path) -> None:
    for path in UNITS:
        (tmp_path / path.name).write_text(path.read_text("utf-8").replace("/opt/beffroi/bin/beffroi", "/bin/true"), "utf-8")
    ran = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ran.returncode, ran.stderr.strip()) == (0, "")


@pytest.mark.parametrize("path", [path for path in UNITS if path.suffix == ".service"], ids=lambda path: path.stem)
def test_every_service_is_hardened_and_nobodys_root(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    wanted = ("User=beffroi", "NoNewPrivileges=true", "CapabilityBoundingSet=", "ProtectSystem=strict", "UMask=0077")
    assert [line for line in wanted if line not in lines] == []
