"""Web addresses taken apart: what is asked, and where a redirect leads. Pure."""

from __future__ import annotations

import socket
from urllib.parse import urljoin, urlsplit

import idna

from scanner.model import Reason
from scanner.net.types import NetFailure

#: (scheme, host in A-labels or an IP literal, port)
Origin = tuple[str, str, int]


def redirect_target(url: str, location: str) -> str:
    """The absolute address of a Location header, without fragment; "" where it leads nowhere."""
    try:
        return urljoin(url, location).split("#")[0] if location else ""
    except ValueError:
        return ""


def split_url(url: str) -> tuple[Origin, str]:
    """Origin and request target of an address. Raises NetFailure(MALFORMED)."""
    try:
        parts = urlsplit(url)
        name, port = parts.hostname or "", parts.port
        if not is_literal(name):
            name = idna.encode(name, uts46=True).decode("ascii") if not name.isascii() else name
    except (ValueError, UnicodeError) as error:
        raise NetFailure(Reason.MALFORMED, f"not a web address: {url[:120]!r}") from error
    if parts.scheme not in ("http", "https") or not name:
        raise NetFailure(Reason.MALFORMED, f"not a web address: {url[:120]!r}")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return (parts.scheme, name.lower().rstrip("."), port or (443 if parts.scheme == "https" else 80)), target


def is_literal(name: str) -> bool:
    """Whether a host is written as an IP address."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, name)
        except OSError:
            continue
        return True
    return False
