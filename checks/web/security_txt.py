"""security.txt: whom to tell about a weakness of the site (RFC 9116)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from checks.references import RFC_9116
from checks.web.home import is_shielded
from scanner.contract import check, probe
from scanner.model import (
    Absent,
    Actor,
    Domain,
    Effort,
    Flaw,
    NotApplicable,
    Observation,
    Proof,
    Reason,
    Severity,
    Unobserved,
    Verdict,
)
from scanner.net import Net, NetFailure, NotTls, Refused, Response

PATH = "/.well-known/security.txt"
MAX_BODY, MAX_LINES, MAX_VALUES, MAX_VALUE = 65_536, 500, 10, 300
KNOWN = frozenset(
    {"contact", "expires", "encryption", "acknowledgments", "preferred-languages", "canonical", "policy", "hiring", "csaf"}
)
_FIELD = re.compile(r"^([A-Za-z-]{1,40})[ \t]*:[ \t]*(.*)$")
_URI = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:\S+$")


@dataclass(frozen=True, slots=True)
class SecurityTxt(Observation):
    """The file that was found. `expires` and `contacts` are the raw values, at most 10 each, cut at 300 characters."""

    url: str
    contacts: tuple[str, ...]
    expires: tuple[str, ...]


@probe(seconds=15)
async def security_txt(domain: Domain, net: Net) -> SecurityTxt | Absent | Unobserved:
    """Ask the domain itself over HTTPS; its www only where the domain does not answer."""
    first = await _look(domain.name, net)
    if isinstance(first, SecurityTxt) or (isinstance(first, Absent) and first.proof is Proof.NOT_FOUND):
        return first
    second = await _look(f"www.{domain.name}", net)
    return first if isinstance(first, Unobserved) and not isinstance(second, SecurityTxt) else second


async def _look(host: str, net: Net) -> SecurityTxt | Absent | Unobserved:
    """What one host says; the questions about its addresses were answered before, and cost nothing."""
    try:
        known = [await net.dns.lookup(host, rdtype) for rdtype in ("A", "AAAA")]
        if isinstance(known[0], Absent) and isinstance(known[1], Absent):
            return known[0]
        return read_answer(await net.http.get(f"https://{host}{PATH}", max_body=MAX_BODY))
    except (Refused, NotTls) as no:
        return no.absent()
    except NetFailure as failure:
        return failure.unobserved()


def read_answer(answer: Response) -> SecurityTxt | Absent:
    """The file, or its absence: 404, 410, or a page that is no security.txt. Raises NetFailure on anything else."""
    if answer.status in (404, 410):
        return Absent(Proof.NOT_FOUND, f"{answer.url[:200]}: HTTP {answer.status}")
    if is_shielded(answer):
        raise NetFailure(Reason.CHALLENGED, f"{answer.url[:200]}: HTTP {answer.status}")
    if answer.status != 200 or answer.stopped:
        raise NetFailure(Reason.UNDETERMINED, f"{answer.url[:200]}: HTTP {answer.status}")
    kind = next(iter(answer.all("content-type")), "").lower()
    fields = read_fields(answer.body.decode("utf-8", "replace"))
    if "html" in kind or not any(name in KNOWN for name, _ in fields):
        return Absent(Proof.NOT_FOUND, f"{answer.url[:200]}: a page that is no security.txt ({kind[:60]})")
    return SecurityTxt(answer.url[:MAX_VALUE], _values(fields, "contact"), _values(fields, "expires"))


def read_fields(text: str) -> tuple[tuple[str, str], ...]:
    """Names in lower case and values (RFC 9116 2.2 and 2.5); comments, signatures and anything else are passed over."""
    fields = []
    for line in text[:MAX_BODY].lstrip("\ufeff").splitlines()[:MAX_LINES]:
        if line.startswith("-----BEGIN PGP SIGNATURE"):
            break
        if found := _FIELD.match(line.removeprefix("- ")):
            fields.append((found[1].lower(), found[2].strip()[:MAX_VALUE]))
    return tuple(fields)


def _can_be_used(contact: str) -> bool:
    """Whether a Contact is a URI, and not one of the web in clear text (RFC 9116 2.5.3)."""
    return _URI.match(contact) is not None and not contact.lower().startswith("http:")


def _values(fields: tuple[tuple[str, str], ...], wanted: str) -> tuple[str, ...]:
    return tuple(value for name, value in fields if name == wanted)[:MAX_VALUES]


def read_expires(value: str) -> datetime | None:
    """The date of an Expires field (RFC 3339, with its offset), None where it is not one."""
    try:
        when = datetime.fromisoformat(value.strip().upper())
        return when if when.utcoffset() is not None else None
    except (ValueError, OverflowError):
        return None


def next_expires(now: datetime) -> str:
    """The Expires to propose: eleven months ahead, since RFC 9116 2.5.5 advises less than a year."""
    return (now.astimezone(UTC) + timedelta(days=334)).strftime("%Y-%m-%dT00:00:00Z")


@check("web.security-txt-missing", severity=Severity.INFO, references=(RFC_9116,), actor=Actor.WEB_HOST, effort=Effort.MINUTES)
def security_txt_missing(domain: Domain, file: SecurityTxt | Absent, now: datetime) -> Iterator[Verdict]:
    """The site answers and has no security.txt, so a finder of a weakness does not know whom to write to."""
    if isinstance(file, Absent) and file.proof is Proof.NOT_FOUND:
        yield Flaw({"until": next_expires(now)}, evidence=(file.detail[:500],))
    elif isinstance(file, Absent):
        yield NotApplicable("no site answers over HTTPS")


@check(
    "web.security-txt-invalid",
    severity=Severity.LOW,
    references=(RFC_9116,),
    actor=Actor.WEB_HOST,
    effort=Effort.MINUTES,
    variants=("expired", "contact"),
)
def security_txt_invalid(domain: Domain, file: SecurityTxt, now: datetime) -> Iterator[Verdict]:
    """The file has expired, names no reachable contact, or does not carry exactly one readable Expires."""
    raw = tuple(f"Expires: {value}" for value in file.expires)
    when = read_expires(file.expires[0]) if len(file.expires) == 1 else None
    if when is None:
        yield Flaw({"url": file.url, "until": next_expires(now)}, evidence=raw)
    elif when <= now:
        yield Flaw({"url": file.url, "ended": when, "until": next_expires(now)}, evidence=raw, variant="expired")
    if not any(_can_be_used(contact) for contact in file.contacts):
        yield Flaw({"url": file.url}, evidence=tuple(f"Contact: {value}" for value in file.contacts), variant="contact")
