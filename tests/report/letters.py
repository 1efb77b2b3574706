"""Dossiers that the tests of the letter share."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from scanner.catalogue import Catalogue
from scanner.dossier import Dossier, Role, Sender, Town
from scanner.landscape import Landscape
from scanner.model import Domain, MailServer, Outcome, Site, Status, Subject
from scanner.result import ScanResult
from tests.judging import DOMAIN, NOW, SUBJECTS
from tests.lab.towns import TOWNS
from tests.report.sample import HOSTILE, failures, hostile_result, outcomes, result

TOWN = Town("Val-Négligée", "Madame la Maire", "49", ((Role.WEB_HOST, "ovhcloud"),))
SENDER = Sender("Syndicat numérique de l’Exemple", "02 00 00 00 00", "contact@syndicat-exemple.fr")

#: As long as a name of 60 characters and the settings of a large syndicate make a letter.
LONG_NAME = "communaute-de-communes-du-val-de-la-haute-vallee-de-lorne.fr"
LONG_TOWN = Town(
    "",
    "Madame la Présidente de la Communauté de communes",
    "21",
    tuple((role, "Société coopérative d’hébergement et d’infogérance de l’Ouest") for role in Role),
)
LONG_SENDER = Sender(
    "Syndicat mixte d’aménagement numérique et d’ingénierie de la Haute-Vallée",
    "02 00 00 00 00",
    "assistance-cybersecurite@syndicat-numerique-de-la-haute-vallee.fr",
)


def seen_on(town: str, scanned: dict[str, ScanResult]) -> ScanResult:
    """The town's result, as if observed at the moment of every test."""
    domain = next(each.domain for each in TOWNS if each.name == town)
    return replace(scanned[domain], started_at=NOW)


def judged(catalogue: Catalogue, *failing: str) -> ScanResult:
    """A result in which exactly these checks have their first finding, and every other one passes."""
    chosen: dict[str, Outcome] = {}
    for row, _ in failures():
        if row.spec.id in failing:
            chosen.setdefault(row.spec.id, row.outcome())
    passing = [each for each in outcomes(catalogue) if each.status is Status.PASS and each.check not in failing]
    return result(catalogue, (*chosen.values(), *passing))


def hostile_dossier(catalogue: Catalogue) -> Dossier:
    """Everything is hostile, the settings too: nobody should be able to break a letter by a name."""
    town = Town(HOSTILE, HOSTILE, HOSTILE, tuple((role, HOSTILE) for role in Role))
    return Dossier(hostile_result(catalogue), hostile_result(catalogue), town, Sender(HOSTILE, HOSTILE, HOSTILE))


def longest_dossier(catalogue: Catalogue, *failing: str) -> Dossier:
    """The longest names everywhere, an interrupted examination and an earlier one."""
    domain = Domain(LONG_NAME)
    names: dict[Subject, Subject] = {
        DOMAIN: domain,
        Site(DOMAIN.name, DOMAIN): Site(LONG_NAME, domain),
        SUBJECTS[Site]: Site(f"www.{LONG_NAME}", domain),
        SUBJECTS[MailServer]: MailServer(f"mx1.{LONG_NAME}"),
    }
    made = judged(catalogue, *failing)
    now = replace(
        made,
        domain=domain,
        landscape=Landscape(domain, tuple(names.get(each, each) for each in made.landscape.subjects)),
        outcomes=tuple(replace(each, subject=names.get(each.subject, each.subject)) for each in made.outcomes),
        interrupted=True,
    )
    return Dossier(now, replace(now, started_at=NOW - timedelta(days=40)), LONG_TOWN, LONG_SENDER)
