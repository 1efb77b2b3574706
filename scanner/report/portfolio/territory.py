"""The members by what they have in common: département, EPCI, size, pillar; each with its letters and its median."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.portfolio import Grade, Portfolio
from scanner.report.portfolio.aliases import MAX_NAME
from scanner.report.portfolio.drawings import Segment, Tile, departements, stack, tiles
from scanner.report.portfolio.statistics import (
    SIZES,
    Group,
    Measure,
    Tally,
    by_size,
    groups,
    pillar_tally,
    pillars_of,
)
from scanner.report.values import number, visible
from scanner.report.words import Words


@dataclass(frozen=True, slots=True)
class GroupView:
    """One line: its name, its counts, its bar."""

    name: str
    tally: Tally
    bar: tuple[Segment, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class TileView:
    """A square of the map with the words of its title; `median` is None where nobody there has a grade that compares."""

    tile: Tile
    title: str
    median: Grade | None


@dataclass(frozen=True, slots=True)
class Territory:
    """All groups; `map` is () where there is only one département."""

    map: tuple[TileView, ...]
    departements: tuple[GroupView, ...]
    epcis: tuple[GroupView, ...]
    sizes: tuple[GroupView, ...]
    pillars: tuple[GroupView, ...]


def territory(portfolio: Portfolio, measure: Measure | None, say: Words, lang: str) -> Territory:
    """Every grouping of the portfolio."""
    rows = portfolio.rows
    found = groups(rows, lambda row: row.member.departement, measure)
    several = len([group for group in found if group.id]) > 1
    return Territory(
        tuple(_tile(tile, say) for tile in tiles(found)) if several else (),
        tuple(_group(group, _departement(group.id, say)) for group in found) if several else (),
        tuple(
            _group(group, visible(group.id, MAX_NAME) or say("portfolio.no_epci"))
            for group in groups(rows, lambda row: row.member.epci, measure)
        ),
        tuple(_group(group, size_name(group.id, say, lang)) for group in by_size(rows, measure)),
        tuple(_pillar(id, portfolio, measure, say) for id in pillars_of(rows)),
    )


def size_name(floor: str, say: Words, lang: str) -> str:
    """`de 500 à 999 habitants` of the class that begins at `floor`."""
    if not floor:
        return say("portfolio.no_size")
    low = int(floor)
    above = [each for each in SIZES if each > low]
    if not above:
        return say("portfolio.size_last", low=number(low, lang))
    high = number(above[0] - 1, lang)
    return (
        say("portfolio.size", low=number(low, lang), high=high)
        if low
        else say("portfolio.size_first", high=number(above[0], lang))
    )


def departement_name(code: str) -> str:
    """`49 Maine-et-Loire`; a code that nobody knows stands alone."""
    return f"{visible(code, 20)} {departements().names.get(code, '')}".rstrip()


def _departement(code: str, say: Words) -> str:
    return departement_name(code) if code else say("portfolio.no_departement")


def _group(group: Group, name: str) -> GroupView:
    return GroupView(name, group.tally, stack(group.tally))


def _pillar(id: str, portfolio: Portfolio, measure: Measure | None, say: Words) -> GroupView:
    counted, outside = pillar_tally(portfolio.rows, id, measure)
    note = say("portfolio.pillar_outside", n=outside) if outside else ""
    return GroupView(say(f"pillar.{id}"), counted, stack(counted), note)


def _tile(tile: Tile, say: Words) -> TileView:
    name = departement_name(tile.code)
    if tile.group is None:
        return TileView(tile, say("portfolio.tile_empty", name=name), None)
    counted = tile.group.tally
    members = say("portfolio.domains", n=counted.total)
    if counted.median is None:
        return TileView(tile, say("portfolio.tile_ungraded", name=name, members=members), None)
    title = say("portfolio.tile", name=name, members=members, letter=counted.median.letter, value=counted.median.value)
    return TileView(tile, title, counted.median)
