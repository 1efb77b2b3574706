"""Whether two names are one authority's, written differently. Pure."""

from __future__ import annotations

import re

from scanner.registry.columns import fold

_PREFIX = re.compile(r"^(?:commune|ville|mairie)(?: de la| de l| des| du| de| d)? (?=.)")
_SAINTS = re.compile(r"\b(st|ste)\b")


def same_name(one: str, other: str) -> bool:
    """`Commune de St-Exemple`, `SAINT EXEMPLE`: accents, capitals, hyphens, a prefix and an abbreviation aside."""
    return _bare(one) == _bare(other)


def _bare(name: str) -> str:
    folded = _PREFIX.sub("", fold(name))
    return _SAINTS.sub(lambda found: {"st": "saint", "ste": "sainte"}[found[0]], folded)
