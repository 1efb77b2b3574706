"""What suppliers are called in one document: by their names, or by letters where the document leaves the house."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from scanner.portfolio import Cause, CauseKind, Portfolio, Serving
from scanner.report.values import Worded, visible
from scanner.report.words import Words

MAX_NAME = 120  # characters of one name that are shown

#: Causes whose id would tell who the supplier is.
_TELLING = frozenset({CauseKind.ADDRESS, CauseKind.MAIL_SERVER, CauseKind.NAME_SERVERS})


class Names(StrEnum):
    """Whether a document says who the suppliers are."""

    SHOWN = "shown"
    HIDDEN = "hidden"


class Aliases:
    """The same name for the same supplier wherever it stands in one document, whatever its role.

    Hidden, an address or the name of a server gets a letter too: it would tell whose it is.
    """

    def __init__(self, portfolio: Portfolio, names: Names, say: Words) -> None:
        self._hidden = names is Names.HIDDEN
        self._say = say
        self._suppliers = {key: letters(place) for place, key in enumerate(dict.fromkeys(_suppliers(portfolio)))}
        self._places: dict[tuple[CauseKind, str], str] = {}
        for kind in _TELLING:
            ids = dict.fromkeys(cause.key.id for cause in portfolio.causes if cause.key.kind is kind)
            self._places |= {(kind, id): letters(place) for place, id in enumerate(ids)}

    def supplier(self, serving: Serving) -> Worded:
        """`OVHcloud`, or `Prestataire B`."""
        if self._hidden:
            return self._say("portfolio.alias.supplier", letter=self._suppliers[serving.key])
        return Worded(visible(serving.name, MAX_NAME))

    def cause(self, cause: Cause) -> Worded:
        """Its name as a row is headed by it."""
        if cause.key.kind is CauseKind.SUPPLIER and cause.agent is not None:
            return self.supplier(cause.agent)
        if self._hidden and cause.key.kind in _TELLING:
            return self._say(f"portfolio.alias.{cause.key.kind}", letter=self._places[cause.key.kind, cause.key.id])
        if cause.key.kind is CauseKind.NAME_SERVERS:
            return Worded(", ".join(visible(name, MAX_NAME) for name in cause.key.id.split(" ")))
        return Worded(visible(cause.key.id, MAX_NAME))


def letters(place: int) -> str:
    """0 is A, 25 is Z, 26 is AA."""
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def _suppliers(portfolio: Portfolio) -> Iterator[str]:
    """In the order in which a reader meets them."""
    for cause in (*portfolio.levers, *portfolio.causes):
        if cause.agent is not None:
            yield cause.agent.key
    for row in portfolio.rows:
        for serving in row.latest.serving if row.latest else ():
            yield serving.key
