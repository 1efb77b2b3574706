"""Hands an alert to a service of ours over HTTP: signed, tried again while that may help, never following anybody elsewhere.

The receiver recomputes HMAC-SHA-256 over `timestamp.body` with the shared secret, and drops a delivery id that it knows.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

import requests

from scanner.settings.correspondence import WebhookSettings

PAUSES = (1.0, 4.0, 15.0)  # seconds between two tries
_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})


class Taken(Enum):
    """What the service made of it. Its value is a key of the messages (`alerts.webhook_<value>`)."""

    YES = "yes"
    NO = "no"  # refused for good, as far as this alert goes
    LATER = "later"  # out of reach: the next run tries again


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` is 0 where no answer came, and `detail` says why."""

    taken: Taken
    status: int
    detail: str = ""


class Webhook:
    """One service of the settings. Nothing is raised: whatever happens is an answer."""

    def __init__(
        self,
        settings: WebhookSettings,
        user_agent: str,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._agent = user_agent
        self._sleep = sleep
        self._clock = clock

    def post(self, delivery: str, content: Mapping[str, object]) -> Answer:
        """Hand it over, at most once for each pause and once more. `delivery` is the same for every try of one alert."""
        body = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
        answer = self._once(delivery, body)
        for pause in PAUSES:
            if answer.taken is not Taken.LATER:
                break
            self._sleep(pause)
            answer = self._once(delivery, body)
        return answer

    def _once(self, delivery: str, body: bytes) -> Answer:
        stamp = str(int(self._clock()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": self._agent,
            "X-Beffroi-Delivery": delivery,
            "X-Beffroi-Timestamp": stamp,
            "X-Beffroi-Signature": f"sha256={signature(self._settings.key(), stamp, body)}",
        }
        try:
            with requests.Session() as session:
                session.trust_env = False
                # The answer's body is of no use to us, so it is never read: it cannot be too long, nor too slow.
                with session.post(
                    self._settings.url,
                    data=body,
                    headers=headers,
                    timeout=self._settings.seconds,
                    stream=True,
                    allow_redirects=False,
                ) as response:
                    status = response.status_code
        except (requests.RequestException, OSError, ValueError) as error:
            return Answer(Taken.LATER, 0, type(error).__name__)
        if 200 <= status < 300:
            return Answer(Taken.YES, status)
        return Answer(Taken.LATER if status in _LATER else Taken.NO, status)


def signature(key: bytes, timestamp: str, body: bytes) -> str:
    """HMAC-SHA-256 over the timestamp, a full stop and the body, in hexadecimal."""
    return hmac.new(key, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
