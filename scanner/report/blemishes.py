"""Which checks are not to be praised: a record that is published and malformed is no merit."""

from __future__ import annotations

from collections.abc import Callable

from scanner.model import Status
from scanner.result import ScanResult


def blemished(result: ScanResult, matter: Callable[[str], str]) -> frozenset[str]:
    """The id of every check whose matter has a finding in this result, or something that could not be seen."""
    troubled = {matter(each.check) for each in result.outcomes if each.status in (Status.FAIL, Status.UNKNOWN)}
    return frozenset(each.check for each in result.outcomes if matter(each.check) in troubled)


def thing(check: str) -> str:
    """What the id of a check begins with: `tls.certificate` of `tls.certificate-name`."""
    return check.partition("-")[0]
