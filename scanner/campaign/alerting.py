"""Alerts on their way: kept once, mailed in one message a run, handed to the webhook one by one (docs/correspondance.md).

A row is written before anything leaves. A kill between two steps repeats the step, under the same identity.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, select, update

from scanner.advice import LANGUAGES
from scanner.campaign.alerts import Alert, AlertKind, alerts, critical
from scanner.campaign.short_mails import ShortMail
from scanner.campaign.webhook import Answer, Taken, Webhook
from scanner.catalogue import Catalogue
from scanner.delivery.message import Occasion, written
from scanner.delivery.outbox import Outbox
from scanner.delivery.rows import Dispatch
from scanner.history import History
from scanner.registry import Register
from scanner.report.titles import finding_title
from scanner.report.values import Worded, day, visible
from scanner.report.words import words
from scanner.result import ScanResult
from scanner.settings import Settings
from scanner.store.engine import Store
from scanner.store.followup_tables import alerts as table

STALE = timedelta(hours=24)  # what a scan saw of a certificate is looked at again after that
GIVEN_UP = timedelta(days=3)  # nobody is told of what is older
MOST_LISTED = 60  # alerts in one mail
CAMPAIGN = "alerts"  # as the outbox names them


@dataclass(frozen=True, slots=True)
class Kept:
    """One alert of the store."""

    id: int
    alert: Alert
    moment: datetime
    batch: str
    mailed: bool
    posted: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What the results give cause for and nobody was told of; of the domains in `stale` the certificate may be another by now."""

    alerts: tuple[Alert, ...]
    stale: tuple[str, ...]


class AlertDesk:
    """The alerts of one store."""

    def __init__(self, store: Store, register: Register, catalogue: Catalogue, settings: Settings) -> None:
        self._store = store
        self._register = register
        self._catalogue = catalogue
        self._settings = settings
        self._history = History(store, catalogue)

    def search(self, domains: Iterable[str]) -> Found:
        """Hold the two newest results of each domain against each other and the time."""
        now, days = self._register.clock(), self._settings.correspondence.alert_days
        found: list[Alert] = []
        stale: list[str] = []
        for domain in domains:
            after = self._history.latest(domain)
            if after is None:
                continue
            before = self._history.before(domain, after.started_at)
            new = tuple(self._titled(alert, after) for alert in self.new(alerts(before, after, now, days)))
            if now - after.started_at > STALE and any(alert.kind is AlertKind.CERTIFICATE for alert in new):
                stale.append(domain)
                new = tuple(alert for alert in new if alert.kind is not AlertKind.CERTIFICATE)
            found += new
        return Found(tuple(found), tuple(stale))

    def new(self, found: Iterable[Alert]) -> tuple[Alert, ...]:
        """Those of which nobody was told."""
        found = tuple(found)
        chosen = select(table.c.kind, table.c.domain, table.c.key)
        with self._store.read() as connection:
            known = {
                tuple(row)
                for domain in {alert.domain for alert in found}
                for row in connection.execute(chosen.where(table.c.domain == domain))
            }
        return tuple(alert for alert in found if (alert.kind.value, alert.domain, alert.key) not in known)

    def keep(self, found: Iterable[Alert]) -> tuple[Kept, ...]:
        """From now on they are told once; those that were known before are left out."""
        fresh = self.new({(alert.kind, alert.domain, alert.key): alert for alert in found}.values())
        if not fresh:
            return ()
        now = self._register.clock()
        seed = "\n".join(f"{alert.kind} {alert.domain} {alert.key}" for alert in fresh)
        batch = hashlib.sha256(seed.encode()).hexdigest()[:16]
        owners = {alert.domain: self._register.owner_of(alert.domain) for alert in fresh}
        rows = [
            {
                "kind": alert.kind, "domain": alert.domain, "key": alert.key, "day": now.date(), "batch": batch,
                "authority": owner.id if (owner := owners[alert.domain]) else None, "content": _packed(alert, now),
            }
            for alert in fresh
        ]  # fmt: skip
        with self._store.write() as connection:
            connection.execute(insert(table), rows)
        return self._read(table.c.batch == batch)

    def recent(self, since: datetime) -> tuple[Kept, ...]:
        """The alerts of the last days, the oldest first."""
        return self._read(table.c.day >= since.date())

    def mail(self, outbox: Outbox, lang: str) -> int:
        """One mail a batch to each of the people of the settings, into the outbox; how many. Raises ValueError as `written`."""
        now = self._register.clock()
        batches: dict[str, list[Kept]] = {}
        for kept in self.recent(now - GIVEN_UP):
            if not kept.mailed and self._settings.correspondence.alert_to:
                batches.setdefault(kept.batch, []).append(kept)
        for batch, members in batches.items():
            for to in self._settings.correspondence.alert_to:
                dispatch = Dispatch(CAMPAIGN, batch, to, ("alert",))
                sender = self._settings.sender.sender()
                cover = self._letter(members, lang).cover(sender, lang)
                occasion = Occasion(CAMPAIGN, now, lang)
                outbox.enqueue(
                    dispatch, written(cover, (CAMPAIGN, batch, to.casefold()), sender.name, to, self._settings.mail, occasion)
                )
            self._mark(table.c.batch == batch, mailed=now)
        return len(batches) * len(self._settings.correspondence.alert_to)

    def post(self, webhook: Webhook, lang: str) -> Iterator[tuple[Kept, Answer]]:
        """Each alert that the webhook has not taken; one that is out of reach ends the run, since the others would wait, too."""
        for kept in self.recent(self._register.clock() - GIVEN_UP):
            if kept.posted:
                continue
            answer = webhook.post(f"beffroi-{kept.batch}-{kept.id}", self.payload(kept, lang))
            if answer.taken is Taken.YES:
                self._mark(table.c.id == kept.id, posted=self._register.clock())
            yield kept, answer
            if answer.taken is Taken.LATER:
                return

    def title(self, alert: Alert, lang: str) -> str:
        """One line; of a finding its title alone."""
        say, now = words(lang), self._register.clock()
        if alert.kind is AlertKind.EXPOSURE:
            return dict(alert.titles).get(lang) or visible(alert.check, 120)
        if alert.kind is AlertKind.GRADE:
            return say("alerts.grade", before=alert.before, after=alert.after)
        ends = alert.ends or now
        names = Worded(visible(", ".join(alert.names), 260))
        return say("alerts.ended" if ends <= now else "alerts.ends", names=names, day=day(ends, lang))

    def payload(self, kept: Kept, lang: str) -> dict[str, object]:
        """What the webhook receives: the title, and what lies behind it only where the settings say so."""
        alert = kept.alert
        owner = self._register.owner_of(alert.domain)
        content: dict[str, object] = {
            "version": "1",
            "id": kept.id,
            "kind": alert.kind.value,
            "domain": alert.domain,
            "authority": owner.name if owner else "",
            "title": self.title(alert, lang),
            "moment": kept.moment.isoformat(),
        }
        hook = self._settings.correspondence.webhook
        if hook is not None and hook.details:
            content["details"] = {
                name: value for name, value in _plain(alert).items() if name not in ("kind", "domain", "titles") and value
            }
        return content

    def _titled(self, alert: Alert, result: ScanResult) -> Alert:
        """With the title of its finding, as it is now: the result may be gone when somebody reads it."""
        found = ((outcome, critical(outcome)) for outcome in result.outcomes if outcome.check == alert.check)
        for outcome, finding in found:
            if finding is not None:
                said = ((lang, finding_title(outcome, finding, result.domain, self._catalogue, lang)) for lang in LANGUAGES)
                return replace(alert, titles=tuple(said))
        return alert

    def _letter(self, members: list[Kept], lang: str) -> ShortMail:
        say = words(lang)
        lines = [
            say("alerts.line", domain=visible(kept.alert.domain, 260), title=Worded(self.title(kept.alert, lang)))
            for kept in members[:MOST_LISTED]
        ]
        more = len(members) - len(lines)
        return ShortMail(
            subject=say("alerts.subject", n=len(members)),
            title=say("alerts.title", n=len(members)),
            examined=say("alerts.of", day=day(members[0].moment, lang)),
            greeting=say("mail.greeting"),
            paragraphs=(*lines, *([say("alerts.more", n=more)] if more else []), say("alerts.next")),
            sensitive=True,
        )

    def _mark(self, condition: Any, **values: datetime) -> None:
        with self._store.write() as connection:
            connection.execute(update(table).where(condition).values(**values))

    def _read(self, condition: Any) -> tuple[Kept, ...]:
        with self._store.read() as connection:
            return tuple(map(_kept, connection.execute(select(table).where(condition).order_by(table.c.id))))


def _plain(alert: Alert) -> dict[str, Any]:
    return asdict(alert) | {"ends": alert.ends.isoformat() if alert.ends else None}


def _packed(alert: Alert, now: datetime) -> str:
    return json.dumps(_plain(alert) | {"moment": now.isoformat()}, ensure_ascii=False)


def _kept(row: Row[Any]) -> Kept:
    plain: Mapping[str, Any] = json.loads(row.content)
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in plain.items() if name != "moment"
    }
    ends = datetime.fromisoformat(plain["ends"]) if plain["ends"] else None
    titles = tuple((lang, title) for lang, title in plain["titles"])
    values |= {"kind": AlertKind(plain["kind"]), "ends": ends, "titles": titles}
    alert = Alert(**values)
    return Kept(row.id, alert, datetime.fromisoformat(plain["moment"]), row.batch, row.mailed is not None, row.posted is not None)
