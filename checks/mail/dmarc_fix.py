"""The DMARC record to publish, made from the one that was seen: a town keeps its settings (RFC 9989 4.7); pure, never raises."""

from __future__ import annotations

import re
from collections.abc import Mapping

from checks.mail.dmarc_record import OBSOLETE, POLICIES, parse_dmarc
from checks.mail.zone_text import between_quotes, plain

_VERSION = re.compile(r"(?:v\s*=?\s*)?dmarc\d*", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s@,;:]+@[^\s@,;:]+")


def rewritten(record: str, changes: Mapping[str, str] | None = None, drop: tuple[str, ...] = ()) -> str:
    """The record with other values and without some tags, in its own order; a new `p` stands just behind the version."""
    wanted = {} if changes is None else dict(changes)
    kept: list[str] = []
    for part in filter(str.strip, plain(record).split(";")):
        name = part.partition("=")[0].strip().lower()
        if name not in drop:
            kept.append(f"{name}={wanted.pop(name)}" if name in wanted else part.strip())
    kept[1:1] = [f"{name}={value}" for name, value in wanted.items()]
    return between_quotes("; ".join(kept))


def stricter(record: str) -> str:
    """The next step of a record that only watches: `p=quarantine`, and neither a test nor tags that are not valid."""
    policy = parse_dmarc(record)
    unread = tuple(name for name in ("sp", "np") if getattr(policy, name) == "?")
    return rewritten(record, {"p": "quarantine"}, (*OBSOLETE, "t", *unread))


def corrected(record: str) -> str:
    """The record without what a receiver can't read: `p=none` where there is no valid p, `mailto:` before bare addresses."""
    tags: dict[str, str] = {}
    for part in filter(str.strip, plain(record).split(";")):
        name, equals, value = part.partition("=")
        if equals:
            tags.setdefault(name.strip().lower(), value.strip())
    for name in parse_dmarc(_joined(tags)).bad:
        if name in ("rua", "ruf") and (uris := _as_uris(tags.get(name, ""))):
            tags[name] = uris
        else:
            tags.pop(name, None)
    policy = tags.pop("p") if tags.get("p", "").lower() in POLICIES else "none"
    return between_quotes(_joined({"v": "DMARC1", "p": policy, **{name: tags[name] for name in tags if name not in ("v", "p")}}))


def _joined(tags: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in tags.items())


def mended(text: str) -> str:
    """A record out of a text that misses the exact beginning."""
    rest = _VERSION.sub("", text.replace('"', " ").replace("'", " "), count=1).strip(" \t;,=")
    return corrected(f"v=DMARC1; {rest}")


def strictest(records: tuple[str, ...]) -> str:
    """Of several records, the one to keep: that with the strictest policy, the first of equals."""
    return between_quotes(max(records, key=_rank))


def _rank(record: str) -> int:
    asked = parse_dmarc(record).requested(inherited=False)
    return POLICIES.index(asked) if asked else -1


def _as_uris(value: str) -> str:
    """The addresses of a list as `mailto:` URIs, those that are none left out."""
    return ",".join(f"mailto:{part.strip()}" for part in value.split(",") if _ADDRESS.fullmatch(part.strip()))
