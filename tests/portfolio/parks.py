"""Whole portfolios made of the embedded towns: each member is one of them under another name, at other addresses,
with other suppliers, and with some of its faults corrected. The same number gives the same portfolio."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from scanner.catalogue import Catalogue
from scanner.dossier import Role, Sender, Town
from scanner.model import Outcome, Severity, Status
from scanner.portfolio import Examined, Heading, Member, Point, Portfolio, assemble
from scanner.registry.model import Kind
from scanner.report.json import to_json
from scanner.report.stored import read_result
from scanner.result import ScanResult
from scanner.scoring import score

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
HEADING = Heading(
    NOW, "novembre 2026", "", Sender("Syndicat numérique de l’Exemple", "02 00 00 00 00", "contact@syndicat-exemple.fr")
)
OWN = "Syndicat numérique de l’Exemple"
MONTH = timedelta(days=30)

_FIRST = ("Saint-Exemple", "Val-Négligée", "Bourg-Ordinaire", "Mont-Muet", "Villers", "Château-Vieux", "Pont", "Sainte-Épreuve")
_LAST = ("sur-Lorne", "les-Bois", "en-Plaine", "le-Haut", "la-Forêt", "sous-Roche", "d’Aval", "aux-Ormes", "le-Château")
_DEPARTEMENTS = ("49", "49", "49", "44", "44", "72", "53", "85", "79", "37", "2A", "974", "35", "75")
_SIZES = (120, 340, 480, 790, 1_200, 1_900, 2_600, 4_100, 7_300, 15_000, 42_000)
#: (weight, web address, MX, NS, supplier that the register confirms in the role that it names)
_HOSTS: tuple[tuple[int, str, str, str, tuple[tuple[Role, str], ...]], ...] = (
    (34, "213.186.33.{shared}", "mx1.mail.ovh.net", "dns10.ovh.net", ()),
    (12, "213.186.33.{shared}", "mx1.mail.ovh.net", "dns10.ovh.net", ((Role.WEB_HOST, "ovhcloud"), (Role.DNS_HOST, "ovhcloud"))),
    (16, "203.0.113.{shared}", "spool.mail.gandi.net", "ns-12-a.gandi.net", ((Role.CMS_MAINTAINER, "Agence Trois-Rivières"),)),
    (14, "198.51.100.20", "mx.syndicat-exemple.fr", "ns1.syndicat-exemple.fr", ((Role.WEB_HOST, OWN), (Role.MAIL_HOST, OWN))),
    (24, "192.0.2.{single}", "mx1.{domain}", "ns1.{domain}", ()),
)  # fmt: skip


@dataclass(frozen=True)
class Parks:
    """Portfolios out of the scanned towns."""

    templates: Mapping[str, ScanResult]
    catalogue: Catalogue

    def portfolio(self, count: int, **changes: object) -> Portfolio:
        """A portfolio of so many domains; `changes` are those of `assemble`."""
        return assemble(self.examined(count), self.catalogue, HEADING, **{"own": (OWN,), **changes})  # type: ignore[arg-type]

    def examined(self, count: int) -> Iterator[Examined]:
        """The domains one after the other, none kept."""
        for number in range(count):
            yield self.member(number)

    def member(self, number: int) -> Examined:
        """One domain; every ninth was looked at for the first time, every fortieth never."""
        dice = Random(number)
        name = f"{_FIRST[number % 8]}-{_LAST[number // 8 % 9]}" + (f" {number // 72 + 1}" if number >= 72 else "")
        domain = f"commune-{number:04}.fr"
        _, address, mx, ns, confirmed = dice.choices(_HOSTS, weights=[host[0] for host in _HOSTS])[0]
        member = Member(
            name, Kind.EPCI if number % 30 == 7 else Kind.COMMUNE, domain, dice.choice(_SIZES) if number % 25 else None,
            departement := dice.choice(_DEPARTEMENTS), f"CC {departement} du Pays {number % 4 + 1}", ("adhérent",),
            number % 3 != 0,
        )  # fmt: skip
        town = Town(name, "", departement, confirmed)
        if number % 40 == 39:
            return Examined(member, town=town)
        places = (
            address.format(shared=10 + number % 12, single=number % 250),
            mx.format(domain=domain),
            ns.format(domain=domain),
        )
        result = self._result(number, domain, places, dice)
        previous = None if number % 9 == 8 else self._earlier(result, dice)
        return Examined(member, result, previous, town, trend=_trend(result, dice))

    def _result(self, number: int, domain: str, places: tuple[str, str, str], dice: Random) -> ScanResult:
        pool = (
            "val-negligee.fr",
            "bourg-ordinaire.fr",
            "port-piege.fr",
            "bourg-ordinaire.fr",
            "val-negligee.fr",
            "saint-exemple.fr",
        )
        template = "mont-muet.fr" if number % 23 == 5 else pool[number % 6]
        made = read_result(_renamed(to_json(self.templates[template], indent=None), template, domain, places), self.catalogue)
        moment = NOW - timedelta(minutes=number % 600)
        return replace(self._corrected(made, dice, 0.55), started_at=moment, finished_at=moment + timedelta(seconds=20))

    def _earlier(self, result: ScanResult, dice: Random) -> ScanResult:
        """A month before: most of what is wrong now, and sometimes less."""
        before = self._corrected(result, dice, dice.choice((0, 0, 0.1, 0.4)))
        after = replace(result, outcomes=tuple(_worse(each, dice) for each in before.outcomes))
        return replace(
            self._corrected(after, dice, 0), started_at=result.started_at - MONTH, finished_at=result.finished_at - MONTH
        )

    def _corrected(self, result: ScanResult, dice: Random, share: float) -> ScanResult:
        """The same town with so much of its faults put right, graded anew."""
        gone = {check for check in sorted({each.check for each in result.outcomes if each.findings}) if dice.random() < share}
        outcomes = tuple(
            replace(each, status=Status.PASS, findings=()) if each.findings and each.check in gone else each
            for each in result.outcomes
        )
        severities = {spec.id: spec.severity for spec in self.catalogue.checks}
        return replace(result, outcomes=outcomes, score=score(outcomes, result.score.perimeter, severities))


def _worse(outcome: Outcome, dice: Random) -> Outcome:
    if not outcome.findings or dice.random() > 0.15:
        return outcome
    return replace(outcome, findings=tuple(replace(each, severity=Severity.HIGH) for each in outcome.findings))


def _renamed(text: str, template: str, domain: str, places: tuple[str, str, str]) -> str:
    """The JSON of a town as if it stood elsewhere: its own name, its web address, its mail servers and name servers."""
    address, mx, ns = places
    text = re.sub(r"127\.66\.\d\.1\b(?!\d)", address, text)
    text = re.sub(r"127\.66\.(\d\.\d+)", rf"{_own_network(domain)}.\1", text)
    text = re.sub(r"\bmx1\.(?:mail\.)?[a-z-]+\.fr\b", mx, text)
    text = re.sub(r"\bns1\.[a-z.-]+\.fr\b", ns, text)
    return text.replace(template, domain)


def _own_network(domain: str) -> str:
    """Two numbers of an address that no other member has."""
    number = int(domain.removeprefix("commune-").removesuffix(".fr"))
    return f"{100 + number // 250}.{number % 250}"


def _trend(result: ScanResult, dice: Random) -> tuple[Point, ...]:
    """Twelve months that lead to the value of today, the oldest first; some months are missing."""
    points, value = [], result.score.value
    for month in range(12):
        if month == 0 or dice.random() > 0.1:
            points.append(Point(result.started_at - month * MONTH, value, result.score.perimeter, result.score.version))
        if value is not None:
            value = max(0, min(100, value - dice.choice((-2, 0, 0, 1, 3, 5))))
    return tuple(reversed(points))
