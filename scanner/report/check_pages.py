"""docs/checks: one page per check, in French, from the texts beside the checks.

`python -m scanner.report.check_pages docs/checks` writes them; with `--check` it only says what is out of date (exit 1).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scanner.advice import Advice, outline, texts
from scanner.catalogue import Catalogue, load_catalogue
from scanner.contract import CheckSpec
from scanner.report.markdown import inlines_to_markdown, references_to_markdown, to_markdown
from scanner.report.view import pillar_of
from scanner.report.words import check_name, words
from scanner.report.writers import to_text

LANG = "fr"


def pages(catalogue: Catalogue) -> dict[str, str]:
    """File name -> Markdown, the index included."""
    found = {f"{spec.id}.md": _page(spec) for spec in catalogue.checks}
    found["README.md"] = _index(catalogue)
    return found


def out_of_date(folder: Path, catalogue: Catalogue) -> tuple[str, ...]:
    """The names of pages that are missing, different, or of a check that is no more."""
    wanted = pages(catalogue)
    there = {path.name: path.read_text("utf-8") for path in folder.glob("*.md")}
    return tuple(sorted(name for name in {*wanted, *there} if wanted.get(name) != there.get(name)))


def write_pages(folder: Path, catalogue: Catalogue) -> None:
    """Write every page, and remove those of checks that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages(catalogue)
    for path in folder.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, "utf-8")


def _index(catalogue: Catalogue) -> str:
    say = words(LANG)
    lines = [f"# {say('pages.index')}", "", say("pages.index_intro"), ""]
    for pillar in dict.fromkeys(pillar_of(spec.family) for spec in catalogue.checks):
        lines += [f"## {say(f'pillar.{pillar}')}", ""]
        for spec in catalogue.checks:
            if pillar_of(spec.family) == pillar:
                name = check_name(LANG, spec.id) or to_text(outline(texts(spec, LANG)[""], LANG).title)
                lines.append(f"- [`{spec.id}`]({spec.id}.md) : {name} ({say(f'severity.{spec.severity.label}')})")
        lines.append("")
    return "\n".join(lines)


def _page(spec: CheckSpec) -> str:
    say = words(LANG)
    lines: list[str] = []
    for variant, text in texts(spec, LANG).items():
        advice = outline(text, LANG)
        level = "##" if variant else "#"
        lines += [f"{level} {inlines_to_markdown(advice.title)}", ""]
        lines += [say("pages.variant", variant=variant), ""] if variant else [_summary(spec), "", say("pages.slots"), ""]
        lines += _parts(advice, f"{level}#")
    lines += [say("terminal.references", list="‹›").replace("‹›", references_to_markdown(spec.references)), ""]
    return "\n".join(lines)


def _summary(spec: CheckSpec) -> str:
    say = words(LANG)
    words_of = (say(f"severity.{spec.severity.label}"), say(f"actor.{spec.actor}"), say(f"effort.{spec.effort}"))
    return f"`{spec.id}` · {' · '.join(words_of)}"


def _parts(advice: Advice, level: str) -> list[str]:
    lines: list[str] = []
    for heading, part in advice.headed(LANG):
        lines += [f"{level} {heading}", "", *(f"{to_markdown(block)}\n" for block in part)]
    return lines


def main() -> int:
    """The command line of this module."""
    parser = argparse.ArgumentParser(prog="python -m scanner.report.check_pages")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is out of date")
    options = parser.parse_args()
    catalogue = load_catalogue()
    if not options.check:
        write_pages(options.folder, catalogue)
        return 0
    late = out_of_date(options.folder, catalogue)
    if late:
        sys.stderr.write(f"{len(late)} pages of {options.folder} are out of date ({', '.join(late[:5])}…); run `make docs`\n")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
