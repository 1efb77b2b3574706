"""The points to win are those of a real new score, and a cause is what several domains share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from scanner.catalogue import Catalogue
from scanner.dossier import Dossier, Role, Town
from scanner.model import Finding, Host, MailServer, Outcome, Severity, Site, Status
from scanner.portfolio import CauseKey, CauseKind, Examined, Member, Portfolio, Tie, assemble
from scanner.portfolio.ties import ties
from scanner.registry.model import Kind
from scanner.report.duties import charges
from scanner.report.view import view
from scanner.result import ScanResult
from scanner.scoring import score
from scanner.suppliers.recognise import suppliers_of
from tests.portfolio.parks import HEADING, Parks

NUMBERS = range(0, 60, 3)
Mine = Callable[[Outcome, Finding], bool]


def dossier_of(examined: Examined) -> Dossier | None:
    return None if examined.result is None else Dossier(examined.result, None, examined.town)


def corrected(result: ScanResult, catalogue: Catalogue, mine: Mine) -> int | None:
    """The value that the result would have if exactly these findings were no more."""
    outcomes = []
    for outcome in result.outcomes:
        left = tuple(each for each in outcome.findings if not (each.severity > Severity.INFO and mine(outcome, each)))
        status = Status.PASS if outcome.findings and not left else outcome.status
        outcomes.append(replace(outcome, findings=left, status=status))
    return score(outcomes, result.score.perimeter, {spec.id: spec.severity for spec in catalogue.checks}).value


def among(todo: set[tuple[str, str]]) -> Mine:
    """By check and name of the subject."""
    return lambda outcome, _: (outcome.check, outcome.subject.name) in todo


def standing_at(place: Host | MailServer, result: ScanResult, actors: dict[str, str]) -> Mine:
    """On the machine itself, or on a site of it where the host acts."""

    def stands(outcome: Outcome, _: Finding) -> bool:
        below = isinstance(outcome.subject, Site) and place in result.landscape.links.get(outcome.subject, ())
        return outcome.subject == place or (below and actors[outcome.check] == "web_host")

    return stands


def of_branch(branch: str) -> Mine:
    """Of one product and branch."""
    return lambda _, finding: f"{finding.facts.get('product')} {finding.facts.get('branch')}" == branch


def dossiers(parks: Parks) -> Iterable[Dossier]:
    for number in NUMBERS:
        dossier = dossier_of(parks.member(number))
        if dossier is not None and dossier.result.score.value is not None:
            yield dossier


def found(dossier: Dossier, catalogue: Catalogue, kind: CauseKind) -> list[Tie]:
    return [tie for tie in ties(dossier, catalogue) if tie.cause.kind is kind]


def test_a_supplier_would_win_what_correcting_its_own_tickets_wins(parks: Parks, catalogue: Catalogue) -> None:
    seen = 0
    for dossier in dossiers(parks):
        result = dossier.result
        suppliers = suppliers_of(dossier)
        for charge in charges(view(result, catalogue, "fr"), suppliers, dossier.waivers):
            if charge.supplier is None:
                continue
            todo = {(finding.check, subject) for finding in charge.findings for subject in finding.subjects}
            value = corrected(result, catalogue, among(todo))
            key = charge.supplier.id or f"={charge.supplier.name.casefold()}"
            mine = [
                tie
                for tie in found(dossier, catalogue, CauseKind.SUPPLIER)
                if (tie.cause.id, tie.cause.role) == (key, charge.duty.role)
            ]
            assert [tie.won for tie in mine] == [(value or 0) - (result.score.value or 0)]
            assert {fault.check for fault in mine[0].faults} == {finding.check for finding in charge.findings}
            seen += 1
    assert seen > 10


def test_an_address_and_a_mail_server_would_win_what_is_seen_on_them(parks: Parks, catalogue: Catalogue) -> None:
    actors = {spec.id: spec.actor.value for spec in catalogue.checks}
    won = 0
    for dossier in dossiers(parks):
        result = dossier.result
        for tie in (*found(dossier, catalogue, CauseKind.ADDRESS), *found(dossier, catalogue, CauseKind.MAIL_SERVER)):
            place = Host(tie.cause.id) if tie.cause.kind is CauseKind.ADDRESS else MailServer(tie.cause.id)
            value = corrected(result, catalogue, standing_at(place, result, actors))
            assert tie.won == (value or 0) - (result.score.value or 0)
            won += tie.won
    assert won > 0


def test_a_branch_of_a_product_would_win_what_its_age_costs(parks: Parks, catalogue: Catalogue) -> None:
    branches = set()
    for dossier in dossiers(parks):
        for tie in found(dossier, catalogue, CauseKind.SOFTWARE):
            value = corrected(dossier.result, catalogue, of_branch(tie.cause.id))
            assert tie.won == (value or 0) - (dossier.result.score.value or 0)
            branches.add(tie.cause.id)
    assert {"SPIP 3.2", "WordPress 7.0"} <= branches


@pytest.fixture(scope="module")
def capped(scanned: dict[str, ScanResult]) -> ScanResult:
    return scanned["val-negligee.fr"]


def test_one_cap_of_two_wins_nothing_and_both_win_all(capped: ScanResult, catalogue: Catalogue) -> None:
    """An open database holds the grade at 20; the exploited version of SPIP alone would hold it at 39."""
    host = next(iter(capped.landscape.of_kind(Host)))
    for_all = {tie.cause: tie for tie in ties(Dossier(capped), catalogue)}
    spip, machine = for_all[CauseKey(CauseKind.SOFTWARE, "SPIP 3.2")], for_all[CauseKey(CauseKind.ADDRESS, host.name)]
    assert capped.score.value is not None
    assert capped.score.value < 20
    assert spip.won is not None
    assert machine.won is not None
    assert 0 < machine.won <= 39 - capped.score.value  # SPIP's own cap remains
    assert capped.score.value + spip.won <= 20  # the database's remains


def test_a_finding_beside_another_of_the_same_check_remains(capped: ScanResult, catalogue: Catalogue) -> None:
    """phpMyAdmin is not corrected by an update of SPIP."""
    first = next(each for each in capped.outcomes if each.check == "software.known-exploited")
    other = replace(first.findings[0], facts={**first.findings[0].facts, "product": "phpMyAdmin", "branch": "5.0"})
    both = replace(first, findings=(*first.findings, other))
    outcomes = tuple(both if each is first else each for each in capped.outcomes if each.check != first.check or each is first)
    severities = {spec.id: spec.severity for spec in catalogue.checks}
    result = replace(capped, outcomes=outcomes, score=score(outcomes, capped.score.perimeter, severities))
    won = {tie.cause.id: tie.won for tie in ties(Dossier(result), catalogue) if tie.cause.kind is CauseKind.SOFTWARE}
    alone = corrected(result, catalogue, lambda _, finding: finding.facts.get("product") == "SPIP")
    assert won["SPIP 3.2"] == (alone or 0) - (result.score.value or 0)
    assert "phpMyAdmin 5.0" in won


def test_without_a_grade_there_are_no_points_to_win(scanned: dict[str, ScanResult], catalogue: Catalogue) -> None:
    mute = scanned["mont-muet.fr"]
    assert mute.score.value is None
    assert {tie.won for tie in ties(Dossier(mute), catalogue)} == {None}


def test_a_score_of_another_version_is_not_computed_again(capped: ScanResult, catalogue: Catalogue) -> None:
    old = replace(capped, score=replace(capped.score, version="0"))
    assert {tie.won for tie in ties(Dossier(old), catalogue)} == {None}


def test_a_check_that_is_installed_no_more_ends_nothing(capped: ScanResult, catalogue: Catalogue) -> None:
    fewer = replace(catalogue, checks=tuple(spec for spec in catalogue.checks if spec.family != "software"))
    assert [tie for tie in ties(Dossier(capped), fewer) if tie.cause.kind is CauseKind.SOFTWARE] == []


def test_what_is_only_good_to_know_is_nobodys_cause(portfolio: Portfolio) -> None:
    faults = [fault for cause in portfolio.causes for share in cause.shares for fault in share.tie.faults]
    assert faults
    assert min(fault.severity for fault in faults) is Severity.LOW


def test_a_cause_is_shared_by_two_domains_at_least_and_knows_its_clients(portfolio: Portfolio) -> None:
    assert portfolio.causes
    for cause in (*portfolio.causes, *portfolio.levers):
        domains = [share.row.member.domain for share in cause.shares]
        assert len(domains) == len(set(domains)) >= 2
        assert cause.clients >= len(domains)
        assert cause.won == sum(share.tie.won or 0 for share in cause.shares) >= 0


def test_the_syndicates_own_causes_come_first_then_the_points_to_win(portfolio: Portfolio) -> None:
    own = [cause for cause in portfolio.causes if cause.own]
    others = [cause for cause in portfolio.causes if not cause.own]
    assert own
    assert portfolio.causes[: len(own)] == tuple(own)
    for causes in (own, others):
        assert [cause.won for cause in causes] == sorted((cause.won for cause in causes), reverse=True)
    assert {cause.key.kind for cause in own} >= {CauseKind.SUPPLIER, CauseKind.ADDRESS}  # its own machines too


def test_nobody_is_own_where_nobody_said_so(parks: Parks) -> None:
    assert not [cause for cause in parks.portfolio(30, own=()).causes if cause.own]


def test_a_supplier_is_one_in_each_role_and_one_in_all(portfolio: Portfolio) -> None:
    roles = {cause.key.role for cause in portfolio.causes if cause.key.id == "ovhcloud"}
    assert {Role.WEB_HOST, Role.DNS_HOST} <= roles
    assert None not in roles
    lever = next(cause for cause in portfolio.levers if cause.key.id == "ovhcloud")
    assert lever.won >= max(cause.won for cause in portfolio.causes if cause.key.id == "ovhcloud")


def test_where_nobody_serves_half_of_them_nobody_is_named(parks: Parks, scanned: dict[str, ScanResult]) -> None:
    result = scanned["val-negligee.fr"]

    def member(number: int, agency: str) -> Examined:
        suppliers = ((Role.CMS_MAINTAINER, agency),) if agency else ()
        return Examined(Member(f"M{number}", Kind.COMMUNE, result.domain.name), result, town=Town(suppliers=suppliers))

    def agent(*agencies: str) -> str | None:
        made = assemble((member(number, each) for number, each in enumerate(agencies)), parks.catalogue, HEADING)
        spip = next(cause for cause in made.causes if cause.key.id == "SPIP 3.2")
        return spip.agent.name if spip.agent else None

    assert agent("Agence A", "Agence A", "", "") == "Agence A"
    assert agent("Agence A", "", "", "") is None
    assert agent("Agence A", "agence a", "Agence B") == "Agence A"
