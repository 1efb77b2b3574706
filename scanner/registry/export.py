"""The register as a list that the import reads again, cell by cell. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from scanner.dossier import Role
from scanner.registry.declared import DECLARABLE, declared
from scanner.registry.guard import guarded
from scanner.registry.model import Authority, ContactRole, Kind
from scanner.registry.people import written
from scanner.suppliers.recognise import Certainty

_PLAIN = ("name", "kind", "siren", "siret", "insee", "population", "departement", "epci_siren", "epci_name", "salutation",
    "language", "site", "mail")  # fmt: skip
_HEADINGS = {
    "fr": ("Nom", "Type", "SIREN", "SIRET", "Code INSEE", "Population", "Département", "SIREN EPCI", "EPCI", "Salutation",
        "Langue", "Site internet", "Courriel", "Domaines", "Étiquettes", "Courriel du maire", "Courriel technicien",
        "Courriel DPO", "Courriel RSSI", "Hébergeur", "Hébergeur de messagerie", "Gestionnaire DNS", "Prestataire du site",
        "Opérateur", "Autre contact", *(f"RPNT {criterion}" for criterion in DECLARABLE)),
    "en": ("Name", "Kind", "SIREN", "SIRET", "INSEE code", "Population", "Department", "EPCI SIREN", "EPCI name", "Salutation",
        "Language", "Website", "Email", "Domains", "Tags", "Mayor email", "Technician email", "DPO email", "Security email",
        "Web host", "Mail host", "DNS host", "CMS maintainer", "Network", "Other contact",
        *(f"RPNT {criterion}" for criterion in DECLARABLE)),
}  # fmt: skip
_KINDS: dict[str, dict[object, str]] = {"fr": {Kind.OTHER: "autre"}, "en": {}}
_ANSWERS = {"fr": {True: "oui", False: "non"}, "en": {True: "yes", False: "no"}}
_ROLES = (ContactRole.MAYOR, ContactRole.TECHNICIAN, ContactRole.DPO, ContactRole.SECURITY)


def to_list(authorities: Iterable[Authority], lang: str) -> str:
    """CSV with `;` and a BOM, as French spreadsheets open it."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(_HEADINGS[lang])
    for authority in authorities:
        writer.writerow([guarded(cell) for cell in _cells(authority, lang)])
    return out.getvalue()


def _cells(authority: Authority, lang: str) -> list[str]:
    """Domains that are known and left alone are not told: an import would have them looked at."""
    values = (getattr(authority, field) for field in _PLAIN)
    confirmed = [each for each in authority.suppliers if each.certainty is Certainty.CONFIRMED]
    hosts = (next((each.supplier for each in confirmed if each.role is role), "") for role in Role)
    answers = {each.criterion: each.met for each in authority.declarations} | declared(authority)
    return [
        *("" if value is None else _KINDS[lang].get(value, str(value)) for value in values),
        ", ".join(domain.name for domain in authority.domains if domain.scanned),
        ", ".join(authority.tags),
        *(_people(authority, role, lang) for role in _ROLES),
        *hosts,
        _people(authority, ContactRole.OTHER, lang),
        *(_ANSWERS[lang][answers[criterion]] if criterion in answers else "" for criterion in DECLARABLE),
    ]


def _people(authority: Authority, role: ContactRole, lang: str) -> str:
    return "; ".join(written(contact, lang) for contact in authority.contacts if contact.role is role)
