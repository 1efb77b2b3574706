"""The suppliers behind MX and SPF names, for the checks that guess a selector or suggest a record; none is ever contacted."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.model import Actor, Trace, TraceKind
from scanner.suppliers.table import Entry, Kind, entries


def recognise(exchanges: Iterable[str], includes: Iterable[str] = ()) -> tuple[Entry, ...]:
    """Those that receive the mail first, then those that send it."""
    traces = [*(Trace(TraceKind.MX, name) for name in exchanges), *(Trace(TraceKind.SPF, name) for name in includes)]
    return tuple(dict.fromkeys(entry for trace in traces for entry in entries() if entry.roles(trace)))


def host_name(suppliers: tuple[Entry, ...]) -> str:
    """The first that keeps mailboxes, neither a filter before them nor a sender of newsletters; "" where none is known."""
    return next((entry.name for entry in suppliers if entry.kind(Actor.MAIL_HOST) is Kind.HOST), "")
