import pytest

from scanner.advice import render
from scanner.contract import CheckSpec
from scanner.model import Status
from tests.checks.software import test_admin_tool, test_banners, test_cms, test_exploited, test_webmail
from tests.judging import DOMAIN, Row

FAILING = [
    line
    for module in (test_admin_tool, test_banners, test_cms, test_exploited, test_webmail)
    for line in module.ROWS
    if line.expected is Status.FAIL
]


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("line", FAILING, ids=str)
def test_every_finding_has_all_the_facts_of_its_text(line: Row, lang: str) -> None:
    outcome = line.outcome()
    assert isinstance(line.spec, CheckSpec)
    for finding in outcome.findings:
        assert all(render(line.spec, finding, outcome.subject, DOMAIN, lang).parts)
