"""`make new-check FAMILY=web NAME=demo`: a working check to start from, with its texts and its test."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

CODE = '''"""{name}: say in one sentence what this topic is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checks.references import ANSSI_HYGIENE_4
from scanner.contract import check, probe
from scanner.model import Absent, Actor, Domain, Effort, Flaw, Observation, Severity, Verdict
from scanner.net import Net


@dataclass(frozen=True, slots=True)
class {observation}(Observation):
    """The TXT records of the domain."""

    texts: tuple[str, ...]


@probe(seconds=10)
async def {function}_records(domain: Domain, net: Net) -> {observation} | Absent:
    """Ask for the TXT records; an absence is a fact, a failure is raised by the door."""
    answer = await net.dns.lookup(domain.name, "TXT")
    return answer if isinstance(answer, Absent) else {observation}(answer.texts)


@check(
    "{id}",
    severity=Severity.INFO,
    references=(ANSSI_HYGIENE_4,),
    actor=Actor.TOWN,
    effort=Effort.MINUTES,
)
def {function}(domain: Domain, seen: {observation}) -> Iterator[Verdict]:
    """The domain publishes more TXT records than anyone can keep in mind."""
    if len(seen.texts) > 50:
        yield Flaw({{"count": len(seen.texts)}}, evidence=seen.texts[:5])
'''

FRENCH = """# Le domaine publie beaucoup d’enregistrements TXT {{#{id}}}

## Ce que nous avons vu
Le domaine {{domain}} publie {{count}} enregistrements TXT.

## Pourquoi c’est important
Dites ici ce que la collectivité risque, en deux phrases.

## Comment corriger
Donnez ici la ligne exacte à coller.

## Comment vérifier
`dig +short TXT {{domain}}` doit rendre une liste plus courte. `beffroi scan {{domain}} --only {id}` doit répondre « conforme ».

## Pour le maire
- En clair : dites en une phrase simple ce que ce constat change pour la commune.
- Décision : dire ce que la mairie demande
- Cela évite : ce qui n’arrive plus ensuite
- En ordre : Dites ici ce qui est vrai quand le contrôle est conforme.
- Demande : Pouvez-vous dire ici ce que la collectivité demande au prestataire ?
"""

ENGLISH = """# The domain publishes many TXT records {{#{id}}}

## What we saw
The domain {{domain}} publishes {{count}} TXT records.

## Why it matters
Say here what the authority risks, in two sentences.

## How to fix it
Give here the exact line to paste.

## How to verify
`dig +short TXT {{domain}}` must print a shorter list, and `beffroi scan {{domain}} --only {id}` must answer "pass".

## For the mayor
- In short: say in one plain sentence what this finding changes for the town.
- Decision: say what the town hall asks for
- This avoids: what no longer happens afterwards
- In order: Say here what is true when the check passes.
- Request: Could you say here what the town asks of its supplier?
"""

TEST = """import pytest

from checks.{family}.{module} import {observation}, {function}
from scanner.model import Reason, Status, Unobserved
from tests.judging import Row, row

ROWS = [
    row({function}, Status.PASS, seen={observation}(("v=spf1 -all",))),
    row({function}, Status.FAIL, seen={observation}(("x",) * 60)),
    row({function}, Status.UNKNOWN, seen=Unobserved(Reason.DNS_FAILURE)),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_{function}(line: Row) -> None:
    line.hold()
"""


def write(family: str, name: str, root: Path = ROOT) -> list[Path]:
    """Write the four files of a new topic; refuses to touch existing ones. Returns their paths."""
    if not (root / "checks" / family / "__init__.py").is_file():
        raise SystemExit(f"there is no family {family!r} under checks/; see `beffroi checks`")
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        raise SystemExit(f"{name!r} is not a check name: lower-case words joined by hyphens, such as `caa-missing`")
    module = name.replace("-", "_")
    words = {
        "family": family,
        "name": name,
        "module": module,
        "id": f"{family}.{name}",
        "function": module,
        "observation": "".join(part.capitalize() for part in (family, *name.split("-"))),
    }
    folder, tests = root / "checks" / family, root / "tests" / "checks" / family
    contents = {
        folder / f"{module}.py": CODE,
        folder / f"{module}.fr.md": FRENCH,
        folder / f"{module}.en.md": ENGLISH,
        tests / f"test_{module}.py": TEST,
    }
    taken = [path for path in contents if path.exists()]
    if taken:
        raise SystemExit(f"{taken[0].relative_to(root)} exists already; choose another NAME")
    tests.mkdir(parents=True, exist_ok=True)
    for path, text in contents.items():
        path.write_text(text.format(**words), "utf-8")
    return list(contents)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("usage: make new-check FAMILY=web NAME=demo")
    for made in write(sys.argv[1], sys.argv[2]):
        print(made.relative_to(ROOT))
    print("Now: edit the four files, then `make test` and `make docs`.")
