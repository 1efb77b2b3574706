"""RPNT 2.4 to 2.8: the mail. docs/rpnt.md says the same in words."""

from __future__ import annotations

from datetime import UTC, datetime, time

from scanner.countries import countries_as_of
from scanner.discovery import Mx
from scanner.landscape import Sight
from scanner.model import Absent, Outcome, Proof, Unobserved
from scanner.result import ScanResult
from scanner.rpnt.model import Declared, Heard, Judgement, Status, met, not_applicable, not_met, unknown, unseen
from scanner.rpnt.places import places_of_mail

POINTER = "ptr"  # the variant of mail.spf-lookups that no receiver rejects
NEUTRAL = "neutral"  # the variant of mail.spf-permissive where the record lets nobody pass, and does not conclude
BELOW = frozenset({"subdomains", "existing", "invented"})  # the variants of mail.dmarc-none where only `sp=` or `np=` is lax


def judge_mail(result: ScanResult, declared: Declared) -> dict[str, Judgement]:
    """The tested criteria of the mail domain, which is taken to be the domain of the result unless something says otherwise."""
    mx = result.seen.exactly(result.domain, Mx)
    elsewhere = _elsewhere(mx, declared)
    if elsewhere is not None:
        return dict.fromkeys(("2.4", "2.5", "2.6", "2.7", "2.8"), elsewhere)
    dmarc = _dmarc(result.outcomes)
    return {
        "2.4": _exchanges(mx),
        "2.5": _spf(result.outcomes),
        "2.6": dmarc,
        "2.7": _policy(result.outcomes, dmarc),
        "2.8": _in_union(result, mx),
    }


def _elsewhere(mx: Sight, declared: Declared) -> Judgement | None:
    """Why this domain says nothing about the town's mail, None where it may."""
    if declared.get("2.1") is False:
        return not_applicable("no_mail_declared")
    if declared.get("2.3") is False:
        return unknown("mail_elsewhere")
    if isinstance(mx, Absent) and mx.proof is Proof.NULL_MX and not declared.get("2.3"):
        return unknown("null_mx")
    return None


def _exchanges(mx: Sight) -> Judgement:
    if isinstance(mx, Unobserved):
        return unseen(mx.reason)
    if isinstance(mx, Mx) and mx.exchanges:
        return met("mx", exchanges=tuple(exchange.name for exchange in mx.exchanges))
    refuses = isinstance(mx, Absent) and mx.proof is Proof.NULL_MX
    return not_met("null_mx_declared" if refuses else "mx_missing")


def _spf(outcomes: tuple[Outcome, ...]) -> Judgement:
    """One record that receivers can apply and that does not let everyone send."""
    missing, invalid, permissive, limits = (
        Heard(outcomes, check) for check in ("mail.spf-missing", "mail.spf-invalid", "mail.spf-permissive", "mail.spf-lookups")
    )
    open_to_all = tuple(each for each in permissive.failed if any(finding.variant != NEUTRAL for finding in each.findings))
    too_many = tuple(each for each in limits.failed if any(finding.variant != POINTER for finding in each.findings))
    failures = {
        "spf_missing": missing.failed, "spf_permissive": open_to_all, "spf_invalid": invalid.failed, "spf_limits": too_many,
    }  # fmt: skip
    for why, failed in failures.items():
        if failed:
            return not_met(why, *failed)
    blind = next((heard.blind for heard in (missing, invalid, permissive, limits) if heard.blind), None)
    return blind or met("spf", *missing.passed, *invalid.passed, *permissive.passed, *limits.passed)


def _dmarc(outcomes: tuple[Outcome, ...]) -> Judgement:
    """A record in force: mail.dmarc-none has something to judge exactly where receivers apply one."""
    policy = Heard(outcomes, "mail.dmarc-none")
    if policy.blind:
        return policy.blind
    if not policy.idle:
        return met("dmarc", *policy.passed, *policy.failed)
    missing = Heard(outcomes, "mail.dmarc-missing").failed
    if missing:
        return not_met("dmarc_missing", *missing)
    return not_met("dmarc_ignored", *(Heard(outcomes, "mail.dmarc-invalid").failed or policy.idle))


def _policy(outcomes: tuple[Outcome, ...], dmarc: Judgement) -> Judgement:
    """Quarantine or rejection of mail in the name of the domain itself; `sp=` speaks of names below it."""
    if dmarc.status is not Status.MET:
        return dmarc
    heard = Heard(outcomes, "mail.dmarc-none")
    variants = {finding.variant for outcome in heard.failed for finding in outcome.findings}
    if variants <= BELOW:
        return met("dmarc_policy", *heard.passed, *heard.failed)
    return not_met("dmarc_testing" if "testing" in variants else "dmarc_none", *heard.failed)


def _in_union(result: ScanResult, mx: Sight) -> Judgement:
    """Every address of every MX, by the country in which it is registered; what is certain speaks first."""
    day = countries_as_of()
    if isinstance(mx, Unobserved):
        return unseen(mx.reason)
    if not isinstance(mx, Mx):
        return not_applicable("mx_missing")
    if day is None:
        return unknown("countries_undated")
    as_of = datetime.combine(day, time(), UTC)
    places = places_of_mail(result)
    if places.outside:
        return not_met("outside_union", addresses=places.outside, as_of=as_of)
    if places.unseen is not None:
        return unseen(places.unseen)
    if places.worldwide:
        return unknown("operator_worldwide", addresses=places.worldwide, as_of=as_of)
    if places.nowhere:
        return unknown("country_unknown", addresses=places.nowhere, as_of=as_of)
    return met("in_union", addresses=places.inside, as_of=as_of) if places.inside else unknown("mx_without_address")
