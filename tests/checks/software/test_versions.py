import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.software.versions import MAX_TEXT, Version, read_version


def version(text: str) -> Version:
    read = read_version(text)
    assert read is not None
    return read


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("6.8.8", "6.8.10"),
        ("7.0.4", "7.1"),
        ("7.1-RC1", "7.1"),
        ("7.1-alpha-60000", "7.1-beta2"),
        ("7.1-beta2", "7.1-RC1"),
        ("1.1.1", "1.1.1w"),
        ("1.0.2k", "1.0.2u"),
        ("0.9.8z", "0.9.8zh"),
        ("9.2p1", "9.2p2"),
        ("1.3.8", "1.3.8c"),
        ("4.4.9", "4.4.15"),
        ("2022-07-31a", "2022-07-31b"),
        ("2022-07-31b", "2023-04-04"),
        ("3.3.0-dev", "3.3.0"),
        ("5.2.1", "5.2.2deb1"),
    ],
)
def test_versions_are_ordered_as_their_authors_meant(older: str, newer: str) -> None:
    assert version(older) < version(newer)
    assert not version(newer) < version(older)


def test_a_missing_zero_changes_nothing() -> None:
    assert version("7.1").order == version("7.1.0").order
    assert not version("7.1") < version("7.1.0")


@pytest.mark.parametrize(
    ("text", "upstream", "distribution", "release"),
    [
        ("8.2.7-1+deb12u1", "8.2.7", "debian", "12"),
        ("7.0.33-0+deb9u12", "7.0.33", "debian", "9"),
        ("7.3.31-1~deb10u7", "7.3.31", "debian", "10"),
        ("8.1.2-1ubuntu2.14", "8.1.2", "ubuntu", ""),
        ("5.2.2deb1", "5.2.2", "debian", ""),
        ("4.4.30+dfsg-0+deb13u1", "4.4.30", "debian", "13"),
        ("9.2p1 Debian-2+deb12u3", "9.2p1", "debian", "12"),
        ("1.0.2k-fips", "1.0.2k", "", ""),
        ("7.4.33", "7.4.33", "", ""),
        ("7.1-RC1", "7.1-RC1", "", ""),
        ("2.4.6-97.el7.centos", "2.4.6", "redhat", ""),
    ],
)
def test_the_suffix_of_a_distribution_is_told_from_the_version(text: str, upstream: str, distribution: str, release: str) -> None:
    read = version(text)
    assert (read.upstream, read.distribution, read.release) == (upstream, distribution, release)


def test_a_branch_is_its_first_numbers() -> None:
    assert version("5.2.1").within("5.2")
    assert version("7.1").within("7.1")
    assert version("10").within("10.0")
    assert not version("5.20").within("5.2")


@pytest.mark.parametrize("text", ["", "latest", "-1", ".5", "٣.٤", "deb12u1"])
def test_what_is_no_version_reads_as_none(text: str) -> None:
    assert read_version(text) is None


@given(st.text(max_size=300))
def test_no_input_raises_and_nothing_long_is_kept(text: str) -> None:
    read = read_version(text)
    if read is not None:
        assert len(read.text) <= MAX_TEXT
        assert read.order == read.order


VERSIONS = st.from_regex(r"\A[0-9]{1,3}(\.[0-9]{1,3}){0,3}(p[0-9]|[a-z]|-rc[0-9]|-beta|\+deb1[0-3]u[0-9])?\Z")


@given(VERSIONS, VERSIONS, VERSIONS)
def test_the_order_is_total_and_transitive(one: str, two: str, three: str) -> None:
    first, second, third = (version(text) for text in (one, two, three))
    assert (first < second) + (second < first) + (first.order == second.order) == 1
    if first < second and second < third:
        assert first < third
