from dataclasses import replace

import pytest

from checks.software.cms import cms_end_of_life, cms_installer, cms_outdated
from scanner.model import Reason, Severity, Status, Unobserved
from tests.checks.software.seen import product, software
from tests.judging import Row, row

WORDPRESS = "wordpress"

ROWS = [
    row(cms_outdated, Status.PASS, software=software(product(WORDPRESS, "7.1"))),
    row(cms_outdated, Status.PASS, software=software(product(WORDPRESS, "6.8.12"))),
    row(cms_outdated, Status.FAIL, severity=Severity.MEDIUM, variant="", software=software(product(WORDPRESS, "7.0.2"))),
    row(cms_outdated, Status.FAIL, severity=Severity.HIGH, variant="security", software=software(product("spip", "4.4.8"))),
    row(cms_outdated, Status.FAIL, severity=Severity.MEDIUM, variant="", software=software(product("joomla", "6.0.1"))),
    row(cms_outdated, Status.UNKNOWN, software=software(product(WORDPRESS, "7.9"))),
    row(cms_outdated, Status.FAIL, variant="", software=software(product("spip", "4.4.20"))),
    row(cms_outdated, Status.UNKNOWN, software=software(product("spip", "4.4.40"))),
    row(cms_outdated, Status.FAIL, variant="", software=software(product("mediawiki", "1.43.2"))),
    row(cms_outdated, Status.UNKNOWN, software=software(product("mediawiki", "1.39.17"))),  # Debian 12 mends it
    row(cms_outdated, Status.UNKNOWN, software=software(product("dokuwiki", "2022-07-31b"))),  # so it does
    row(cms_outdated, Status.FAIL, variant="", software=software(product("dokuwiki", "2025-05-14"))),
    row(cms_outdated, Status.PASS, software=software(product("dokuwiki", "2025-05-14a"))),
    row(cms_outdated, Status.UNKNOWN, software=software(product("dokuwiki", "2026-06-01"))),
    row(cms_outdated, Status.UNKNOWN, software=software(product("matomo"))),
    row(cms_outdated, Status.UNKNOWN, software=software(product(WORDPRESS, "6.1.9"))),
    row(cms_outdated, Status.UNKNOWN, software=software(product("drupal", "10"))),
    row(cms_outdated, Status.UNKNOWN, software=software(product(WORDPRESS))),
    row(cms_outdated, Status.UNKNOWN, software=Unobserved(Reason.TIMEOUT)),
    row(cms_outdated, Status.PASS, software=software(product("spip", "4.4.4+dfsg-1+deb13u1"))),
    row(cms_outdated, Status.NOT_APPLICABLE, software=software(product("spip", "3.2.11"))),
    row(cms_outdated, Status.NOT_APPLICABLE, software=software()),
    row(cms_outdated, Status.NOT_APPLICABLE, software=software(product("phpmyadmin", "4.8.0"))),
    row(cms_end_of_life, Status.FAIL, severity=Severity.HIGH, software=software(product("spip", "3.2.11"))),
    row(cms_end_of_life, Status.FAIL, software=software(product("spip", "2.1.12"))),
    row(cms_end_of_life, Status.FAIL, software=software(product("spip", "3.2.11-3+deb11u13"))),
    row(cms_end_of_life, Status.FAIL, software=software(product(WORDPRESS, "4.6.30"))),
    row(cms_end_of_life, Status.FAIL, software=software(product("drupal", "7"))),
    row(cms_end_of_life, Status.FAIL, software=software(product("mediawiki", "1.35.13"))),  # Debian 11 has ended too
    row(cms_end_of_life, Status.FAIL, software=software(product("dokuwiki", "2020-07-29"))),
    row(cms_end_of_life, Status.PASS, software=software(product("mediawiki", "1.39.17"))),
    row(cms_end_of_life, Status.PASS, software=software(product(WORDPRESS, "4.7.35"))),
    row(cms_end_of_life, Status.PASS, software=software(product("spip", "4.4.20"))),
    row(cms_end_of_life, Status.PASS, software=software(product(WORDPRESS, "6.1.9"))),
    row(cms_end_of_life, Status.UNKNOWN, software=software(product("spip", "6.0.0"))),
    row(cms_end_of_life, Status.UNKNOWN, software=software(product("joomla", unseen=Reason.THROTTLED))),
    row(cms_end_of_life, Status.UNKNOWN, software=software(product("drupal", "10"))),
    row(cms_end_of_life, Status.NOT_APPLICABLE, software=software()),
    row(cms_installer, Status.PASS, software=software(product(WORDPRESS, "7.1"))),
    row(
        cms_installer,
        Status.FAIL,
        severity=Severity.CRITICAL,
        software=software(url="https://www.mairie-exemple.fr/wp-admin/install.php", installer="WordPress"),
    ),
    row(cms_installer, Status.UNKNOWN, software=Unobserved(Reason.TIMEOUT)),
    row(cms_installer, Status.UNKNOWN, software=replace(software(), unfinished="spip")),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_content_managers(line: Row) -> None:
    line.hold()


def test_what_is_newer_than_the_table_is_never_called_outdated() -> None:
    outcome = row(cms_outdated, Status.UNKNOWN, software=software(product("wordpress", "12.3.4"))).outcome()
    assert outcome.reason is Reason.NEWER_THAN_DATA


def test_the_reason_of_an_unread_file_is_told() -> None:
    outcome = row(cms_outdated, Status.UNKNOWN, software=software(product("joomla", unseen=Reason.CHALLENGED))).outcome()
    assert outcome.reason is Reason.CHALLENGED
