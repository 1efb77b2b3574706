"""What authorities allow, refuse and accept: mandates, opt-outs, waivers. Rows of the store; the rules are in `rules.py`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, delete, insert, or_, select, update

from scanner.dossier import WaiverKind
from scanner.model import Level
from scanner.registry import audit
from scanner.registry.issues import RegisterError
from scanner.registry.model import MandateRow, Waiver
from scanner.registry.never_town import upward
from scanner.settings import OptOut
from scanner.store.engine import Store
from scanner.store.register_tables import authorities, domains, mandate_domains, mandates, opt_outs, waivers


class Consent:
    """The mandates, opt-outs and waivers of one store."""

    def __init__(self, store: Store, clock: Callable[[], datetime], who: str) -> None:
        self._store = store
        self._clock = clock
        self._who = who

    def add_mandate(self, authority: int, mandate: MandateRow) -> int:
        """Keep a signed mandate; its number."""
        values = {
            "authority": authority,
            "signatory": mandate.signatory,
            "addresses": " ".join(mandate.addresses),
            "exclusions": " ".join(mandate.exclusions),
            "levels": " ".join(sorted(level.name.lower() for level in mandate.levels)),
            "valid_from": mandate.valid_from,
            "valid_until": mandate.valid_until,
            "document": mandate.document,
        }
        with self._store.write() as connection:
            number: int = connection.execute(insert(mandates).values(values).returning(mandates.c.id)).scalar_one()
            connection.execute(insert(mandate_domains), [{"mandate": number, "domain": name} for name in mandate.domains])
            audit.write(
                connection, self._clock(), self._who, "mandate.add",
                authority=authority, mandate=number, document=mandate.document,
            )  # fmt: skip
        return number

    def revoke(self, number: int) -> bool:
        """End a mandate now; false where there is none, or it was revoked before."""
        with self._store.write() as connection:
            ours = and_(mandates.c.id == number, mandates.c.revoked.is_(None))
            done = connection.execute(update(mandates).where(ours).values(revoked=self._clock())).rowcount
            if done:
                row = connection.execute(select(mandates).where(mandates.c.id == number)).one()
                audit.write(
                    connection, self._clock(), self._who, "mandate.revoke",
                    authority=row.authority, mandate=number, document=row.document,
                )  # fmt: skip
        return bool(done)

    def mandates(self, authority: int | None = None) -> tuple[MandateRow, ...]:
        """All of them, or those of one authority, the newest first."""
        chosen = _MANDATES if authority is None else _MANDATES.where(mandates.c.authority == authority)
        return self._mandates(chosen.order_by(mandates.c.valid_from.desc(), mandates.c.id.desc()))

    def mandate_row(self, domain: str, on: date) -> MandateRow | None:
        """The newest in force for a domain; only the one who owns the domain today can have given it."""
        names = list(upward(domain))
        with self._store.read() as connection:
            owned = {row.name: row.authority for row in connection.execute(select(domains).where(domains.c.name.in_(names)))}
        owner = next((owned[name] for name in names if name in owned), None)
        if owner is None:
            return None
        named = select(mandate_domains.c.mandate).where(mandate_domains.c.domain.in_(names))
        chosen = _MANDATES.where(mandates.c.authority == owner, mandates.c.id.in_(named))
        found = self._mandates(chosen.order_by(mandates.c.valid_from.desc(), mandates.c.id.desc()))
        return next((row for row in found if row.in_force(on)), None)

    def _mandates(self, chosen: Any) -> tuple[MandateRow, ...]:
        with self._store.read() as connection:
            found = connection.execute(chosen).all()
            named: dict[int, list[str]] = {row.id: [] for row in found}
            every = select(mandate_domains).where(mandate_domains.c.mandate.in_(list(named))).order_by(mandate_domains.c.domain)
            for row in connection.execute(every):
                named[row.mandate].append(row.domain)
        return tuple(_mandate(row, tuple(named[row.id])) for row in found)

    def opt_out(self, domain: str, until: date | None, reason: str) -> None:
        """From now on nobody looks at this domain, nor at what is below it; a second word may only make the first longer.

        Raises RegisterError (optout_past, optout_shorter): only `end_opt_out` lifts or shortens a refusal.
        """
        today = self._clock().date()
        if until is not None and until < today:
            raise RegisterError("optout_past", domain=domain)
        with self._store.write() as connection:
            held = connection.execute(select(opt_outs).where(opt_outs.c.domain == domain)).one_or_none()
            if held is not None and _holds(held, today) and _is_shorter(until, held.until):
                raise RegisterError("optout_shorter" if held.until else "optout_for_ever", domain=domain, until=held.until or "")
            connection.execute(delete(opt_outs).where(opt_outs.c.domain == domain))
            values = {"domain": domain, "until": until, "reason": reason, "recorded": self._clock()}
            connection.execute(insert(opt_outs).values(values))
            audit.write(connection, self._clock(), self._who, "optout.add", about=domain)

    def end_opt_out(self, domain: str) -> bool:
        """The domain may be looked at again, and the log says who decided so; false where no refusal holds."""
        with self._store.write() as connection:
            held = connection.execute(select(opt_outs).where(opt_outs.c.domain == domain)).one_or_none()
            if held is None or not _holds(held, self._clock().date()):
                return False
            connection.execute(delete(opt_outs).where(opt_outs.c.domain == domain))
            audit.write(connection, self._clock(), self._who, "optout.remove", about=domain)
        return True

    def opt_outs(self, on: date) -> tuple[OptOut, ...]:
        """Those that still hold on that day."""
        chosen = select(opt_outs).where(or_(opt_outs.c.until.is_(None), opt_outs.c.until >= on)).order_by(opt_outs.c.domain)
        with self._store.read() as connection:
            return tuple(OptOut(domain=row.domain, until=row.until) for row in connection.execute(chosen))

    def add_waiver(self, authority: int, waiver: Waiver) -> int:
        """Keep a waiver; its number."""
        values = {
            "authority": authority, "domain": waiver.domain, "check": waiver.check, "subject": waiver.subject,
            "kind": waiver.kind.value, "reason": waiver.reason, "author": waiver.author,
            "valid_from": waiver.valid_from, "valid_until": waiver.valid_until,
        }  # fmt: skip
        with self._store.write() as connection:
            number: int = connection.execute(insert(waivers).values(values).returning(waivers.c.id)).scalar_one()
            audit.write(connection, self._clock(), self._who, "waiver.add", authority=authority, about=waiver.domain)
        return number

    def end_waiver(self, number: int, on: date) -> bool:
        """It counts no more from that day on; false where there is none, or it had ended."""
        with self._store.write() as connection:
            ours = and_(waivers.c.id == number, waivers.c.ended.is_(None))
            done = connection.execute(update(waivers).where(ours).values(ended=on)).rowcount
            if done:
                row = connection.execute(select(waivers).where(waivers.c.id == number)).one()
                audit.write(connection, self._clock(), self._who, "waiver.end", authority=row.authority, about=row.domain)
        return bool(done)

    def waivers(self, domain: str = "") -> tuple[Waiver, ...]:
        """Those of one domain, or all, the oldest first."""
        chosen = select(waivers).order_by(waivers.c.id)
        if domain:
            chosen = chosen.where(waivers.c.domain == domain)
        with self._store.read() as connection:
            return tuple(_waiver(row) for row in connection.execute(chosen))


_MANDATES = select(mandates, authorities.c.name.label("authority_name")).join(
    authorities, authorities.c.id == mandates.c.authority
)


def _holds(row: Row[Any], on: date) -> bool:
    return row.until is None or row.until >= on


def _is_shorter(until: date | None, held: date | None) -> bool:
    return until is not None and (held is None or until < held)


def _mandate(row: Row[Any], names: tuple[str, ...]) -> MandateRow:
    return MandateRow(
        signatory=row.signatory,
        domains=names,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        addresses=tuple(row.addresses.split()),
        exclusions=tuple(row.exclusions.split()),
        levels=frozenset(Level[name.upper()] for name in row.levels.split()),
        document=row.document,
        authority=row.authority,
        authority_name=row.authority_name,
        revoked=row.revoked,
        id=row.id,
    )


def _waiver(row: Row[Any]) -> Waiver:
    return Waiver(
        domain=row.domain,
        check=row.check,
        kind=WaiverKind(row.kind),
        reason=row.reason,
        author=row.author,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        subject=row.subject,
        ended=row.ended,
        id=row.id,
    )
