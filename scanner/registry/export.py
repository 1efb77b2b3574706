"""The register as a list that the import reads again, cell by cell. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from scanner.dossier import Role
from scanner.registry.model import Authority, ContactRole
from scanner.suppliers.recognise import Certainty

_PLAIN = ("name", "kind", "siren", "siret", "insee", "population", "departement", "epci_siren", "epci_name", "salutation",
    "language", "site", "mail")  # fmt: skip
_HEADINGS = {
    "fr": ("Nom", "Type", "SIREN", "SIRET", "Code INSEE", "Population", "Département", "SIREN EPCI", "EPCI", "Salutation",
        "Langue", "Site internet", "Courriel", "Domaines", "Étiquettes", "Courriel du maire", "Courriel technicien",
        "Courriel DPO", "Courriel RSSI", "Hébergeur", "Hébergeur de messagerie", "Gestionnaire DNS", "Prestataire du site",
        "Opérateur"),
    "en": ("Name", "Kind", "SIREN", "SIRET", "INSEE code", "Population", "Department", "EPCI SIREN", "EPCI name", "Salutation",
        "Language", "Website", "Email", "Domains", "Tags", "Mayor email", "Technician email", "DPO email", "Security email",
        "Web host", "Mail host", "DNS host", "CMS maintainer", "Network"),
}  # fmt: skip
_ROLES = (ContactRole.MAYOR, ContactRole.TECHNICIAN, ContactRole.DPO, ContactRole.SECURITY)


def to_list(authorities: Iterable[Authority], lang: str) -> str:
    """CSV with `;` and a BOM, as French spreadsheets open it."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(_HEADINGS[lang])
    for authority in authorities:
        writer.writerow([_harmless(cell) for cell in _cells(authority)])
    return out.getvalue()


def _cells(authority: Authority) -> list[str]:
    values = (getattr(authority, field) for field in _PLAIN)
    people = (", ".join(contact.email for contact in authority.contacts if contact.role is role) for role in _ROLES)
    confirmed = [each for each in authority.suppliers if each.certainty is Certainty.CONFIRMED]
    hosts = (next((each.supplier for each in confirmed if each.role is role), "") for role in Role)
    names = ", ".join(domain.name for domain in authority.domains)
    return [
        *("" if value is None else str(value) for value in values), names, ", ".join(authority.tags), *people, *hosts,
    ]  # fmt: skip


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula is text."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
