"""Traps that a scan must see for what they are, from the first packet to the finding."""

import pytest

from scanner.catalogue import Catalogue
from tests.conftest import Visits
from tests.lab.lab import Lab
from tests.lab.towns import TRAPS
from tests.lab.truth import differences

NAMES = ("boucle", "boucle-a-temoin", "boucle-en-clair", "spip-en-travaux", "spip-qui-patiente")


@pytest.fixture(scope="module")
def found(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    towns = [town for town in TRAPS if town.name in NAMES]
    with Lab(towns) as lab:
        results = Visits(lab.config_path, catalogue).scan(*towns)
    return {town.name: differences(town, results[town.domain].outcomes) for town in towns}


@pytest.mark.parametrize("name", NAMES)
def test_a_circle_and_an_unfinished_site_are_seen_for_what_they_are(name: str, found: dict[str, tuple[str, ...]]) -> None:
    assert found[name] == ()
