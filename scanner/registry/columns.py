"""Headings and words of a members' list, whatever they are called there: columns.toml. Pure."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import lru_cache
from importlib.resources import files
from typing import Any

from scanner.registry.model import ContactRole, Kind

#: What people write where there is nothing, folded.
NOTHING = frozenset({
    "", "neant", "aucun", "aucune", "n a", "na", "nc", "nr", "sans", "sans objet", "none", "null", "nan", "x", "0", "vide",
    "inconnu", "pas de site", "pas de domaine", "non renseigne",
})  # fmt: skip


def fold(text: str) -> str:
    """Without accents, capitals and punctuation, single spaces: `L’Haÿ-les-Roses` is `l hay les roses`."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
    return " ".join(re.sub(r"[^0-9a-z]+", " ", letters).split())


def is_nothing(cell: str) -> bool:
    """Whether a cell says that there is nothing."""
    return fold(cell) in NOTHING


def field_of(heading: str) -> str | None:
    """The field of a column, None for one that nobody reads."""
    return _table("fields").get(fold(heading))


def reads_several(field: str) -> bool:
    """Whether the columns of this field are read together."""
    return field in _content()["several"]


def kind_of(word: str) -> Kind | None:
    """The kind that a cell names."""
    found = _table("kinds").get(fold(word))
    return Kind(found) if found else None


def role_of(word: str) -> ContactRole | None:
    """The role of a contact, by its name in French or English."""
    found = _table("roles").get(fold(word))
    return ContactRole(found) if found else None


def document_of(word: str) -> str | None:
    """The document that a word names: `letter`, `technical`, `tickets`."""
    return _table("documents").get(fold(word))


def belonging_of(word: str) -> str | None:
    """What of an authority a person adds or takes away: `domain`, `tag`, `contact`, `supplier`, `criterion`."""
    return _table("belongings").get(fold(word))


def answer_of(word: str) -> bool | None:
    """Yes or no; None for anything else."""
    return {"yes": True, "oui": True, "no": False, "non": False}.get(fold(word))


def kind_by_name(name: str) -> Kind | None:
    """The kind that a name begins with: `CCAS d’Exemple`, `Communauté de communes du Pays`."""
    folded = f"{fold(name)} "
    for kind, words in _content()["beginnings"].items():
        if any(folded.startswith(f"{word} ") for word in words):
            return Kind(kind)
    return None


def kind_by_siren(siren: str) -> Kind | None:
    """The kind that INSEE wrote into the first digits of a SIREN; those of 20 and 26 are too many things to tell."""
    by_start = {"21": Kind.COMMUNE, "22": Kind.DEPARTEMENT, "23": Kind.REGION, "24": Kind.EPCI, "25": Kind.SYNDICAT}
    return by_start.get(siren[:2])


@lru_cache(maxsize=1)
def _content() -> dict[str, Any]:
    return tomllib.loads(files("scanner.registry").joinpath("columns.toml").read_text("utf-8"))


@lru_cache(maxsize=8)
def _table(name: str) -> dict[str, str]:
    return {word: key for key, words in _content()[name].items() for word in words}
