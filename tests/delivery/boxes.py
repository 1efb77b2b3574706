"""An outbox on a fresh store, its clock set by hand, and mails to put into it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scanner.delivery.mail import Mail
from scanner.delivery.rows import Dispatch
from scanner.store.engine import Store, open_store
from scanner.store.presence import LockedFiles


@dataclass
class Clock:
    """A clock that stands still until it is told."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 24, 9, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        """Later by so much."""
        self.now += timedelta(**time)


def dispatch(number: int = 1, campaign: str = "2026-11", documents: tuple[str, ...] = ("letter",)) -> Dispatch:
    """The letter to one town hall."""
    return Dispatch(campaign, f"ville-{number}.fr", f"mairie@ville-{number}.fr", documents)


def mail_of(sent: Dispatch) -> Mail:
    """Its mail; the Message-ID follows from what is sent."""
    identity = f"<{sent.campaign}.{sent.authority}.{'-'.join(sent.documents)}@syndicat-exemple.fr>"
    content = f"Message-ID: {identity}\r\nTo: {sent.recipient}\r\nSubject: essai\r\n\r\nBonjour.\r\n"
    return Mail(identity, "audit@syndicat-exemple.fr", sent.recipient, "essai", content.encode())


class Mortal(LockedFiles):
    """A presence whose process can be killed: the kernel closes what it held, and nobody tidies up."""

    def die(self) -> None:
        """kill -9."""
        if self._held is not None:
            os.close(self._held[1])
            self._held = None


def mortal_store(path: Path) -> tuple[Store, Mortal]:
    """One more process on the store in this file."""
    store, presence = open_store(f"sqlite:///{path}"), Mortal(path)
    store.presence = presence
    return store, presence
