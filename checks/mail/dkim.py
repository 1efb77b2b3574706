"""DKIM (RFC 6376): whether keys are published that let receivers recognise the town's own mail."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from checks.mail.dkim_key import read_key
from checks.mail.mx import sends_no_mail
from checks.mail.providers import host_name, recognise
from checks.mail.spf import Spf
from checks.mail.spf_evaluation import evaluate
from checks.references import ANSSI_HYGIENE_24_R, RECYF_MAIL_2, RFC_6376, RFC_8301
from scanner.because import Because
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
    Reason,
    Severity,
    Unknown,
    Unobserved,
    Verdict,
)
from scanner.net import Net, NetFailure, Records
from scanner.suppliers.table import Entry

#: Selectors that hosting panels and mail software propose, the commonest first; the provider's own come before.
GENERIC = ("default", "dkim", "mail", "selector1", "s1", "k1", "google", "key1")
MAX_SELECTORS = 8
MAX_AFTER_NXDOMAIN = 5  # only against servers that deny empty non-terminals (RFC 8020)
MAX_TEXT = 3_000  # characters kept of a record; an RSA key of 8,192 bits takes 1,400
GOOD_BITS, LEAST_BITS = 2_048, 1_024  # RFC 8301 3.2: should, must


class DkimState(StrEnum):
    """A selector can't be listed, so a miss proves nothing; only `_domainkey` answering NXDOMAIN does."""

    FOUND = "found"
    UNKNOWN_SELECTOR = "unknown_selector"
    NONE = "none"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class DkimKey:
    """One key record, with the selector under which it stands."""

    selector: str
    record: str


@dataclass(frozen=True, slots=True)
class Dkim(Observation):
    """What `_domainkey` tells, and the keys that were found. `provider` is the recognised mail host, "" where unknown."""

    state: DkimState
    keys: tuple[DkimKey, ...] = ()
    provider: str = ""


@probe(seconds=20)
async def dkim(domain: Domain, mx: Mx | Absent | Unobserved, spf: Spf | Absent | Unobserved, net: Net) -> Dkim | Absent:
    """Ask for `_domainkey`, for a label that nobody publishes, then for likely selectors until a key is found."""
    if not isinstance(mx, Unobserved) and not isinstance(spf, Unobserved) and sends_no_mail(mx, spf):
        return Absent(Proof.NONE, "the domain says that it sends no mail")
    suppliers = _suppliers(domain, mx, spf)
    provider = host_name(suppliers)
    zone = f"_domainkey.{domain.name}"
    branch = await net.dns.lookup(zone, "TXT")
    control = await net.dns.lookup(f"{secrets.token_hex(8)}.{zone}", "TXT")
    denied = isinstance(branch, Absent) and branch.proof is Proof.NXDOMAIN
    blind = False
    for selector in _candidates(suppliers)[: MAX_AFTER_NXDOMAIN if denied else MAX_SELECTORS]:
        try:
            answer = await net.dns.lookup(f"{selector}.{zone}", "TXT")
        except NetFailure:
            blind = True
            continue
        if keys := _keys(selector, answer, control):
            return Dkim(DkimState.FOUND, keys, provider)
    if blind or not _denies(control):
        return Dkim(DkimState.UNDETERMINED, provider=provider)
    return Dkim(DkimState.NONE if denied else DkimState.UNKNOWN_SELECTOR, provider=provider)


def _denies(answer: Records | Absent) -> bool:
    return isinstance(answer, Absent) and answer.proof is Proof.NXDOMAIN


def _keys(selector: str, answer: Records | Absent, control: Records | Absent) -> tuple[DkimKey, ...]:
    """The keys of one answer, those of a wildcard left out."""
    if isinstance(answer, Absent):
        return ()
    everywhere = () if isinstance(control, Absent) else control.texts
    texts = [text[:MAX_TEXT] for text in answer.texts[:5] if text not in everywhere and read_key(text[:MAX_TEXT])]
    return tuple(DkimKey(selector, text) for text in texts[:2])


def _suppliers(domain: Domain, mx: Mx | Absent | Unobserved, spf: Spf | Absent | Unobserved) -> tuple[Entry, ...]:
    exchanges = [exchange.name for exchange in mx.exchanges] if isinstance(mx, Mx) else []
    includes = evaluate(domain.name, spf.answers).includes if isinstance(spf, Spf) else []
    return recognise(exchanges, includes)


def _candidates(suppliers: tuple[Entry, ...]) -> tuple[str, ...]:
    own = (selector for supplier in suppliers for selector in supplier.dkim_selectors)
    return tuple(dict.fromkeys((*own, *GENERIC)))


@check(
    "mail.dkim-missing", severity=Severity.MEDIUM, references=(RFC_6376, ANSSI_HYGIENE_24_R, RECYF_MAIL_2),
    actor=Actor.MAIL_HOST, effort=Effort.HOURS, variants=("provider",),
)  # fmt: skip
def dkim_missing(domain: Domain, dkim: Dkim, mx: Mx | Absent, spf: Spf | Absent) -> Iterator[Verdict]:
    """The domain publishes no key with which its mail could be signed."""
    if sends_no_mail(mx, spf):
        yield NotApplicable("the domain says that it sends no mail")
    elif dkim.state is DkimState.UNDETERMINED:
        yield Unknown(Reason.UNDETERMINED, because=Because.DKIM_CATCH_ALL)
    elif dkim.state is DkimState.NONE and dkim.provider:
        yield Flaw({"provider": dkim.provider}, variant="provider")
    elif dkim.state is DkimState.NONE:
        yield Flaw()


@check(
    "mail.dkim-weak", severity=Severity.MEDIUM, references=(RFC_8301, RFC_6376),
    actor=Actor.MAIL_HOST, effort=Effort.HOURS, variants=("unreadable",),
)  # fmt: skip
def dkim_weak(domain: Domain, dkim: Dkim) -> Iterator[Verdict]:
    """A published key is too short, or can't be read."""
    if dkim.state is DkimState.NONE:
        yield NotApplicable("no DKIM key is published")
    elif dkim.state is not DkimState.FOUND:
        yield Unknown(Reason.UNDETERMINED, because=Because.DKIM_SELECTORS_UNKNOWN)
    for found in dkim.keys:
        key = read_key(found.record)
        if key is None or key.kind not in ("rsa", "ed25519"):
            continue
        facts: dict[str, Fact] = {"selector": found.selector, "bits": key.bits}
        if not key.bits:
            yield Flaw({"selector": found.selector}, evidence=(found.record[:500],), variant="unreadable")
        elif key.kind == "rsa" and key.bits < GOOD_BITS:
            severity = Severity.HIGH if key.bits < LEAST_BITS else Severity.LOW
            yield Flaw(facts, severity=severity, evidence=(found.record[:500],))
