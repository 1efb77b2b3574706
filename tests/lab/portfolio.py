"""`python -m tests.lab portfolio`: a syndicate's first evening on the embedded towns, by the commands of LISEZMOI, each shown."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from pathlib import Path

from tests.campaign.villages import villages
from tests.lab.lab import Lab
from tests.lab.model import Town
from tests.lab.towns import EXEMPLAIRE, NEGLIGEE, ORDINAIRE, SANS_COURRIEL
from tests.lab.workspace import change, see_laboratory

#: The example that the documentation names; every domain in it is served here.
MEMBERS = Path(__file__).resolve().parents[2] / "docs/modeles/membres.csv"
VILLAGES = 12
TOWNS: tuple[Town, ...] = (EXEMPLAIRE, ORDINAIRE, NEGLIGEE, SANS_COURRIEL, *villages(VILLAGES))
SIGNED = "127.66.3.1"  # the negligent town's own address, in the mandate that it signs


def demonstrate(out: Path) -> int:
    """From an empty folder to the letters in files; the exit code of the first command that did not go well."""
    folder = out / "syndicat"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with Lab(TOWNS) as lab:
        print(f"{len(TOWNS)} communes de démonstration répondent sur cette machine ; l’espace de travail est {folder}\n")
        if code := _run(folder, "init", "."):
            return code
        see_laboratory(folder, lab.config_path, canary=EXEMPLAIRE.domain)
        change(folder, "sender", {"name": "Syndicat numérique de l’Exemple", "phone": "02 00 00 00 00"})
        change(folder, "correspondence", {"exposure_contact": "securite@syndicat-exemple.fr"})
        shutil.copy(MEMBERS, folder / "membres.csv")
        for words in _evening():
            if code := _run(folder, *words):
                return code
    print(f"\nLe parc : {folder}/parc/ – ouvrez le fichier .html")
    return 0


def members() -> tuple[dict[str, str], ...]:
    """The example, row by row."""
    with MEMBERS.open(encoding="utf-8-sig", newline="") as file:
        return tuple(csv.DictReader(file, delimiter=";"))


def _evening() -> tuple[tuple[str, ...], ...]:
    mandate = ("--signatory", "Jeanne Martin, maire", "--until", "2028-12-31", "--address", SIGNED)
    return (
        ("authorities", "import", "membres.csv", "--yes"),
        ("mandates", "add", NEGLIGEE.domain, *mandate),
        ("campaign", "run"),
        ("review", "list"),
        ("portfolio", "--out", "parc"),
    )


def _run(folder: Path, *words: str) -> int:
    shown = " ".join(f'"{word}"' if " " in word else word for word in words)
    print(f"$ beffroi {shown}", flush=True)
    code = subprocess.run((sys.executable, "-m", "scanner.cli", *words), cwd=folder, check=False).returncode
    print(flush=True)
    return code
