"""The HTML part in a real browser: readable by everybody, as wide as the window lets it, and alone in the world."""

from __future__ import annotations

import pytest

from scanner.catalogue import Catalogue
from tests.browser.chromium import look, needs_browser
from tests.delivery.samples import EVERYBODY, bodies, composed, dossier
from tests.report.sample import hostile_result, result

pytestmark = needs_browser

#: As a webmail shows it: nothing may run, nothing may be fetched.
_POLICY = """<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">"""


@pytest.mark.parametrize("width", [360, 600])
@pytest.mark.parametrize("form", ["attached", "body", "notice"])
def test_no_form_of_the_mail_shuts_anybody_out(catalogue: Catalogue, form: str, width: int) -> None:
    for scanned in (None, result(catalogue, ()), hostile_result(catalogue)):
        _, html = bodies(composed(dossier(catalogue, scanned), catalogue, EVERYBODY, letter=form))
        seen = look(html.replace("<head>", f"<head>{_POLICY}", 1), width)
        assert seen.violations == ()
        assert seen.wide == ()
        assert seen.fetched == ()
        assert seen.passes > 10
