"""The register on a store: authorities, and what the rest of the house asks of them (docs/register.md)."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, Connection, delete, select
from sqlalchemy.exc import IntegrityError

from scanner.dossier import Town
from scanner.names import NotADomain, read_domain, shown_name
from scanner.net.mandate import Mandate
from scanner.net.policy import AddressPolicy
from scanner.registry import audit, rows
from scanner.registry.columns import fold
from scanner.registry.consent import Consent
from scanner.registry.declared import declared
from scanner.registry.issues import RegisterError
from scanner.registry.model import AuditLine, Authority, Kind, MandateRow, Waiver
from scanner.registry.never_town import stranger, upward
from scanner.registry.rules import checked_mandate, checked_waiver
from scanner.settings import OptOut
from scanner.store.engine import Store
from scanner.store.register_tables import authorities, domains, tags


def operator() -> str:
    """Who runs this program, for the log."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container without a password file
        return "?"


class Register:
    """The authorities of one store, and what they allow. Each method is one transaction; raises StoreError as the store does."""

    def __init__(self, store: Store, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC), who: str = "") -> None:
        self._store = store
        self.clock = clock
        self.who = who or operator()
        self.consent = Consent(store, clock, self.who)

    def authorities(
        self, tag: str = "", departement: str = "", epci: str = "", kind: Kind | None = None
    ) -> tuple[Authority, ...]:
        """All that fulfil what is said, by name; `epci` is a SIREN or a name."""
        conditions: list[ColumnElement[bool]] = []
        if tag:
            conditions.append(authorities.c.id.in_(select(tags.c.authority).where(tags.c.tag == tag.lower())))
        if departement:
            conditions.append(authorities.c.departement == departement.upper())
        if kind is not None:
            conditions.append(authorities.c.kind == kind.value)
        with self._store.read() as connection:
            found = rows.load(connection, *conditions)
        if not epci:
            return found
        return tuple(each for each in found if epci == each.epci_siren or fold(epci) == fold(each.epci_name))

    def authority(self, key: str) -> Authority:
        """By SIREN, domain, INSEE code or name. Raises RegisterError (unknown, ambiguous)."""
        with self._store.read() as connection:
            found = _by_code(connection, key.strip()) or _by_domain(connection, key)
            found = found or rows.load(connection, authorities.c.folded == fold(key))
        if not found:
            raise RegisterError("unknown", typed=key[:80])
        if len(found) > 1:
            places = ", ".join(_told_apart(each) for each in found[:6])
            raise RegisterError("ambiguous", typed=key[:80], places=places)
        return found[0]

    def owner_of(self, domain: str) -> Authority | None:
        """Whose domain it is, or below whose it lies."""
        with self._store.read() as connection:
            return _owner(connection, domain)

    def save(self, authority: Authority, what: str = "") -> Authority:
        """Keep one authority as it is now. Raises RegisterError as `save_all`."""
        return self.save_all((authority,), what)[0]

    def save_all(self, changed: Iterable[Authority], what: str = "") -> tuple[Authority, ...]:
        """Keep them all, or none. Raises RegisterError (taken, never_town, siren_taken)."""
        saved = []
        with self._store.write() as connection:
            for authority in changed:
                _may_own(connection, authority)
                try:
                    number = rows.store(connection, authority)
                except IntegrityError as error:
                    raise RegisterError("siren_taken", name=authority.name, siren=authority.siren) from error
                doing = what or ("authority.add" if authority.id is None else "authority.edit")
                audit.write(connection, self.clock(), self.who, doing, authority=number)
                saved.append(replace(rows.in_order(authority), id=number))
        return tuple(saved)

    def erase(self, key: str) -> None:
        """Nothing of the authority remains but lines of the log that name it no more. Raises RegisterError."""
        number = self.authority(key).id
        if number is None:
            raise RegisterError("unknown", typed=key)
        with self._store.write() as connection:
            connection.execute(delete(authorities).where(authorities.c.id == number))
            audit.forget_names(connection, number)
            audit.write(connection, self.clock(), self.who, "authority.erase", authority=number)
        self._store.leave_no_trace()

    def mandate_for(self, domain: str, on: date) -> Mandate | None:
        """What opens the active level on that day; None where nothing does."""
        row = self.mandate_row(domain, on)
        return row.as_mandate() if row else None

    def add_mandate(self, key: str, mandate: MandateRow, policy: AddressPolicy | None = None) -> MandateRow:
        """Keep a signed mandate of an authority. Raises RegisterError where it could not be its own to give.

        `policy` says which addresses the door of this installation lets through; public ones, where nothing is said.
        """
        owner = self.authority(key)
        fit = checked_mandate(mandate, owner, policy or AddressPolicy())
        return replace(fit, id=self.consent.add_mandate(fit.authority, fit))

    def add_waiver(self, waiver: Waiver) -> Waiver:
        """Keep a waiver. Raises RegisterError where a rule of waivers is not kept, or nobody owns the domain."""
        owner = self.owner_of(waiver.domain)
        if owner is None or owner.id is None:
            raise RegisterError("unknown", typed=waiver.domain)
        checked_waiver(waiver)
        return replace(waiver, id=self.consent.add_waiver(owner.id, waiver))

    def mandate_row(self, domain: str, on: date) -> MandateRow | None:
        """The mandate behind `mandate_for`, for the log."""
        return self.consent.mandate_row(domain, on)

    def opt_outs(self, on: date) -> tuple[OptOut, ...]:
        """As the door takes them, for `network.opt_out`."""
        return self.consent.opt_outs(on)

    def waivers(self, domain: str, on: date) -> tuple[Waiver, ...]:
        """Those in force on that day."""
        return tuple(waiver for waiver in self.waivers_of(domain) if waiver.in_force(on))

    def waivers_of(self, domain: str) -> tuple[Waiver, ...]:
        """All that were ever recorded for a domain, ended ones too: what `apply_waivers` takes."""
        return self.consent.waivers(domain)

    def town(self, domain: str) -> Town:
        """How the owner of a domain is addressed; an empty Town where nobody is known."""
        owner = self.owner_of(domain)
        return owner.town() if owner else Town()

    def declared(self, domain: str) -> Mapping[str, bool]:
        """The declared criteria of the RPNT, as far as they are known."""
        owner = self.owner_of(domain)
        return declared(owner) if owner else {}

    def audit(self, who: str, what: str, *, about: str = "", mandate: MandateRow | None = None) -> None:
        """One more line: who did what (`scan`, `campaign.approve`…) about which domain, under which mandate."""
        with self._store.write() as connection:
            owner = _owner(connection, about) if about else None
            number, document = (mandate.id, mandate.document) if mandate else (None, "")
            audit.write(
                connection, self.clock(), who, what,
                authority=owner.id if owner else None, about=about, mandate=number, document=document,
            )  # fmt: skip

    def last_done(self, what: str) -> datetime | None:
        """When a line of the log last said so."""
        with self._store.read() as connection:
            return audit.last(connection, what)

    def audit_log(self, authority: int | None = None, limit: int = 1_000) -> tuple[AuditLine, ...]:
        """The latest lines, the newest first."""
        with self._store.read() as connection:
            return audit.lines(connection, authority, limit)


def _may_own(connection: Connection, authority: Authority) -> None:
    """A domain is one authority's, and never a provider's."""
    names = [domain.name for domain in authority.domains]
    for name in names:
        if (kind := stranger(name)) is not None:
            raise RegisterError(f"never_town_{kind}", name=authority.name, domain=name)
    taken = select(domains.c.name, authorities.c.name.label("owner")).join(authorities, authorities.c.id == domains.c.authority)
    for part in rows.chunks(names):
        row = connection.execute(taken.where(domains.c.name.in_(part), domains.c.authority != (authority.id or 0))).first()
        if row is not None:
            raise RegisterError("taken", name=authority.name, domain=row.name, owner=row.owner)


def _by_code(connection: Connection, key: str) -> tuple[Authority, ...]:
    code = key.replace(" ", "").upper()
    if len(code) == 9 and code.isdigit():
        return rows.load(connection, authorities.c.siren == code)
    if len(code) == 5 and (code.isdigit() or code.startswith(("2A", "2B"))):
        return rows.load(connection, authorities.c.insee == code)
    return ()


def _told_apart(authority: Authority) -> str:
    """Codes, place and first domain: what tells it from others of its name."""
    first = next((str(shown_name(domain.name)) for domain in authority.domains), "")
    place = "" if authority.insee else authority.departement
    return " ".join(part for part in (authority.siren, authority.insee, place, first) if part) or str(authority.id)


def _by_domain(connection: Connection, key: str) -> tuple[Authority, ...]:
    try:
        name = read_domain(key).ascii
    except NotADomain:
        return ()
    owner = _owner(connection, name)
    return (owner,) if owner else ()


def _owner(connection: Connection, domain: str) -> Authority | None:
    """The nearest name above that is somebody's."""
    names = list(upward(domain))
    found = {row.name: row.authority for row in connection.execute(select(domains).where(domains.c.name.in_(names)))}
    number = next((found[name] for name in names if name in found), None)
    return rows.load(connection, authorities.c.id == number)[0] if number is not None else None
