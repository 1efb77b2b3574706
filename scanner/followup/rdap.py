"""Asks a registry when a domain ends (RDAP, RFC 9082 and 9083). The settings name the service, outside the door of DESIGN 5."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

MAX_BODY = 512_000  # bytes
SECONDS = 20.0  # for one answer
QUIET_SECONDS = 10.0  # without a byte
MAX_HOPS = 3
_ACCEPT = "application/rdap+json, application/json;q=0.5"


class NotTold(Exception):
    """The registry did not say; `kind` is a key of the messages (`calendar.untold.<kind>`)."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(f"{kind} {detail}".strip())
        self.kind = kind
        self.detail = detail[:200]


def base_for(domain: str, bases: Mapping[str, str]) -> str | None:
    """The service that knows a domain, by the longest ending of its name; None where the settings name none."""
    labels = domain.split(".")
    endings = (".".join(labels[start:]) for start in range(1, len(labels)))
    return next((bases[ending] for ending in endings if ending in bases), None)


def domain_end(domain: str, base: str, user_agent: str) -> datetime:
    """The moment at which the registration ends. Raises NotTold, nothing else."""
    try:
        body: Any = json.loads(_fetch(urljoin(f"{base.rstrip('/')}/", f"domain/{quote(domain, safe='')}"), user_agent))
        events = body["events"]
        dates = [str(event["eventDate"]) for event in events if event.get("eventAction") == "expiration"]
        return max(_moment(date) for date in dates)
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise NotTold("unreadable", type(error).__name__) from error


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _fetch(address: str, user_agent: str) -> bytes:
    deadline = time.monotonic() + SECONDS
    start = urlsplit(address).scheme
    try:
        with requests.Session() as session:
            session.trust_env = False
            session.headers.update({"User-Agent": user_agent, "Accept": _ACCEPT, "Accept-Encoding": "identity"})
            for _ in range(MAX_HOPS + 1):
                if urlsplit(address).scheme not in (start, "https"):
                    raise NotTold("downgrade")
                with session.get(address, stream=True, allow_redirects=False, timeout=QUIET_SECONDS) as answer:
                    if answer.is_redirect:
                        address = urljoin(address, answer.headers["location"])
                    elif answer.status_code != 200:
                        raise NotTold("status", str(answer.status_code))
                    else:
                        return _body(answer, deadline)
    except (requests.RequestException, HTTPError, OSError, ValueError, LookupError) as error:
        raise NotTold("network", type(error).__name__) from error
    raise NotTold("hops")


def _body(answer: requests.Response, deadline: float) -> bytes:
    """As it comes: a body that drips does not outlast the deadline. Nothing is inflated."""
    parts = bytearray()
    while part := answer.raw.read1(65_536, decode_content=False):
        parts += part
        if len(parts) > MAX_BODY:
            raise NotTold("too_large")
        if time.monotonic() > deadline:
            raise NotTold("slow")
    return bytes(parts)
