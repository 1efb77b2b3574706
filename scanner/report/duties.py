"""Who must act on which finding. A filter before the mail host answers for what is seen on its own servers.

A record of the zone is changed in the customer area of whoever keeps it, by the town: docs/decisions/0009 says when a
supplier is asked to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from scanner.dossier import Role, Waivers
from scanner.model import Actor, MailServer, Severity
from scanner.report.view import FindingView, ReportView
from scanner.report.waivers import still_asked
from scanner.suppliers.recognise import Certainty, Supplier
from scanner.suppliers.screens import DNS_RECORD, screen_for
from scanner.suppliers.table import Kind

LEAST = Severity.LOW  # what is merely good to know is nobody's task


class Duty(StrEnum):
    """What one addressee does for the town; the values are the actors', and the filter's own."""

    TOWN = "town"
    WEB_HOST = "web_host"
    MAIL_HOST = "mail_host"
    MAIL_FILTER = "mail_filter"
    DNS_HOST = "dns_host"
    CMS_MAINTAINER = "cms_maintainer"

    @property
    def role(self) -> Role | None:
        """The supplier's role; None for the town itself."""
        if self is Duty.TOWN:
            return None
        return Role.MAIL_HOST if self is Duty.MAIL_FILTER else Role(self.value)


@dataclass(frozen=True, slots=True)
class Charge:
    """One addressee and what is asked of it, the most urgent first. `supplier` is None where nobody is known."""

    duty: Duty
    supplier: Supplier | None
    findings: tuple[FindingView, ...]


def charges(report: ReportView, suppliers: Iterable[Supplier], waivers: Waivers | None) -> tuple[Charge, ...]:
    """Every finding from LEAST upwards with who acts on it; the addressee of the most urgent one first. What is accepted
    or disputed is asked of nobody."""
    suppliers = tuple(suppliers)
    found: dict[Duty, list[FindingView]] = {}
    for finding in still_asked(report.findings, waivers):
        if finding.severity >= LEAST:
            duty = addressee(duty_of_finding(finding, report, suppliers), suppliers)
            found.setdefault(duty, []).append(finding)
    return tuple(Charge(duty, supplier_for(duty, suppliers), tuple(findings)) for duty, findings in found.items())


def duty_of_finding(finding: FindingView, report: ReportView, suppliers: Iterable[Supplier]) -> Duty:
    """Who answers for one finding of this report."""
    servers = frozenset(server.name for server in report.result.landscape.of_kind(MailServer))
    return duty_of(finding.actor, servers.issuperset(finding.subjects), suppliers)


def duty_of(actor: Actor, on_mail_servers: bool, suppliers: Iterable[Supplier]) -> Duty:
    """Who answers for it; `on_mail_servers` says that it was seen there."""
    if actor is Actor.MAIL_HOST and on_mail_servers and supplier_for(Duty.MAIL_FILTER, suppliers):
        return Duty.MAIL_FILTER
    return Duty(actor.value)


def addressee(duty: Duty, suppliers: Iterable[Supplier]) -> Duty:
    """Who is written to about it: the town itself where nobody is known to manage its zone for it.

    That somebody does is known where the register names a supplier that is no self-service area with a menu of ours.
    """
    if duty is not Duty.DNS_HOST:
        return duty
    keeper = supplier_for(duty, suppliers)
    managed = keeper is not None and keeper.certainty is Certainty.CONFIRMED and not screen_for(keeper.id, DNS_RECORD, "fr")
    return duty if managed else Duty.TOWN


def supplier_for(duty: Duty, suppliers: Iterable[Supplier]) -> Supplier | None:
    """The first that can be written to: neither a sender of newsletters, nor software that anybody may run."""
    kinds = {Duty.MAIL_FILTER: (Kind.FRONT,), Duty.MAIL_HOST: (Kind.HOST,)}.get(duty, (Kind.HOST, Kind.FRONT))
    return next((each for each in suppliers if each.role is duty.role and each.kind in kinds), None)
