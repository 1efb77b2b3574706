"""What an import would change, before a word of it is written. Pure: the register and a list in, a plan out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from scanner.registry.claims import settle_domains
from scanner.registry.columns import fold
from scanner.registry.drafts import Draft, draft
from scanner.registry.issues import Issue, issue
from scanner.registry.merging import contradiction, created, may_write, merged
from scanner.registry.model import Authority, Kind, Source
from scanner.registry.naming import same_name
from scanner.registry.tabular import Listing


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which authorities of a national list are taken; everything where nothing is said."""

    departement: str = ""
    epci: str = ""  # a SIREN or a name
    known: bool = False  # only complete what the register holds

    def takes(self, before: Authority | None, after: Authority) -> bool:
        """Whether this one is."""
        if self.known and before is None:
            return False
        if self.departement and after.departement != self.departement:
            return False
        return not self.epci or self.epci in (after.epci_siren, after.siren) or fold(self.epci) == fold(after.epci_name)


@dataclass(frozen=True, slots=True)
class Change:
    """One authority as it is and as it would be; `before` is None for a new one."""

    before: Authority | None
    after: Authority
    line: int


@dataclass(frozen=True, slots=True)
class Plan:
    """`problems` are lines kept out, `remarks` are lines of which something was left aside."""

    changes: tuple[Change, ...]
    unchanged: int
    problems: tuple[Issue, ...]
    remarks: tuple[Issue, ...]
    ignored: tuple[str, ...] = ()


@dataclass(slots=True)
class Entry:
    """One authority while the list is read, and the drafts that speak of it."""

    before: Authority | None
    now: Authority
    drafts: list[Draft] = field(default_factory=list)


def plan(existing: Iterable[Authority], listing: Listing, source: Source, wanted: Wanted) -> Plan:
    """The changes of an import, in the order of the list. The same list a second time changes nothing."""
    book = _Book(existing)
    problems: list[Issue] = []
    for record in listing.records:
        found = draft(record, source)
        if not isinstance(found, Issue):
            found = book.take(found, source)
        if isinstance(found, Issue):
            problems.append(found)
    remarks: list[Issue] = []
    settled = settle_domains(book.entries, source)
    changes: list[Change] = []
    unchanged = 0
    for entry, (after, said) in zip(book.entries, settled, strict=True):
        if not entry.drafts or not wanted.takes(entry.before, after):
            continue
        remarks += (remark for each in entry.drafts for remark in each.remarks)
        remarks += said
        if after == entry.before:
            unchanged += 1
        else:
            changes.append(Change(entry.before, after, entry.drafts[0].line))
    changes.sort(key=lambda change: change.line)
    remarks.sort(key=lambda remark: remark.line)
    return Plan(tuple(changes), unchanged, tuple(problems), tuple(remarks), listing.ignored)


class _Book:
    """The authorities that are known so far, found by their codes, else by name."""

    def __init__(self, existing: Iterable[Authority]) -> None:
        self.entries: list[Entry] = []
        self._by_siren: dict[str, Entry] = {}
        self._by_insee: dict[tuple[Kind, str], Entry] = {}
        self._by_name: dict[str, list[Entry]] = {}
        for authority in existing:
            self._add(Entry(authority, authority))

    def take(self, found: Draft, source: Source) -> Draft | Issue:
        """Put a draft where it belongs, or say why nobody can tell."""
        entry = self._find(found)
        if isinstance(entry, Issue):
            return entry
        if entry is None:
            self._add(Entry(None, created(found, source), [found]))
            return found
        if problem := _twice(entry, found) or _renamed(entry, found, source):
            return problem
        if entry.drafts:
            again = issue(found.line, "again", name=found.authority.name, first=str(entry.drafts[0].line))
            found = replace(found, remarks=(*found.remarks, again))
        self._forget(entry)
        entry.now = merged(entry.now, found, source)
        entry.drafts.append(found)
        self._index(entry)
        return found

    def _find(self, found: Draft) -> Entry | Issue | None:
        wanted = found.authority
        if wanted.siren and (entry := self._by_siren.get(wanted.siren)):
            if wanted.kind is not entry.now.kind and Kind.OTHER not in (wanted.kind, entry.now.kind):
                return issue(found.line, "siren_taken", name=wanted.name, siren=wanted.siren, other=entry.now.name)
            return entry
        if wanted.insee and (entry := self._by_insee.get((wanted.kind, wanted.insee))):
            if wanted.siren and entry.now.siren:
                return issue(found.line, "insee_taken", name=wanted.name, insee=wanted.insee, other=entry.now.name)
            return entry
        return self._by_its_name(found)

    def _by_its_name(self, found: Draft) -> Entry | Issue | None:
        """Two authorities may share a name; one without a code is only taken for another where nothing speaks against it."""
        wanted = found.authority
        same = [entry for entry in self._by_name.get(fold(wanted.name), ()) if _may_be_one(entry.now, wanted)]
        if len(same) > 1 or any(entry.drafts and _other_domains(entry, found) for entry in same):
            return issue(found.line, "homonym", name=wanted.name)
        return same[0] if same else None

    def _add(self, entry: Entry) -> None:
        self.entries.append(entry)
        self._index(entry)

    def _index(self, entry: Entry) -> None:
        if entry.now.siren:
            self._by_siren[entry.now.siren] = entry
        if entry.now.insee:
            self._by_insee[entry.now.kind, entry.now.insee] = entry
        self._by_name.setdefault(fold(entry.now.name), []).append(entry)

    def _forget(self, entry: Entry) -> None:
        self._by_name[fold(entry.now.name)].remove(entry)


def _twice(entry: Entry, found: Draft) -> Issue | None:
    """Two lines of one list that cannot both be true of one authority."""
    if not entry.drafts or not (field := contradiction(entry.now, found)):
        return None
    kind = "merged" if field in ("siren", "insee") else "contradiction"
    return issue(found.line, kind, name=found.authority.name, first=str(entry.drafts[0].line), field=field)


def _renamed(entry: Entry, found: Draft, source: Source) -> Issue | None:
    """A code of the register under another name is a wrong code, or a new name: a person says which."""
    wanted, known = found.authority, entry.now
    if entry.drafts or same_name(wanted.name, known.name) or not may_write(known, "name", source):
        return None
    code = known.siren if wanted.siren == known.siren and known.siren else known.insee
    return issue(found.line, "renamed", name=wanted.name, code=code, other=known.name)


def _may_be_one(known: Authority, wanted: Authority) -> bool:
    """Whether nothing in their codes, kinds and départements tells them apart."""
    pairs = ((known.siren, wanted.siren), (known.insee, wanted.insee), (known.departement, wanted.departement))
    if any(one and other and one != other for one, other in pairs):
        return False
    return known.kind is wanted.kind or Kind.OTHER in (known.kind, wanted.kind)


def _other_domains(entry: Entry, found: Draft) -> bool:
    """Whether two lines of one list, without a code that both have, name domains that have nothing in common."""
    if entry.now.departement and found.authority.departement:
        return False
    earlier = {claim.name for each in entry.drafts for claim in each.claims}
    now = {claim.name for claim in found.claims}
    return bool(earlier) and bool(now) and not earlier & now
