import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.software.banners import MAX_TOKENS, banner_versions, php_end_of_life, server_end_of_life, version_disclosed
from scanner.model import Reason, Severity, Status, Unobserved
from tests.checks.software.seen import banners
from tests.judging import Row, row

UNSEEN = Unobserved(Reason.TIMEOUT)

ROWS = [
    row(php_end_of_life, Status.FAIL, severity=Severity.MEDIUM, variant="", software=banners("x-powered-by: PHP/7.4")),
    row(php_end_of_life, Status.FAIL, variant="", software=banners("server: Apache/2.2.34 (Unix)", "x-powered-by: PHP/7.4.33")),
    row(php_end_of_life, Status.FAIL, variant="", software=banners("server: Apache/2.4.68 (Debian)", "x-powered-by: PHP/8.0.30")),
    row(php_end_of_life, Status.FAIL, variant="", software=banners("x-powered-by: PHP/5.2.17")),
    row(php_end_of_life, Status.FAIL, variant="distribution", software=banners("x-powered-by: PHP/7.0.33-0+deb9u12")),
    row(php_end_of_life, Status.PASS, software=banners("x-powered-by: PHP/8.4.1")),
    row(php_end_of_life, Status.PASS, software=banners("x-powered-by: PHP/8.2.7-1+deb12u1")),
    row(php_end_of_life, Status.PASS, software=banners("x-powered-by: PHP/8.1.2-1ubuntu2.14")),
    row(php_end_of_life, Status.UNKNOWN, software=banners("x-powered-by: PHP/7.4.33")),
    row(php_end_of_life, Status.UNKNOWN, software=banners("server: Apache/2.4.6 (CentOS) PHP/5.4.16")),
    row(php_end_of_life, Status.UNKNOWN, software=banners("x-powered-by: PHP/9.1.0")),
    row(php_end_of_life, Status.UNKNOWN, software=UNSEEN),
    row(php_end_of_life, Status.NOT_APPLICABLE, software=banners("server: Apache")),
    row(php_end_of_life, Status.NOT_APPLICABLE, software=banners("x-powered-by: PHP/8.9.1-1ubuntu1")),
    row(server_end_of_life, Status.FAIL, severity=Severity.LOW, variant="", software=banners("server: Apache/2.2.34 (Unix)")),
    row(server_end_of_life, Status.FAIL, variant="", software=banners("server: nginx/1.20.2")),
    row(server_end_of_life, Status.FAIL, variant="", software=banners("server: Microsoft-IIS/7.5")),
    row(server_end_of_life, Status.FAIL, variant="", software=banners("server: Apache/2.4.57 (Unix) OpenSSL/1.0.1e")),
    row(server_end_of_life, Status.FAIL, variant="distribution", software=banners("server: Apache/2.4.25 (Debian)")),
    row(server_end_of_life, Status.PASS, software=banners("server: Apache/2.4.62 (Debian)")),
    row(server_end_of_life, Status.PASS, software=banners("server: nginx/1.18.0 (Ubuntu)")),
    row(server_end_of_life, Status.PASS, software=banners("server: nginx/1.30.1")),
    row(server_end_of_life, Status.PASS, software=banners("server: Microsoft-IIS/10.0")),
    row(server_end_of_life, Status.UNKNOWN, software=banners("server: nginx/1.22.1")),
    row(server_end_of_life, Status.UNKNOWN, software=banners("server: nginx/1.40.0")),
    row(server_end_of_life, Status.UNKNOWN, software=banners("server: Apache/2.4.41 (Ubuntu)")),
    row(server_end_of_life, Status.UNKNOWN, software=UNSEEN),
    row(server_end_of_life, Status.NOT_APPLICABLE, software=banners("server: nginx")),
    row(version_disclosed, Status.FAIL, severity=Severity.INFO, software=banners("server: Apache/2.4.62 (Debian)")),
    row(version_disclosed, Status.FAIL, software=banners("x-aspnet-version: 4.0.30319")),
    row(version_disclosed, Status.FAIL, software=banners(generators=("WordPress 7.0.2",))),
    row(version_disclosed, Status.FAIL, software=banners("composed-by: SPIP 4.4.3 @ www.spip.net")),
    row(version_disclosed, Status.PASS, software=banners("server: nginx", "x-generator: Drupal 10 (https://www.drupal.org)")),
    row(version_disclosed, Status.PASS, software=banners(generators=("Joomla! - Open Source Content Management",))),
    row(version_disclosed, Status.UNKNOWN, software=UNSEEN),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_banners(line: Row) -> None:
    line.hold()


def test_every_product_of_one_banner_is_read() -> None:
    found = banner_versions(banners("server: Apache/2.4.6 (CentOS) OpenSSL/1.0.2k-fips PHP/5.4.16"))
    assert [(seen.product.id, seen.version.upstream, seen.brand) for seen in found] == [
        ("apache", "2.4.6", "redhat"),
        ("openssl", "1.0.2k", "redhat"),
        ("php", "5.4.16", "redhat"),
    ]


def test_the_evidence_is_the_line_that_was_sent() -> None:
    (finding,) = row(php_end_of_life, Status.FAIL, software=banners("x-powered-by: PHP/7.4")).hold()
    assert finding.evidence == ("x-powered-by: PHP/7.4",)


@given(st.lists(st.text(max_size=300), max_size=4))
def test_no_banner_raises(values: list[str]) -> None:
    seen = banners(*(f"server: {value}" for value in values))
    assert len(banner_versions(seen)) <= MAX_TOKENS
    for check in (php_end_of_life, server_end_of_life, version_disclosed):
        assert row(check, Status.PASS, software=seen).outcome().reason is not Reason.BUG
