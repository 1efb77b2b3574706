import pytest

from checks.software.admin_tool import PhpMyAdminPage, admin_tool_exposed
from scanner.model import Absent, Proof, Reason, Severity, Status, Unobserved
from tests.checks.software.seen import URL, product, software
from tests.judging import Row, row

NONE = Absent(Proof.NOT_FOUND)
PAGE = PhpMyAdminPage(f"{URL}phpmyadmin/", "5.0.4")
NO_MANDATE = Unobserved(Reason.NO_MANDATE)
LINKED = software(product("phpmyadmin", "5.0.4"))

ROWS = [
    row(admin_tool_exposed, Status.PASS, software=software(), tried=NONE),
    row(admin_tool_exposed, Status.PASS, software=software(product("phpmyadmin", confirmed=False)), tried=NONE),
    row(admin_tool_exposed, Status.FAIL, severity=Severity.MEDIUM, software=software(), tried=PAGE),
    row(admin_tool_exposed, Status.FAIL, software=LINKED, tried=NO_MANDATE),
    row(admin_tool_exposed, Status.UNKNOWN, software=software(), tried=NO_MANDATE),
    row(admin_tool_exposed, Status.UNKNOWN, software=Unobserved(Reason.TIMEOUT), tried=NO_MANDATE),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_admin_tool(line: Row) -> None:
    line.hold()
