"""A DMARC policy record and the place where it is sought (RFC 9989 4.7 and 4.10); pure, never raises."""

from __future__ import annotations

import re
from dataclasses import dataclass

POLICIES = ("none", "quarantine", "reject")
OBSOLETE = ("pct", "rf", "ri")  # removed by RFC 9989
MAX_QUERIES = 8  # RFC 9989 4.10
_VERSION = re.compile(r"[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)")
_NEAR = re.compile(r"[\s\"']*v[\s\"']*=?[\s\"']*dmarc|[\s\"']*p[ \t]*=[ \t]*(?:none|quarantine|reject)\b", re.IGNORECASE)
_URI = re.compile(r"(?:mailto:[^\s@,;]+@[^\s@,;]+|(?!mailto:)[a-z][a-z0-9+.\-]*:[^\s,;]+)", re.IGNORECASE)
_REPORT_OPTION = re.compile(r"[01ds](?:[ \t]*:[ \t]*[01ds])*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DmarcPolicy:
    """What a record says. `p`, `sp` and `np` are a policy, "" where the tag is missing, "?" where it is not valid.

    `bad` are the tags that a receiver can't read, `obsolete` those that RFC 9989 removed.
    """

    p: str = ""
    sp: str = ""
    np: str = ""
    testing: bool = False
    psd: str = "u"
    reports: bool = False
    bad: tuple[str, ...] = ()
    obsolete: tuple[str, ...] = ()

    @property
    def set_aside(self) -> bool:
        """Whether a receiver must not apply the policy as written: no valid p, or an sp or np that is not valid (4.10.1)."""
        return self.p not in POLICIES or "?" in (self.sp, self.np)

    def requested(self, inherited: bool) -> str | None:
        """The policy asked for mail of a domain that exists; None where receivers do not apply the record.

        `inherited`: the record stands on a parent, whose `sp` counts before its `p`.
        """
        return self._read((self.sp or self.p) if inherited else self.p)

    @property
    def for_invented(self) -> str | None:
        """The policy asked for names below that do not exist: `np`, else `sp`, else `p`; None as above."""
        return self._read(self.np or self.sp or self.p)

    def _read(self, tag: str) -> str | None:
        if not self.set_aside:
            return tag
        return "none" if self.reports else None

    def effective(self, inherited: bool) -> str | None:
        """The requested policy, one level down where the record is being tested (`t=y`)."""
        asked = self.requested(inherited)
        return POLICIES[max(0, POLICIES.index(asked) - 1)] if asked and self.testing else asked


def is_dmarc(text: str) -> bool:
    """Whether a TXT record begins with the version tag, whose value is case-sensitive."""
    return _VERSION.match(text) is not None


def looks_like_dmarc(text: str) -> bool:
    """Whether somebody meant a DMARC record that receivers ignore."""
    return not is_dmarc(text) and _NEAR.match(text[:60]) is not None


def parse_dmarc(text: str) -> DmarcPolicy:
    """Read a record that `is_dmarc`; unknown tags are ignored."""
    tags: dict[str, str] = {}
    bad: list[str] = []
    for part in filter(str.strip, text.split(";")):
        name, equals, value = part.partition("=")
        name = name.strip().lower()[:40]
        if not equals or name in tags:
            bad.append(name)
        else:
            tags[name] = value.strip()
    policies = {name: _policy(tags, name) for name in ("p", "sp", "np")}
    bad += [name for name, policy in policies.items() if policy == "?"]
    bad += [name for name, pattern in _GRAMMAR.items() if name in tags and not pattern.fullmatch(tags[name])]
    bad += [name for name in ("rua", "ruf") if name in tags and not has_uri(tags[name])]
    reports = has_uri(tags.get("rua", ""))
    if not policies["p"] and not reports:
        bad.append("p")
    psd = tags.get("psd", "u").lower()
    return DmarcPolicy(
        policies["p"], policies["sp"], policies["np"], tags.get("t", "").lower() == "y", psd if psd in ("y", "n") else "u",
        reports, tuple(dict.fromkeys(bad))[:10], tuple(name for name in OBSOLETE if name in tags),
    )  # fmt: skip


_GRAMMAR = {
    "t": re.compile("[yn]", re.IGNORECASE),
    "psd": re.compile("[ynu]", re.IGNORECASE),
    "adkim": re.compile("[rs]", re.IGNORECASE),
    "aspf": re.compile("[rs]", re.IGNORECASE),
    "fo": _REPORT_OPTION,
}


def has_uri(value: str) -> bool:
    """Whether a list of report addresses holds at least one valid URI (RFC 3986)."""
    return any(_URI.fullmatch(uri.strip()) for uri in value.split(","))


def walk(domain: str) -> tuple[str, ...]:
    """The names of the tree walk, the domain itself first, at most 8 (RFC 9989 4.10)."""
    labels = domain.split(".")
    above = labels[1:] if len(labels) <= MAX_QUERIES else labels[-(MAX_QUERIES - 1) :]
    return (domain, *(".".join(above[start:]) for start in range(len(above))))


def chosen(found: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    """The (name, record) in force above a domain without record of its own; ("", "") where there is none.

    `found` in the order of the walk. The organisational domain is the one that says `psd=n`, the one just below a
    `psd=y`, else the highest that publishes a record (RFC 9989 4.10.2).
    """
    for position, (name, record) in enumerate(found):
        psd = parse_dmarc(record).psd
        if psd == "n":
            return name, record
        if psd == "y":
            below = found[position - 1] if position else ("", "")
            return below if below[0].partition(".")[2] == name else (name, record)
    return found[-1] if found else ("", "")


def _policy(tags: dict[str, str], name: str) -> str:
    value = tags.get(name, "").lower()
    return value if value in ("", *POLICIES) and (value or name not in tags) else "?"
