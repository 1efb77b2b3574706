import pytest

from checks.software.webmail import webmail_outdated
from scanner.model import Reason, Severity, Status, Unobserved
from tests.checks.software.seen import product, software
from tests.judging import Row, row

ROWS = [
    row(webmail_outdated, Status.PASS, software=software(product("roundcube", "1.6.22"))),
    row(webmail_outdated, Status.FAIL, severity=Severity.MEDIUM, variant="", software=software(product("roundcube", "1.6.21"))),
    row(webmail_outdated, Status.FAIL, severity=Severity.HIGH, variant="ended", software=software(product("roundcube", "1.4.9"))),
    row(webmail_outdated, Status.UNKNOWN, software=software(product("roundcube", "1.6.5"))),
    row(webmail_outdated, Status.UNKNOWN, software=software(product("roundcube", "1.8.0"))),
    row(webmail_outdated, Status.UNKNOWN, software=Unobserved(Reason.TIMEOUT)),
    row(webmail_outdated, Status.NOT_APPLICABLE, software=software(product("wordpress", "7.1"))),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_webmail(line: Row) -> None:
    line.hold()
