"""The log that is only ever added to: who did what, under which mandate. Without an authority's names once it is erased."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, delete, insert, select

from scanner.registry.model import AuditLine
from scanner.store.register_tables import audit, audit_names

MAX_WHO = 80


def write(
    connection: Connection,
    at: datetime,
    who: str,
    what: str,
    *,
    authority: int | None = None,
    about: str = "",
    mandate: int | None = None,
    document: str = "",
) -> None:
    """One line. `about` is a domain name; nothing else of an authority may stand in a line, since lines are never erased."""
    subject = _name_id(connection, authority, about) if about else None
    values = {"at": at, "who": who[:MAX_WHO], "what": what, "authority": authority, "about": subject, "mandate": mandate}
    connection.execute(insert(audit).values(**values, document=document))


def lines(connection: Connection, authority: int | None = None, limit: int = 1_000) -> tuple[AuditLine, ...]:
    """The latest lines, the newest first; of one authority where it is named."""
    chosen = select(audit, audit_names.c.name).outerjoin(audit_names, audit_names.c.id == audit.c.about)
    if authority is not None:
        chosen = chosen.where(audit.c.authority == authority)
    rows = connection.execute(chosen.order_by(audit.c.id.desc()).limit(limit))
    return tuple(AuditLine(row.at, row.who, row.what, row.authority, row.name or "", row.mandate, row.document) for row in rows)


def last(connection: Connection, what: str) -> datetime | None:
    """When this was last noted; None where it never was."""
    return connection.scalar(select(audit.c.at).where(audit.c.what == what).order_by(audit.c.id.desc()).limit(1))


def forget_names(connection: Connection, authority: int) -> None:
    """What its lines spoke of can no longer be told."""
    connection.execute(delete(audit_names).where(audit_names.c.authority == authority))


def _name_id(connection: Connection, authority: int | None, name: str) -> int:
    owner = audit_names.c.authority
    same = and_(owner == authority if authority else owner.is_(None), audit_names.c.name == name)
    known = connection.scalar(select(audit_names.c.id).where(same))
    if known is not None:
        return int(known)
    made = insert(audit_names).values(authority=authority, name=name).returning(audit_names.c.id)
    return int(connection.execute(made).scalar_one())
