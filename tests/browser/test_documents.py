"""The documents in a real browser: WCAG 2.2 AA by axe-core, nothing that sticks out, nothing that is fetched."""

from dataclasses import replace
from pathlib import Path

import pytest

from scanner.catalogue import Catalogue
from scanner.dossier import Dossier, Sender, Town
from scanner.report.letter import render_letter
from scanner.report.technical import render_technical
from scanner.result import ScanResult
from tests.browser.chromium import look, needs_browser, screenshot
from tests.report.sample import hostile_result

pytestmark = needs_browser

TOWN = Town("Val-Négligée", "Madame la Maire", "49")
SENDER = Sender("Syndicat numérique de l’Exemple", "02 00 00 00 00", "contact@syndicat-exemple.fr")
DOMAINS = ("saint-exemple.fr", "bourg-ordinaire.fr", "val-negligee.fr", "port-piege.fr", "mont-muet.fr")
RENDERERS = {"letter": render_letter, "technical": render_technical}


@pytest.mark.parametrize("document", RENDERERS)
@pytest.mark.parametrize("domain", DOMAINS)
def test_a_document_of_a_town_has_no_fault_that_axe_can_see(
    scanned: dict[str, ScanResult], catalogue: Catalogue, domain: str, document: str
) -> None:
    html = RENDERERS[document](Dossier(scanned[domain], None, TOWN, SENDER), catalogue, "fr")
    for width, dark in ((360, False), (768, True), (1_280, False)):
        seen = look(html, width, dark=dark)
        assert not seen.violations, (width, dark)
        assert not seen.wide, (width, dark)
        assert not seen.fetched
        assert seen.passes > 20


@pytest.mark.parametrize("document", RENDERERS)
def test_hostile_words_break_neither_the_page_nor_its_layout(catalogue: Catalogue, document: str) -> None:
    seen = look(RENDERERS[document](Dossier(hostile_result(catalogue)), catalogue, "en"), 360)
    assert (seen.violations, seen.wide, seen.fetched) == ((), (), ())


def test_what_changed_is_as_readable_as_the_rest(scanned: dict[str, ScanResult], catalogue: Catalogue) -> None:
    now, before = scanned["val-negligee.fr"], scanned["saint-exemple.fr"]
    earlier = replace(before, domain=now.domain)
    seen = look(render_technical(Dossier(now, earlier, TOWN, SENDER), catalogue, "fr"), 360, dark=True)
    assert (seen.violations, seen.wide) == ((), ())


def test_the_look_sees_a_fault(scanned: dict[str, ScanResult], catalogue: Catalogue) -> None:
    html = render_technical(Dossier(scanned["saint-exemple.fr"]), catalogue, "fr")
    faults = '<img src="x.png"><div style="width: 900px">x</div><p style="color: #bbb; background: #fff">pale words</p></main>'
    seen = look(html.replace("</main>", faults), 360)
    assert {violation.partition(":")[0] for violation in seen.violations} == {"image-alt", "color-contrast"}
    assert len(seen.wide) == 1
    assert len(seen.fetched) == 1


def test_a_document_can_be_photographed(scanned: dict[str, ScanResult], catalogue: Catalogue, tmp_path: Path) -> None:
    html = render_technical(Dossier(scanned["saint-exemple.fr"]), catalogue, "fr")
    screenshot(html, tmp_path / "page.png", 768, 900)
    assert (tmp_path / "page.png").read_bytes().startswith(b"\x89PNG")
