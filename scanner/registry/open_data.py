"""Service-Public's directory as JSON, and by what an ANCT file is known. Raises NotAList, nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from scanner.registry.columns import fold
from scanner.registry.model import Origin
from scanner.registry.tabular import MAX_BYTES, MAX_ROWS, Listing, NotAList, Record, read_listing, unpacked

#: `type_service_local` of the directory -> the kind of authority.
KINDS = {"mairie": "commune", "mairie_com": "commune", "epci": "epci", "cg": "departement", "cr": "region"}
#: A part of a commune is not an authority of its own.
_PARTS = ("mairie deleguee", "mairie annexe", "annexe de la mairie", "mairie de quartier", "mairie d arrondissement")
_ANCT = frozenset({"service public url", "libelle"})


def read_list(content: bytes) -> tuple[Listing, Origin]:
    """What a file holds, whoever published it."""
    plain = unpacked(content)
    start = plain[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start in (b"[", b"{"):
        return read_directory(plain), Origin.SERVICE_PUBLIC
    listing = read_listing(plain)
    is_anct = {fold(heading) for heading in listing.headings} >= _ANCT
    return listing, Origin.ANCT if is_anct else Origin.FILE


def read_directory(content: bytes) -> Listing:
    """The authorities of an export of Service-Public's directory; the line is the place in the list, from 1."""
    if len(content) > MAX_BYTES:
        raise NotAList("too_large")
    try:
        parsed = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NotAList("damaged", type(error).__name__) from error
    if isinstance(parsed, dict):
        parsed = parsed.get("results", parsed.get("service"))
    if not isinstance(parsed, list):
        raise NotAList("no_directory")
    if len(parsed) > MAX_ROWS:
        raise NotAList("too_large")
    return Listing(tuple(_entries(parsed)))


def _entries(parsed: list[Any]) -> Iterator[Record]:
    for number, item in enumerate(parsed, 1):
        if not isinstance(item, dict):
            yield Record(number, {}, "damaged")
            continue
        pivot = next((each for each in _decoded(item.get("pivot")) if _text(each, "type_service_local") in KINDS), None)
        name = _text(item, "nom")
        if pivot is None or fold(name).startswith(_PARTS):
            continue
        codes = _decoded(pivot.get("code_insee_commune"))
        kind = KINDS[_text(pivot, "type_service_local")]
        values = {
            "name": name.partition(" - ")[2] if fold(name).startswith("mairie ") and " - " in name else name,
            "kind": kind,
            "siren": _text(item, "siren"),
            "siret": _text(item, "siret"),
            "insee": _text(item, "code_insee_commune") or (str(codes[0]) if codes and isinstance(codes[0], str) else ""),
            "site": next((text for each in _decoded(item.get("site_internet")) if (text := _text(each, "valeur"))), ""),
            "mail": _text(item, "adresse_courriel"),
        }
        if kind != "commune":  # that of the town in which its offices stand
            values["insee"] = ""
        yield Record(number, {field: text for field, text in values.items() if text})


def _decoded(value: object) -> list[Any]:
    """A list, or the JSON text of one."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return []
    return value if isinstance(value, list) else []


def _text(item: object, key: str) -> str:
    value = item.get(key) if isinstance(item, dict) else None
    return value.strip()[:2_000] if isinstance(value, str) else ""
