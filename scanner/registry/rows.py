"""Authorities to rows of the store, and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Table, delete, insert, select, update

from scanner.dossier import Role
from scanner.registry.columns import fold
from scanner.registry.model import (
    FIELDS,
    Authority,
    Contact,
    ContactRole,
    Declared,
    Kind,
    KnownSupplier,
    Origin,
    RegisteredDomain,
    Source,
)
from scanner.store import register_tables as tables
from scanner.suppliers.recognise import Certainty

CHUNK = 500  # values in one IN (...): SQLite takes 32,766, and a plan stays short
_CODES = ("siren", "siret", "insee")  # unknown is NULL, so that two unknown ones are not the same
_CHILDREN = (
    tables.domains, tables.contacts, tables.tags, tables.suppliers, tables.declarations, tables.field_sources,
)  # fmt: skip


def load(connection: Connection, *conditions: ColumnElement[bool]) -> tuple[Authority, ...]:
    """The authorities that fulfil the conditions, by name, with all that belongs to them."""
    chosen = select(tables.authorities).where(*conditions).order_by(tables.authorities.c.folded, tables.authorities.c.id)
    rows = connection.execute(chosen).all()
    ids = [row.id for row in rows]
    belongings = {table.name: _by_authority(connection, table, ids) for table in _CHILDREN}
    return tuple(_authority(row, {name: found[row.id] for name, found in belongings.items()}) for row in rows)


def in_order(authority: Authority) -> Authority:
    """As `load` gives it back: what has no order of its own is sorted; contacts stay in theirs."""
    return replace(
        authority,
        domains=tuple(sorted(authority.domains, key=lambda each: each.name)),
        tags=tuple(sorted(authority.tags)),
        suppliers=tuple(sorted(authority.suppliers, key=lambda each: (each.role.value, each.supplier))),
        declarations=tuple(sorted(authority.declarations, key=lambda each: each.criterion)),
    )


def store(connection: Connection, authority: Authority) -> int:
    """Write one authority and all that belongs to it; its number."""
    values = {name: getattr(authority, name) for name in FIELDS}
    values |= {name: values[name] or None for name in _CODES}
    values |= {"kind": authority.kind.value, "folded": fold(authority.name)}
    if authority.id is None:
        made = insert(tables.authorities).values(values).returning(tables.authorities.c.id)
        number: int = connection.execute(made).scalar_one()
    else:
        number = authority.id
        connection.execute(update(tables.authorities).where(tables.authorities.c.id == number).values(values))
        for table in _CHILDREN:
            connection.execute(delete(table).where(table.c.authority == number))
    for table, rows in _belongings(authority).items():
        if rows:
            connection.execute(insert(table), [{"authority": number, **row} for row in rows])
    return number


def chunks(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """Parts of at most CHUNK."""
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))


def _by_authority(connection: Connection, table: Table, ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    order: list[Column[Any]] = [column for column in table.primary_key.columns if column.name != "authority"]
    for part in chunks(ids):
        for row in connection.execute(select(table).where(table.c.authority.in_(part)).order_by(*order)):
            found[row.authority].append(row)
    return found


def _source(row: Row[Any]) -> Source:
    return Source(Origin(row.source), row.on)


def _authority(row: Row[Any], of: dict[str, list[Row[Any]]]) -> Authority:
    values = {name: getattr(row, name) for name in FIELDS} | {name: getattr(row, name) or "" for name in _CODES}
    return Authority(
        **values | {"kind": Kind(row.kind)},
        domains=tuple(RegisteredDomain(each.name, _source(each), each.scanned) for each in of["domains"]),
        contacts=tuple(
            Contact(ContactRole(each.role), each.email, _source(each), each.name, tuple(each.documents.split()))
            for each in of["contacts"]
        ),
        tags=tuple(each.tag for each in of["tags"]),
        suppliers=tuple(
            KnownSupplier(Role(each.role), each.supplier, Certainty(each.certainty), _source(each)) for each in of["suppliers"]
        ),
        declarations=tuple(Declared(each.criterion, each.met, _source(each)) for each in of["declarations"]),
        sources={each.field: _source(each) for each in of["field_sources"]},
        id=row.id,
    )


def _from(source: Source) -> dict[str, object]:
    return {"source": source.origin.value, "on": source.on}


def _belongings(authority: Authority) -> dict[Table, list[dict[str, object]]]:
    return {
        tables.domains: [{"name": each.name, "scanned": each.scanned} | _from(each.source) for each in authority.domains],
        tables.contacts: [
            {"role": each.role.value, "email": each.email, "name": each.name, "documents": " ".join(each.documents)}
            | _from(each.source)
            for each in authority.contacts
        ],
        tables.tags: [{"tag": tag} for tag in authority.tags],
        tables.suppliers: [
            {"role": each.role.value, "supplier": each.supplier, "certainty": each.certainty.value} | _from(each.source)
            for each in authority.suppliers
        ],
        tables.declarations: [
            {"criterion": each.criterion, "met": each.met} | _from(each.source) for each in authority.declarations
        ],
        tables.field_sources: [{"field": name} | _from(source) for name, source in authority.sources.items()],
    }
