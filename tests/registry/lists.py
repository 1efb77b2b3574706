"""Members' lists of the tests, made here: synthetic, in the form of the published ones."""

from __future__ import annotations

import gzip
import io
import json
from datetime import date

from openpyxl import Workbook

from scanner.registry import Authority
from scanner.registry.model import Source
from scanner.registry.open_data import read_list
from scanner.registry.planning import Plan, Wanted, plan
from tests.registry.samples import TODAY, siren

HEADINGS = "Nom;Type;SIREN;Code INSEE;Population;Site internet;Domaines;Courriel;Courriel du maire;Hébergeur"
TOWN = f"Saint-Exemple;commune;{siren('21490007')};49007;1 234;https://www.saint-exemple.fr;;mairie@saint-exemple.fr;maire@x.fr;OVHcloud"


def csv_list(*lines: str, headings: str = HEADINGS) -> bytes:
    """A list in UTF-8."""
    return "\r\n".join((headings, *lines)).encode()


def sheet(*rows: tuple[str | float, ...]) -> bytes:
    """An .xlsx of these rows."""
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


ANCT_HEADINGS = (
    "type;siret;siren;libelle;population;code_insee;epci_libelle;epci_siren;departement_code_insee;region_code_insee;"
    "adresse_messagerie;site_internet;rpnt;service_public_url"
)


def anct(*lines: str) -> bytes:
    """Synthetic, in the columns of the ANCT's daily table."""
    return gzip.compress("\n".join((ANCT_HEADINGS, *lines)).encode())


ANCT_LINES = (
    f"commune;;{siren('21490007')};Saint-Exemple;1234;49007;CC de l'Exemple;{siren('24490001')};49;52;mairie@orange.fr;"
    "http://www.saint-exemple.fr;;https://lannuaire.service-public.fr/x",
    f"commune;;{siren('21490008')};Bourg-Exemple;500;49008;CC de l'Exemple;{siren('24490001')};49;52;;;;https://x",
    f"commune;;{siren('21530008')};Loin-Exemple;500;53008;CC de Loin;{siren('24530001')};53;52;;https://www.loin-exemple.fr;;https://x",
)


def service_public(*, texts: bool = True) -> bytes:
    """Synthetic, in the form of the directory: `pivot` and `site_internet` are JSON texts, or lists in the bulk file."""

    def held(value: object) -> object:
        return json.dumps(value) if texts else value

    def entry(nom: str, kind: str, insee: str, site: str, mail: str, **more: str) -> dict[str, object]:
        return {
            "nom": nom,
            "pivot": held([{"type_service_local": kind, "code_insee_commune": [insee]}]),
            "site_internet": held([{"libelle": "", "valeur": site}] if site else []),
            "adresse_courriel": mail,
            **more,
        }

    return json.dumps(
        [
            entry("Mairie - Saint-Exemple", "mairie", "49007", "https://www.saint-exemple.fr", "a@saint-exemple.fr;b@x.fr"),
            entry("Mairie déléguée - Vieux-Bourg", "mairie", "49007", "https://www.vieux-bourg.fr", ""),
            entry("Mairie - Bourg-Exemple", "mairie", "49008", "", ""),
            entry("CC de l’Exemple", "epci", "49007", "https://www.cc-exemple.fr", "x@cc-exemple.fr", siren=siren("24490001")),
            entry("Gendarmerie - Saint-Exemple", "gendarmerie", "49007", "https://gendarmerie.example", ""),
        ]
    ).encode()


EVERYTHING = Wanted()


def planned(content: bytes, existing: tuple[Authority, ...] = (), wanted: Wanted = EVERYTHING, on: date = TODAY) -> Plan:
    """What an import of this file would change."""
    listing, origin = read_list(content)
    return plan(existing, listing, Source(origin, on), wanted)
