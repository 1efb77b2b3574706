"""Brings the two national lists over HTTPS. They are services of ours, named here, and stand outside the door of DESIGN 5.

Not tried against the real services yet: the addresses are those that their publishers document.
"""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from scanner.registry.model import Origin
from scanner.registry.tabular import MAX_BYTES

#: Where each list is; the first is a page of data.gouv.fr that names the file of today.
ADDRESSES = {
    Origin.ANCT: "https://www.data.gouv.fr/api/1/datasets/689383a2211ca2c3053d83d1/",
    Origin.SERVICE_PUBLIC: "https://api-lannuaire.service-public.fr/api/explore/v2.1/catalog/datasets/"
    "api-lannuaire-administration/exports/json?where=pivot%20like%20%22mairie%22%20or%20pivot%20like%20%22epci%22",
}
SECONDS = 300.0  # for a whole list
QUIET_SECONDS = 30.0  # without a byte
MAX_HOPS = 5


class NotFetched(Exception):
    """The list could not be had; `kind` is a key of the messages (`register.unfetched.<kind>`)."""

    def __init__(self, kind: str, address: str, detail: str = "") -> None:
        super().__init__(f"{kind}: {address} {detail}".strip())
        self.kind = kind
        self.address = address
        self.detail = detail[:200]


def fetch_list(origin: Origin, user_agent: str, address: str = "", max_bytes: int = MAX_BYTES) -> bytes:
    """The list as it is published today. Raises NotFetched, nothing else."""
    address = address or ADDRESSES[origin]
    with requests.Session() as session:
        session.trust_env = False
        session.headers["User-Agent"] = user_agent
        body = _get(session, address, max_bytes)
        if origin is Origin.ANCT:
            address = _resource(body, address)
            body = _get(session, address, max_bytes)
    return body


def _resource(body: bytes, address: str) -> str:
    """The address of the packed table among the files of the data set."""
    try:
        parsed: Any = json.loads(body)
        found = [str(each["url"]) for each in parsed["resources"] if str(each["url"]).endswith(".csv.gz")]
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise NotFetched("no_list", address, type(error).__name__) from error
    if not found:
        raise NotFetched("no_list", address)
    return urljoin(address, found[0])


def _get(session: requests.Session, address: str, max_bytes: int) -> bytes:
    """Redirects are followed by us, so that nobody's redirect body is read; one deadline for the whole exchange."""
    deadline = time.monotonic() + SECONDS
    start = urlsplit(address).scheme
    try:
        for _ in range(MAX_HOPS + 1):
            if urlsplit(address).scheme not in (start, "https"):
                raise NotFetched("downgrade", address)
            with session.get(address, stream=True, allow_redirects=False, timeout=QUIET_SECONDS) as answer:
                if answer.is_redirect:
                    address = urljoin(address, answer.headers["location"])
                    continue
                if answer.status_code != 200:
                    raise NotFetched("status", address, str(answer.status_code))
                return _body(answer, address, max_bytes, deadline)
    except (requests.RequestException, OSError, ValueError, LookupError) as error:
        raise NotFetched("network", address, type(error).__name__) from error
    raise NotFetched("hops", address)


def _body(answer: requests.Response, address: str, max_bytes: int, deadline: float) -> bytes:
    parts = bytearray()
    for part in answer.iter_content(65_536):
        parts += part
        if len(parts) > max_bytes:
            raise NotFetched("too_large", address)
        if time.monotonic() > deadline:
            raise NotFetched("slow", address)
    return bytes(parts)
