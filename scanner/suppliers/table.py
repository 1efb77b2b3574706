"""suppliers.toml: who stands behind a name that the DNS shows. Pure; nobody is asked."""

from __future__ import annotations

import ipaddress
import tomllib
import unicodedata
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
    """One supplier. `aliases` are other names that a register may write.

    `dkim_selectors` is empty where they cannot be guessed, `spf_mechanism` "" where it is not documented."""

    id: str
    name: str
    aliases: tuple[str, ...]
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


def named(text: str) -> Entry | None:
    """The supplier that a register means by its id, its name or an alias; case, accents and punctuation do not count."""
    return _by_name().get(_plain(text))


@lru_cache(maxsize=1)
def _by_name() -> dict[str, Entry]:
    """By every way to write one; `Alinto (Serenamail)` is also `Alinto`. An id wins over another's alias."""
    known: dict[str, Entry] = {}
    for names in (_ids, _names, _aliases):
        for entry in entries():
            for name in filter(None, map(_plain, names(entry))):
                known.setdefault(name, entry)
    return known


def _ids(entry: Entry) -> tuple[str, ...]:
    return (entry.id,)


def _names(entry: Entry) -> tuple[str, ...]:
    return (entry.name, entry.name.partition("(")[0])


def _aliases(entry: Entry) -> tuple[str, ...]:
    return entry.aliases


def _plain(text: str) -> str:
    """`Réseau des Communes` and `reseau-des-communes` alike."""
    apart = unicodedata.normalize("NFKD", text[:200].casefold())
    return "".join(letter for letter in apart if letter.isalnum() or letter == "&")


def _entry(row: dict[str, Any]) -> Entry:
    patterns = (Pattern(kind, text, Source(source)) for kind in TraceKind for text, source in row.get(kind.value, {}).items())
    return Entry(
        row["id"],
        row["name"],
        tuple(row.get("aliases", ())),
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
