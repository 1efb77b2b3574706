"""A portfolio in which everything that anybody can write is hostile: names of members and suppliers, servers, branches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from scanner.catalogue import Catalogue
from scanner.discovery import NameServer, Ns
from scanner.dossier import Role, Sender, Town
from scanner.landscape import Landscape
from scanner.model import MailServer, Outcome
from scanner.portfolio import Examined, Heading, Member, Portfolio, assemble
from scanner.registry.model import Kind
from tests.judging import DOMAIN, NOW, SUBJECTS
from tests.report.sample import HOSTILE, hostile_result

WORD = HOSTILE.strip()


def hostile_portfolio(catalogue: Catalogue, count: int = 4) -> Portfolio:
    """So many members with the same suppliers, servers and software, all of them hostile."""
    heading = Heading(NOW, HOSTILE, HOSTILE, Sender(HOSTILE, HOSTILE, "contact@syndicat-exemple.fr"))
    return assemble(_members(catalogue, count), catalogue, heading)


def _members(catalogue: Catalogue, count: int) -> Iterator[Examined]:
    server = MailServer(HOSTILE)
    result = hostile_result(catalogue)
    result.seen.record(DOMAIN, Ns, Ns((NameServer(HOSTILE, ()), NameServer("ns1.exemple.fr", ()))))
    moved = tuple(_moved(outcome, server) for outcome in result.outcomes)
    landscape = Landscape(DOMAIN, (*result.landscape.subjects, server), result.landscape.links)
    made = replace(result, outcomes=moved, landscape=landscape)
    town = Town(HOSTILE, HOSTILE, HOSTILE, tuple((role, HOSTILE) for role in Role))
    for number in range(count):
        member = Member(
            f"{HOSTILE}{number}", Kind.OTHER, f"x{number}.fr", 1_000, ("49", HOSTILE)[number % 2], HOSTILE, (HOSTILE,), True
        )
        yield Examined(member, made, made, town)


def _moved(outcome: Outcome, server: MailServer) -> Outcome:
    return replace(outcome, subject=server) if outcome.subject == SUBJECTS[MailServer] else outcome
