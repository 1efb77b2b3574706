from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from checks.software.lifecycle import Age, Menace, dangers, standing, table
from checks.software.versions import Version, read_version
from tests.judging import NOW


def version(text: str) -> Version:
    read = read_version(text)
    assert read is not None
    return read


def age(product: str, text: str, *, brand: str = "", now: datetime = NOW) -> Age:
    return standing(table().products[product], version(text), now, brand=brand).age


@pytest.mark.parametrize(
    ("product", "text", "expected"),
    [
        ("wordpress", "7.1", Age.LATEST),
        ("wordpress", "7.0.2", Age.LATE),
        ("wordpress", "6.8.12", Age.LATEST),  # an old branch that still gets its fixes
        ("wordpress", "4.6.30", Age.ENDED),
        ("wordpress", "3.5", Age.ENDED),  # older than all that the table holds
        ("wordpress", "7.2", Age.NEWER),
        ("wordpress", "7.1.1", Age.NEWER),
        ("wordpress", "6.1.9", Age.PATCHED),  # the number that Debian 12 shows without any suffix
        ("wordpress", "6.1.8", Age.LATE),
        ("spip", "3.2.11", Age.ENDED),
        ("spip", "4.4.14", Age.LATE),
        ("spip", "4.4.15", Age.LATE),
        ("spip", "4.4.30", Age.LATEST),
        ("spip", "4.4.4+dfsg-1+deb13u1", Age.PATCHED),
        ("spip", "3.2.11-3+deb11u13", Age.ENDED),
        ("drupal", "7", Age.ENDED),
        ("drupal", "9", Age.ENDED),
        ("drupal", "10", Age.VAGUE),
        ("drupal", "10.4.1", Age.ENDED),
        ("joomla", "5.4.0", Age.LATE),
        ("joomla", "4.4.14", Age.ENDED),
        ("mediawiki", "1.35.13", Age.ENDED),
        ("mediawiki", "1.39.17", Age.PATCHED),
        ("mediawiki", "1.39.16", Age.ENDED),
        ("mediawiki", "1.47.0", Age.NEWER),
        ("dokuwiki", "2022-07-31b", Age.PATCHED),
        ("dokuwiki", "2023-04-04a", Age.ENDED),
        ("dokuwiki", "2026-06-01", Age.NEWER),
        ("matomo", "5.3.1", Age.PATCHED),
        ("matomo", "4.16.2", Age.ENDED),
        ("nextcloud", "22.2.10", Age.ENDED),
        ("roundcube", "1.6.5", Age.PATCHED),
        ("roundcube", "1.6.10", Age.LATE),
    ],
)
def test_a_version_finds_its_place(product: str, text: str, expected: Age) -> None:
    assert age(product, text) is expected


@pytest.mark.parametrize(
    ("product", "text", "brand", "expected"),
    [
        ("nginx", "1.22.1", "", Age.PATCHED),
        ("nginx", "1.22.0", "", Age.ENDED),
        ("nginx", "1.18.0", "ubuntu", Age.PATCHED),
        ("apache", "2.4.62", "debian", Age.LATE),
        ("apache", "2.4.38", "debian", Age.ENDED),  # Debian 10, though the branch 2.4 lives on
        ("apache", "2.4.41", "ubuntu", Age.UNDECIDED),  # Ubuntu 20.04: by contract until 2030
        ("apache", "2.2.34", "other", Age.ENDED),
        ("php", "7.4.33", "", Age.PATCHED),  # Red Hat 8 mends it until 2029
        ("php", "7.4.33", "debian", Age.ENDED),
        ("php", "7.4.33", "other", Age.ENDED),
        ("php", "7.4", "", Age.ENDED),  # no distribution shows so little
        ("php", "8.2.7-1+deb12u1", "", Age.PATCHED),
        ("php", "7.0.33-0+deb9u12", "", Age.ENDED),
        ("php", "5.4.16", "redhat", Age.UNDECIDED),
        ("openssl", "1.0.2k-fips", "redhat", Age.UNDECIDED),
        ("openssl", "3.0.11", "", Age.PATCHED),
        ("openssl", "1.0.1e", "other", Age.ENDED),
    ],
)
def test_distributions_mend_what_their_authors_gave_up(product: str, text: str, brand: str, expected: Age) -> None:
    assert age(product, text, brand=brand) is expected


def test_a_branch_is_maintained_until_its_last_day() -> None:
    end = datetime(2026, 12, 31, tzinfo=UTC)
    assert age("php", "8.2.1", brand="other", now=end - timedelta(seconds=1)) is Age.LATE
    assert age("php", "8.2.1", brand="other", now=end) is Age.ENDED


def test_dangers_hold_from_their_first_version_to_the_one_that_mends_them() -> None:
    spip = table().products["spip"]
    found = [danger.id for danger in dangers(spip, version("4.2.12"), Menace.CRITICAL)]
    assert found == ["CVE-2024-7954", "CVE-2024-8517"]
    assert dangers(spip, version("4.4.15"), Menace.CRITICAL) == ()
    assert dangers(spip, version("4.4.15"), Menace.ADVISORY) == ()


def test_the_table_is_in_order_and_complete() -> None:
    for product in table().products.values():
        starts = [version(branch.name) for branch in product.branches]
        assert all(below < above for above, below in pairwise(starts)), product.id
        assert all(version(branch.latest).within(branch.name) for branch in product.branches), product.id
        assert product.branches[-1].ended is not None, f"{product.id}: what is older still has no end"
        assert product.source.startswith("https://")
        for danger in product.dangers:
            assert version(danger.first) < version(danger.fixed)
    for release in table().releases:
        assert release.until <= release.ended
        assert all(product in table().products for product, _ in release.packages)
