"""suppliers.toml: who stands behind a name that the DNS shows. Pure; nobody is asked."""

from __future__ import annotations

import ipaddress
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib.resources import files
from typing import Any

from scanner.model import Actor, Trace, TraceKind


class Source(StrEnum):
    """Where a pattern comes from; what is from memory was not verified."""

    VENDOR = "vendor"
    ZONES = "zones"
    MEMORY = "memory"


class Kind(StrEnum):
    """How a supplier stands to the town in one role."""

    HOST = "host"
    FRONT = "front"  # a mail filter or a CDN: it answers for what is seen there, not for what is behind
    SENDER = "sender"  # sends mail in the town's name, and receives none
    SOFTWARE = "software"  # a product that anybody may run: nobody is written to


@dataclass(frozen=True, slots=True)
class Pattern:
    """The end of a name label by label (`*` and `[0-9]` inside a label), a network, or a word of a greeting."""

    kind: TraceKind
    text: str
    source: Source

    def fits(self, trace: Trace) -> bool:
        """Whether it recognises what a fact mentions; never raises, whatever a host sent."""
        if trace.kind is not self.kind:
            return False
        if self.kind is TraceKind.ADDRESS:
            return _within(trace.name, self.text)
        if self.kind is TraceKind.GREETING:
            return self.text in trace.name.lower()
        labels, wanted = trace.name.lower().rstrip(".").split("."), self.text.split(".")
        return len(labels) >= len(wanted) and all(map(fnmatchcase, labels[-len(wanted) :], wanted))


#: What the owner of a name does for the town; for a CNAME or an address see `site_roles`.
_ROLES = {
    TraceKind.MX: (Actor.MAIL_HOST,),
    TraceKind.GREETING: (Actor.MAIL_HOST,),
    TraceKind.SPF: (Actor.MAIL_HOST,),
    TraceKind.NS: (Actor.DNS_HOST,),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One supplier. `dkim_selectors` is empty where they cannot be guessed, `spf_mechanism` "" where it is not documented."""

    id: str
    name: str
    patterns: tuple[Pattern, ...]
    kinds: tuple[tuple[Actor, Kind], ...]
    site_roles: tuple[Actor, ...]
    dkim_selectors: tuple[str, ...]
    spf_mechanism: str

    def kind(self, role: Actor) -> Kind:
        """How it stands to the town in this role."""
        return dict(self.kinds).get(role, Kind.HOST)

    def roles(self, trace: Trace) -> tuple[Actor, ...]:
        """What it does for the town as far as this trace shows; () where the trace is another's."""
        if not any(pattern.fits(trace) for pattern in self.patterns):
            return ()
        return _ROLES.get(trace.kind, self.site_roles)


@lru_cache(maxsize=1)
def entries() -> tuple[Entry, ...]:
    """Every supplier, in the order of the file."""
    content = tomllib.loads(files("scanner.suppliers").joinpath("suppliers.toml").read_text("utf-8"))
    return tuple(_entry(row) for row in content["supplier"])


def named(id: str) -> Entry | None:
    """The supplier with this id."""
    return next((entry for entry in entries() if entry.id == id), None)


def _entry(row: dict[str, Any]) -> Entry:
    patterns = (Pattern(kind, text, Source(source)) for kind in TraceKind for text, source in row.get(kind.value, {}).items())
    return Entry(
        row["id"],
        row["name"],
        tuple(patterns),
        tuple((Actor(role), Kind(kind)) for role, kind in row.get("kind", {}).items()),
        tuple(Actor(role) for role in row.get("site_roles", ("web_host",))),
        tuple(row.get("dkim_selectors", ())),
        row.get("spf_mechanism", ""),
    )


def _within(address: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(network)
    except ValueError:
        return False
