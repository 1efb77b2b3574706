"""RPNT 1.3 to 1.7: the site. docs/rpnt.md says the same in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from scanner.model import Domain, Outcome, Reason
from scanner.rpnt.model import Declared, Heard, Judgement, Status, met, not_applicable, not_met, sites, unknown, unseen

CERTIFICATE = ("tls.certificate-untrusted", "tls.certificate-name", "tls.certificate-expired", "tls.certificate-not-yet-valid")
DETOUR = "detour"  # the variant of web.https-downgrade whose way ends in HTTPS all the same


def judge_site(domain: Domain, outcomes: tuple[Outcome, ...], declared: Declared) -> dict[str, Judgement]:
    """The tested criteria of the site. Both names of the town count: its domain, and its www."""
    reachable = _reachable(outcomes, declared)
    https = _https(outcomes, reachable)
    return {
        "1.3": reachable,
        "1.4": https,
        "1.5": _certificate(outcomes, https),
        "1.6": _own_name(outcomes, reachable),
        "1.7": _usual_redirects(domain, outcomes, reachable, https),
    }


def _reachable(outcomes: tuple[Outcome, ...], declared: Declared) -> Judgement:
    heard = Heard(outcomes, "web.unreachable")
    if heard.failed:
        return not_met("unreachable", *heard.failed)
    if heard.blind:
        return heard.blind
    if heard.passed:
        return met("reachable", *heard.passed)
    # Neither the domain nor its www has an address: the site may well stand under another name.
    has_site = declared.get("1.1")
    if has_site is None:
        return unknown("no_site_here", *heard.idle)
    return not_met("no_address", *heard.idle) if has_site else not_applicable("no_site_declared")


def _https(outcomes: tuple[Outcome, ...], reachable: Judgement) -> Judgement:
    missing, dropped = Heard(outcomes, "web.https-missing"), _dropped(outcomes)
    if missing.failed:
        return not_met("https_missing", *missing.failed, sites=sites(missing.failed))
    if dropped:
        return not_met("https_downgrade", *dropped, sites=sites(dropped))
    if missing.blind:
        return missing.blind
    if missing.passed:
        return met("https", *missing.passed)
    return not_met("no_https", *missing.idle) if reachable.status is Status.MET else reachable


def _certificate(outcomes: tuple[Outcome, ...], https: Judgement) -> Judgement:
    heard = Heard(outcomes, *CERTIFICATE)
    if heard.failed:
        return not_met("certificate_refused", *heard.failed, sites=sites(heard.failed))
    if heard.blind:
        return heard.blind
    return met("certificate", *heard.passed) if heard.passed else https


def _own_name(outcomes: tuple[Outcome, ...], reachable: Judgement) -> Judgement:
    heard = Heard(outcomes, "web.redirect-foreign")
    if heard.failed:
        targets = dict.fromkeys(str(finding.facts.get("target", "")) for each in heard.failed for finding in each.findings)
        return not_met("redirect_foreign", *heard.failed, targets=tuple(targets))
    if heard.blind:
        return heard.blind
    if heard.passed:
        return met("own_name", *heard.passed)
    return reachable if reachable.status is Status.UNKNOWN else replace(reachable, status=Status.NOT_APPLICABLE)


def _usual_redirects(domain: Domain, outcomes: tuple[Outcome, ...], reachable: Judgement, https: Judgement) -> Judgement:
    heard, dropped = Heard(outcomes, "web.http-not-redirected"), _dropped(outcomes)
    bare = _bare_name_is_dead(domain, outcomes)
    if heard.failed:
        return not_met("http_not_redirected", *heard.failed, sites=sites(heard.failed))
    if dropped:
        return not_met("https_downgrade", *dropped, sites=sites(dropped))
    if bare:
        return not_met("bare_name", *bare)
    if heard.blind:
        return heard.blind
    if heard.passed:
        return met("usual_redirects", *heard.passed)
    if https.status is not Status.MET:
        return https
    return unseen(Reason.UNDETERMINED, *heard.idle) if reachable.status is Status.MET else reachable


def _dropped(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """Where HTTPS leads back to plain HTTP, and stays there."""
    failed = Heard(outcomes, "web.https-downgrade").failed
    return tuple(outcome for outcome in failed if any(finding.variant != DETOUR for finding in outcome.findings))


def _bare_name_is_dead(domain: Domain, outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """Where nothing answers at the domain itself although its www shows something."""
    heard = Heard(outcomes, "web.redirect-foreign")
    bare = tuple(outcome for outcome in heard.idle if outcome.subject.name == domain.name)
    return bare if heard.failed or heard.passed else ()
