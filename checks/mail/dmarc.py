"""DMARC (RFC 9989): what receivers should do with mail that pretends to come from the town."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checks.mail.dmarc_fix import corrected, mended, rewritten, stricter, strictest
from checks.mail.dmarc_record import OBSOLETE, DmarcPolicy, chosen, is_dmarc, looks_like_dmarc, parse_dmarc, walk
from checks.mail.mx import sends_no_mail
from checks.mail.spf import Spf
from checks.references import ANSSI_HYGIENE_24_R, RECYF_MAIL_2, RFC_9989, RPNT_2_6, RPNT_2_7
from scanner.contract import check, probe
from scanner.discovery import Mx
from scanner.model import (
    Absent,
    Actor,
    Domain,
    Effort,
    Fact,
    Flaw,
    NotApplicable,
    Observation,
    Proof,
    Severity,
    Unobserved,
    Verdict,
)
from scanner.net import Net

MAX_TEXT = 2_000  # characters kept of a record


@dataclass(frozen=True, slots=True)
class Dmarc(Observation):
    """What stands at `_dmarc` of the domain (`own`: records and near misses) and the record in force.

    `owner` is the name whose `record` applies, the domain itself or a parent; both are "" where none does.
    """

    own: tuple[str, ...]
    owner: str = ""
    record: str = ""


@probe(seconds=15)
async def dmarc(domain: Domain, net: Net) -> Dmarc | Absent:
    """Ask the domain, then its parents up to the top: at most 8 questions, one where the domain has a record."""
    own: tuple[str, ...] = ()
    found: list[tuple[str, str]] = []
    first: Absent | None = None
    for name in walk(domain.name):
        answer = await net.dns.lookup(f"_dmarc.{name}", "TXT")
        texts = () if isinstance(answer, Absent) else answer.texts
        records = [text[:MAX_TEXT] for text in texts if is_dmarc(text)]
        if name == domain.name:
            first = answer if isinstance(answer, Absent) else Absent(Proof.NONE)
            own = (*records, *(text[:MAX_TEXT] for text in texts if looks_like_dmarc(text)))[:5]
        if len(records) == 1:  # several records at one name are all discarded
            if name == domain.name:
                return Dmarc(own, name, records[0])
            found.append((name, records[0]))
            if parse_dmarc(records[0]).psd != "u":
                break
    owner, record = chosen(tuple(found))
    return Dmarc(own, owner, record) if own or owner else first or Absent(Proof.NONE)


@check(
    "mail.dmarc-missing", severity=Severity.HIGH, references=(RFC_9989, ANSSI_HYGIENE_24_R, RECYF_MAIL_2, RPNT_2_6),
    actor=Actor.DNS_HOST, effort=Effort.MINUTES, variants=("unused",),
)  # fmt: skip
def dmarc_missing(
    domain: Domain, dmarc: Dmarc | Absent, mx: Mx | Absent | Unobserved, spf: Spf | Absent | Unobserved
) -> Iterator[Verdict]:
    """Nothing says what to do with mail that pretends to come from the domain."""
    if isinstance(dmarc, Absent):
        unused = not isinstance(mx, Unobserved) and not isinstance(spf, Unobserved) and sends_no_mail(mx, spf)
        yield Flaw(evidence=(dmarc.detail,) if dmarc.detail else (), variant="unused" if unused else "")
    elif not dmarc.owner:
        yield NotApplicable("a record stands there and is ignored; see mail.dmarc-invalid")


@check(
    "mail.dmarc-invalid", severity=Severity.MEDIUM, references=(RFC_9989, ANSSI_HYGIENE_24_R, RPNT_2_6),
    actor=Actor.DNS_HOST, effort=Effort.MINUTES, variants=("several", "version"),
)  # fmt: skip
def dmarc_invalid(domain: Domain, dmarc: Dmarc) -> Iterator[Verdict]:
    """A record is published that receivers ignore, in whole or in part."""
    records = tuple(text for text in dmarc.own if is_dmarc(text))
    evidence = tuple(text[:500] for text in dmarc.own)
    if len(records) > 1:
        yield Flaw({"count": len(records), "fixed": strictest(records)}, evidence=evidence, variant="several")
    elif dmarc.own and not records:
        yield Flaw({"record": dmarc.own[0][:300], "fixed": mended(dmarc.own[0])}, evidence=evidence, variant="version")
    if dmarc.owner:
        policy = parse_dmarc(dmarc.record)
        if policy.bad:
            facts = _facts(dmarc, corrected(dmarc.record))
            facts["tags"] = policy.bad
            ignored = policy.requested(dmarc.owner != domain.name) is None or not {"p", "sp", "np"}.isdisjoint(policy.bad)
            yield Flaw(facts, severity=None if ignored else Severity.LOW, evidence=(dmarc.record[:500],))


@check(
    "mail.dmarc-none", severity=Severity.MEDIUM, references=(RFC_9989, ANSSI_HYGIENE_24_R, RPNT_2_7),
    actor=Actor.DNS_HOST, effort=Effort.PROJECT, variants=("testing", "subdomains", "existing", "invented"),
)  # fmt: skip
def dmarc_none(domain: Domain, dmarc: Dmarc) -> Iterator[Verdict]:
    """Mail that pretends to come from the domain, or from a name below it, is watched, not stopped."""
    policy, inherited = parse_dmarc(dmarc.record), dmarc.owner != domain.name
    effective = policy.effective(inherited) if dmarc.owner else None
    evidence = (dmarc.record[:500],)
    if effective is None:
        yield NotApplicable("receivers do not apply this record; see mail.dmarc-invalid")
    elif effective == "none" and policy.requested(inherited) == "none":
        # over a parent's record the town can only publish one of its own
        fixed = f"v=DMARC1; p=quarantine; rua=mailto:dmarc@{domain.name}" if inherited else stricter(dmarc.record)
        yield Flaw(_facts(dmarc, fixed), evidence=evidence)
    elif effective == "none":
        yield Flaw(_facts(dmarc, rewritten(dmarc.record, drop=("t", *OBSOLETE))), evidence=evidence, variant="testing")
    elif variant := _open_below(policy, inherited):
        lax = tuple(name for name in ("sp", "np") if getattr(policy, name) == "none")
        fixed = rewritten(dmarc.record, drop=(*lax, *OBSOLETE))
        yield Flaw(_facts(dmarc, fixed), severity=Severity.LOW, evidence=evidence, variant=variant)


def _open_below(policy: DmarcPolicy, inherited: bool) -> str:
    """Which names below stay open where the domain itself is protected, as a variant; "" where none does."""
    existing = not inherited and policy.requested(inherited=True) == "none"
    invented = policy.for_invented == "none"
    return "subdomains" if existing and invented else "existing" if existing else "invented" if invented else ""


def _facts(dmarc: Dmarc, fixed: str) -> dict[str, Fact]:
    """The record in force, and the one to publish instead."""
    return {"owner": dmarc.owner, "record": dmarc.record[:300], "fixed": fixed}


@check(
    "mail.dmarc-obsolete", severity=Severity.INFO, references=(RFC_9989,),
    actor=Actor.DNS_HOST, effort=Effort.MINUTES,
)  # fmt: skip
def dmarc_obsolete(domain: Domain, dmarc: Dmarc) -> Iterator[Verdict]:
    """The record holds tags that RFC 9989 removed (`pct`, `rf`, `ri`)."""
    tags = parse_dmarc(dmarc.record).obsolete if dmarc.owner else ()
    if tags:
        facts = _facts(dmarc, rewritten(dmarc.record, drop=OBSOLETE))
        yield Flaw({**facts, "tags": tags}, evidence=(dmarc.record[:500],))
    elif not dmarc.owner:
        yield NotApplicable("no DMARC record is in force")
