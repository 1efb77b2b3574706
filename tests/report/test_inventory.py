"""Every name that was looked at says how it was found."""

from scanner.report.inventory import inventory
from scanner.report.words import words
from scanner.result import ScanResult


def test_each_subject_of_a_town_says_how_it_was_found(scanned: dict[str, ScanResult]) -> None:
    rows = {(row.kind, row.name): row.found for row in inventory(scanned["saint-exemple.fr"], words("fr"))}
    assert rows["domain", "saint-exemple.fr"] == "domaine demandé"
    assert rows["site", "saint-exemple.fr"] == "le domaine lui-même"
    assert rows["site", "www.saint-exemple.fr"] == "nom usuel du site"
    assert any(kind == "mail_server" and "enregistrement MX, priorité 10" in found for (kind, _), found in rows.items())
    assert any(kind == "host" and "adresse de" in found and "saint-exemple.fr" in found for (kind, _), found in rows.items())
    assert sum(kind == "name_server" for kind, _ in rows) == 2
