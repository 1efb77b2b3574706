"""What a document costs: `beffroi report` as a person runs it, start and end of the program included. Needs no root.

`python -m tests.lab.real.bench.documents` prints the table alone.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pypdf import PdfReader

from scanner.catalogue import Catalogue, load_catalogue
from scanner.model import Outcome, Severity, Status
from scanner.report.json import to_json
from tests.report.sample import outcomes, result

#: A small process between ours and the program: the kernel hands a parent's peak memory down to its child.
_TIME = "/usr/bin/time"
#: (what it is, document, format, result that it is made of)
WANTED = (
    ("letter", "letter", "html", "one"),
    ("letter", "letter", "pdf", "one"),
    ("technical report, one finding", "technical", "html", "one"),
    ("technical report, one finding", "technical", "pdf", "one"),
    ("technical report, every check failing", "technical", "html", "every"),
    ("technical report, every check failing", "technical", "pdf", "every"),
    ("technical report, 5,000 findings", "technical", "html", "many"),
    ("technical report, 5,000 findings", "technical", "pdf", "many"),
    ("technical report, 5,000 findings that are alike but for their evidence", "technical", "html", "alike"),
    ("technical report, 5,000 findings that are alike but for their evidence", "technical", "pdf", "alike"),
    ("messages to suppliers", "tickets", "txt", "every"),
    ("CSV", "csv", "csv", "many"),
    ("SARIF", "sarif", "sarif", "every"),
    ("JSON", "json", "json", "every"),
)


@dataclass(frozen=True, slots=True)
class Made:
    """One document: CPU and wall-clock seconds, bytes of peak memory, bytes written, pages of a PDF."""

    name: str
    form: str
    seconds: float
    cpu: float
    memory: int
    size: int
    pages: int | None


def documents(progress: Callable[[Made], object] = lambda made: None) -> tuple[Made, ...]:
    """Make each of them once. Raises CalledProcessError where one cannot be made."""
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind, text in _results(load_catalogue()):
            (folder / f"{kind}.json").write_text(text, "utf-8")
        for wanted in WANTED:
            found.append(_make(folder, *wanted))
            progress(found[-1])
    return tuple(found)


def table(made: tuple[Made, ...]) -> str:
    """As Markdown."""
    lines = ["| Document | Format | Pages | Size | Wall clock | CPU | Peak memory |", "|---|---|---|---|---|---|---|"]
    lines += [
        f"| {each.name} | {each.form.upper()} | {each.pages or '–'} | {each.size / 1e3:,.0f} kB | {each.seconds:.1f} s | "
        f"{each.cpu:.1f} s | {each.memory / 1e6:.0f} MB |"
        for each in made
    ]
    return "\n".join(lines)


def _make(folder: Path, name: str, document: str, form: str, kind: str) -> Made:
    out, figures = folder / f"{kind}-{document}-{form}", folder / "figures"
    if document == "tickets":
        out.mkdir()
    command = [_TIME, "-q", "-f", "%e %U %S %M", "-o", str(figures), sys.executable, "-m", "scanner.cli", "report"]
    command += [str(folder / f"{kind}.json"), "--as", document, "--format", form, "--out", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    wall, user, system, kilobytes = figures.read_text().split()
    written = tuple(out.iterdir()) if out.is_dir() else (out,)
    pages = _pages(out) if form == "pdf" else None
    size = sum(path.stat().st_size for path in written)
    return Made(name, form, float(wall), float(user) + float(system), int(kilobytes) * 1_024, size, pages)


def _pages(path: Path) -> int:
    return len(PdfReader(path).pages)


def _results(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Of the rows of the checks' own tests: one finding, every check failing, and 5,000 findings, each on its own or alike."""
    judged = outcomes(catalogue)
    failing = tuple(outcome for outcome in judged if outcome.status is Status.FAIL)
    passing = tuple(outcome for outcome in judged if outcome.status is Status.PASS)
    one = tuple(outcome for outcome in failing if outcome.severity is Severity.HIGH)[:1]
    yield "one", to_json(result(catalogue, one + passing))
    yield "every", to_json(result(catalogue, failing))
    yield "many", to_json(result(catalogue, tuple(multiplied(failing, 5_000))))
    yield "alike", to_json(result(catalogue, tuple(alike(failing, 5_000))))


def multiplied(failing: tuple[Outcome, ...], wanted: int) -> Iterator[Outcome]:
    """The same findings, each with a fact of its own so that none is folded into another."""
    for number in range(wanted):
        outcome = failing[number % len(failing)]
        yield replace(
            outcome, findings=tuple(replace(each, facts={**each.facts, "bench": number}) for each in outcome.findings[:1])
        )


def alike(failing: tuple[Outcome, ...], wanted: int) -> Iterator[Outcome]:
    """The same findings, each with evidence of its own: they are folded together, and the evidence is not."""
    for number in range(wanted):
        outcome = failing[number % len(failing)]
        evidence = (f"{number} {'preuve ' * 40}",)
        yield replace(outcome, findings=tuple(replace(each, evidence=evidence) for each in outcome.findings[:1]))


if __name__ == "__main__":
    print(table(documents(lambda made: print(made, file=sys.stderr, flush=True))))
