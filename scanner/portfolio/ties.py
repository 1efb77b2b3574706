"""What one result owes to each thing that others may depend on too, and the points that correcting it would win. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from scanner.catalogue import Catalogue
from scanner.discovery import Ns
from scanner.dossier import Dossier, Role
from scanner.landscape import Landscape
from scanner.model import Actor, Fact, Finding, Host, MailServer, Outcome, Severity, Site, Status, Subject
from scanner.portfolio.cause import CauseKey, CauseKind, Fault, Tie, shared_facts
from scanner.portfolio.model import Grade, Serving
from scanner.registry.waiving import severities
from scanner.report.duties import LEAST, Duty, duty_of, supplier_for
from scanner.report.machines import actor_of, keepers
from scanner.result import ScanResult
from scanner.scoring import Score, score
from scanner.suppliers.recognise import Supplier, suppliers_of

MAX_NAME = 260  # characters of a name from outside that a cause is known by


@dataclass(frozen=True, slots=True)
class _Found:
    """One finding, its place in the outcomes, and who must act on it."""

    outcome: int
    number: int
    subject: Subject
    actor: Actor
    duty: Duty
    fault: Fault
    facts: Mapping[str, Fact]
    branch: str


def ties(dossier: Dossier, catalogue: Catalogue) -> tuple[Tie, ...]:
    """Every supplier, address, server and product that this domain depends on, each with what is wrong there.

    A finding that costs nothing, or that is accepted or disputed, is nobody's task; one that the catalogue does not know
    names nobody.
    """
    suppliers = suppliers_of(dossier)
    found = tuple(_found(dossier, catalogue, suppliers))
    rescore = _Rescore(dossier.result, severities(dossier.result, catalogue))
    made = []
    for key, agent, mine in _groups(dossier.result, suppliers, found):
        won, after = rescore.without(mine)
        faults = tuple(dict.fromkeys(each.fault for each in mine))
        made.append(Tie(key, agent, faults, won, after, _facts(mine)))
    return tuple(made)


def serving(suppliers: Iterable[Supplier]) -> tuple[Serving, ...]:
    """For each thing to do the supplier that would be written to, each once."""
    suppliers = tuple(suppliers)
    found = (supplier_for(duty, suppliers) for duty in Duty)
    return tuple(dict.fromkeys(_serving(each) for each in found if each is not None))


def _found(dossier: Dossier, catalogue: Catalogue, suppliers: tuple[Supplier, ...]) -> Iterator[_Found]:
    specs, machines = {spec.id: spec for spec in catalogue.checks}, keepers(dossier.result, catalogue)
    for place, outcome in enumerate(dossier.result.outcomes):
        spec = specs.get(outcome.check)
        if dossier.waivers is not None and dossier.waivers.lift(outcome.check, (outcome.subject.name,)):
            continue
        for number, finding in enumerate(outcome.findings):
            if spec is not None and finding.severity >= LEAST:
                actor = actor_of(spec.actor, (outcome.subject,), machines)
                duty = duty_of(actor, isinstance(outcome.subject, MailServer), suppliers)
                fault = _fault(outcome.check, finding.variant, finding.severity)
                yield _Found(place, number, outcome.subject, actor, duty, fault, finding.facts, _branch(outcome, finding))


def _groups(
    result: ScanResult, suppliers: tuple[Supplier, ...], found: tuple[_Found, ...]
) -> Iterator[tuple[CauseKey, Serving | None, tuple[_Found, ...]]]:
    """(what is depended on, who would act there, what is wrong there)."""
    yield from _by_supplier(suppliers, found)
    agents = {duty: _named(supplier_for(duty, suppliers)) for duty in Duty}
    for host in result.landscape.of_kind(Host):
        mine = tuple(each for each in found if _stands_at(each, host, result.landscape))
        yield CauseKey(CauseKind.ADDRESS, host.name), agents[Duty.WEB_HOST], mine
    filtered = agents[Duty.MAIL_FILTER] or agents[Duty.MAIL_HOST]
    for server in result.landscape.of_kind(MailServer):
        mine = tuple(each for each in found if each.subject == server)
        yield CauseKey(CauseKind.MAIL_SERVER, server.name[:MAX_NAME]), filtered, mine
    servers = result.seen.exactly(result.domain, Ns)
    if isinstance(servers, Ns) and servers.servers:
        names = " ".join(sorted(server.name for server in servers.servers))
        mine = tuple(each for each in found if each.actor is Actor.DNS_HOST and each.fault.check.startswith("dns."))
        yield CauseKey(CauseKind.NAME_SERVERS, names[:MAX_NAME]), agents[Duty.DNS_HOST], mine
    for branch in dict.fromkeys(each.branch for each in found if each.branch):
        mine = tuple(each for each in found if each.branch == branch)
        yield CauseKey(CauseKind.SOFTWARE, branch), agents[mine[0].duty], mine


def _by_supplier(
    suppliers: tuple[Supplier, ...], found: tuple[_Found, ...]
) -> Iterator[tuple[CauseKey, Serving, tuple[_Found, ...]]]:
    """In each role, then in all its roles together."""
    roles: dict[tuple[str, Role | None], tuple[Serving, list[_Found]]] = {}
    for duty in Duty:
        agent = _named(supplier_for(duty, suppliers))
        if agent is not None:
            mine = [each for each in found if each.duty is duty]
            for role in (agent.role, None):
                roles.setdefault((agent.key, role), (agent, []))[1].extend(mine)
    for (id, role), (agent, mine) in roles.items():
        yield CauseKey(CauseKind.SUPPLIER, id, role), agent, tuple(mine)


def _stands_at(each: _Found, host: Host, landscape: Landscape) -> bool:
    """Seen on the machine itself, or on a site of that machine and for its host to correct."""
    if each.subject == host:
        return True
    on_site = isinstance(each.subject, Site) and each.actor is Actor.WEB_HOST
    return on_site and host in landscape.links.get(each.subject, ())


def _branch(outcome: Outcome, finding: Finding) -> str:
    """`SPIP 3.2` where the finding speaks of a branch of a product, else ""."""
    product, branch = finding.facts.get("product"), finding.facts.get("branch")
    named = outcome.family == "software" and isinstance(product, str) and isinstance(branch, str)
    return f"{product} {branch}"[:MAX_NAME] if named else ""


def _facts(mine: tuple[_Found, ...]) -> dict[tuple[str, str], Mapping[str, Fact]]:
    made: dict[tuple[str, str], Mapping[str, Fact]] = {}
    for each in mine:
        kind = each.fault.check, each.fault.variant
        made[kind] = shared_facts(made[kind], each.facts) if kind in made else each.facts
    return made


def _named(supplier: Supplier | None) -> Serving | None:
    return None if supplier is None else _serving(supplier)


def _serving(supplier: Supplier) -> Serving:
    return Serving(supplier.role, supplier.id, supplier.name[:MAX_NAME], supplier.certainty)


@lru_cache(maxsize=4_096)
def _fault(check: str, variant: str, severity: Severity) -> Fault:
    """One object for all domains that have the same fault."""
    return Fault(check, variant, severity)


class _Rescore:
    """The same outcomes graded again without some of their findings, each set of findings once."""

    def __init__(self, result: ScanResult, severities: dict[str, Severity]) -> None:
        self._result = result
        self._severities = severities
        self._before: Score | None = None
        self._known: dict[frozenset[tuple[int, int]], tuple[int | None, Grade | None]] = {}

    def without(self, mine: tuple[_Found, ...]) -> tuple[int | None, Grade | None]:
        """(points won, grade then); (None, None) where there is no grade, or none that these rules would give."""
        gone = frozenset((each.outcome, each.number) for each in mine)
        if gone not in self._known:
            self._known[gone] = self._won(gone)
        return self._known[gone]

    def _won(self, gone: frozenset[tuple[int, int]]) -> tuple[int | None, Grade | None]:
        graded = self._result.score
        if self._before is None:
            self._before = self._score(self._result.outcomes)
        if graded.value is None or (self._before.value, self._before.version) != (graded.value, graded.version):
            return None, None
        after = self._score(relieved(self._result.outcomes, gone)) if gone else self._before
        if after.value is None or after.grade is None:
            return None, None
        return after.value - graded.value, Grade(after.value, after.grade)

    def _score(self, outcomes: Iterable[Outcome]) -> Score:
        return score(outcomes, self._result.score.perimeter, self._severities)


def relieved(outcomes: Iterable[Outcome], gone: frozenset[tuple[int, int]]) -> Iterator[Outcome]:
    """The outcomes without some findings, by (place of the outcome, place of the finding); one without any left passes."""
    for place, outcome in enumerate(outcomes):
        kept = tuple(finding for number, finding in enumerate(outcome.findings) if (place, number) not in gone)
        if len(kept) == len(outcome.findings):
            yield outcome
        else:
            yield replace(outcome, findings=kept, status=Status.FAIL if kept else Status.PASS)
