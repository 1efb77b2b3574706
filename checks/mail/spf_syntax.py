"""The grammar of an SPF record (RFC 7208 12), as a parser that never raises."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

MAX_TERM = 200  # characters kept of a term, for display
_MACRO = r"%(?:\{[slodiphvSLODIPHV](?:\d{0,2}[1-9]\d{0,2})?[rR]?[.\-+,/_=]*\}|%|_|-)"
_MACRO_STRING = re.compile(rf"(?:[\x21-\x24\x26-\x7e]|{_MACRO})*")
_MACRO_END = re.compile(rf".*{_MACRO}")
_TOP_LABEL = re.compile(r"[A-Za-z0-9]*[A-Za-z][A-Za-z0-9]*|[A-Za-z0-9]+-[A-Za-z0-9-]*[A-Za-z0-9]")
_MODIFIER = re.compile(r"([A-Za-z][A-Za-z0-9\-_.]*)=(.*)", re.DOTALL)
_DIRECTIVE = re.compile(r"([+\-?~]?)([A-Za-z0-9]+)(.*)", re.DOTALL)
_TARGET = re.compile(r"(?::(?P<spec>.*?))?(?:/(?P<v4>\d+))?(?://(?P<v6>\d+))?", re.DOTALL)
_IP4 = re.compile(r":([0-9.]+)(?:/(\d+))?")
_IP6 = re.compile(r":([0-9A-Fa-f:.]+)(?:/(\d+))?")

#: Prefixes shorter than these hold more addresses than any operator owns (IANA gives /8 at the largest, /12 of IPv6).
WIDE_IPV4, WIDE_IPV6 = 8, 12


@dataclass(frozen=True, slots=True)
class Term:
    """A mechanism or a known modifier. `spec` is its raw domain-spec, "" for the current domain; `wide` a network
    that covers a large part of the Internet."""

    name: str
    text: str
    qualifier: str = "+"
    spec: str = ""
    wide: bool = False


@dataclass(frozen=True, slots=True)
class SpfRecord:
    """A parsed record. `bad` are the terms that make a receiver answer permerror (RFC 7208 4.6)."""

    mechanisms: tuple[Term, ...]
    redirect: Term | None = None
    bad: tuple[str, ...] = ()


def is_spf(text: str) -> bool:
    """Whether a TXT record is an SPF record (RFC 7208 4.5): `v=spf1` alone or followed by a space."""
    return text[:6].lower() == "v=spf1" and text[6:7] in ("", " ")


def parse_spf(text: str) -> SpfRecord:
    """Read the terms of a record that `is_spf`."""
    mechanisms: list[Term] = []
    bad: list[str] = []
    once: dict[str, Term] = {}
    for word in filter(None, text[6:].split(" ")):
        modifier = _MODIFIER.fullmatch(word)
        term = _modifier(modifier[1].lower(), modifier[2], word) if modifier else _mechanism(word)
        if term is None or term.name in once:
            bad.append(word[:MAX_TERM])
        elif modifier is None:
            mechanisms.append(term)
        elif term.name in ("redirect", "exp"):
            once[term.name] = term
    return SpfRecord(tuple(mechanisms), once.get("redirect"), tuple(bad))


def expand(spec: str, current: str, origin: str) -> str | None:
    """The name that a domain-spec leads to; None where it depends on the sender (macros other than d and o)."""
    if not spec:
        return current
    plain = spec.replace("%{d}", current).replace("%{D}", current).replace("%{o}", origin).replace("%{O}", origin)
    return None if "%" in plain else plain.lower().removesuffix(".")


def _modifier(name: str, value: str, word: str) -> Term | None:
    if name in ("redirect", "exp"):
        return Term(name, word[:MAX_TERM], spec=value) if _is_domain_spec(value) else None
    return Term(f"={name}", word[:MAX_TERM]) if _MACRO_STRING.fullmatch(value) else None


def _mechanism(word: str) -> Term | None:
    match = _DIRECTIVE.fullmatch(word)
    if match is None:
        return None
    qualifier, name, rest = match[1] or "+", match[2].lower(), match[3]
    text = word[:MAX_TERM]
    if name == "all":
        return None if rest else Term(name, text, qualifier)
    if name in ("include", "exists"):
        return Term(name, text, qualifier, rest[1:]) if rest[:1] == ":" and _is_domain_spec(rest[1:]) else None
    if name == "ptr":
        return Term(name, text, qualifier, rest[1:]) if not rest or (rest[0] == ":" and _is_domain_spec(rest[1:])) else None
    if name in ("a", "mx"):
        return _address_mechanism(name, text, qualifier, rest)
    if name in ("ip4", "ip6"):
        return _network_mechanism(name, text, qualifier, rest)
    return None


def _address_mechanism(name: str, text: str, qualifier: str, rest: str) -> Term | None:
    match = _TARGET.fullmatch(rest)
    if match is None:
        return None
    spec, ipv4, ipv6 = match["spec"], _prefix(match["v4"], 32), _prefix(match["v6"], 128)
    if ipv4 is None or ipv6 is None or (spec is not None and not _is_domain_spec(spec)):
        return None
    return Term(name, text, qualifier, spec or "", ipv4 < WIDE_IPV4 or ipv6 < WIDE_IPV6)


def _network_mechanism(name: str, text: str, qualifier: str, rest: str) -> Term | None:
    match = (_IP4 if name == "ip4" else _IP6).fullmatch(rest)
    if match is None:
        return None
    prefix = _prefix(match[2], 32 if name == "ip4" else 128)
    try:
        IPv4Address(match[1]) if name == "ip4" else IPv6Address(match[1])
    except ValueError:
        return None
    return None if prefix is None else Term(name, text, qualifier, "", prefix < (WIDE_IPV4 if name == "ip4" else WIDE_IPV6))


def _prefix(digits: str | None, longest: int) -> int | None:
    """A prefix length without leading zeros, the longest where none is written, None where it is not valid."""
    if digits is None:
        return longest
    value = int(digits) if len(digits) <= 3 and digits.isascii() else longest + 1
    return value if value <= longest and str(value) == digits else None


def _is_domain_spec(spec: str) -> bool:
    """RFC 7208 7.1: visible characters and macros, ending in a macro or in a dot and a top label."""
    if not spec or not _MACRO_STRING.fullmatch(spec):
        return False
    if "%" in spec and _MACRO_END.fullmatch(spec):
        return True
    name = spec.removesuffix(".")
    _, dot, top = name.rpartition(".")
    if not dot or len(top) > 63 or not _TOP_LABEL.fullmatch(top):
        return False
    return "%" in spec or (len(name) <= 253 and all(0 < len(label) <= 63 for label in name.split(".")))
