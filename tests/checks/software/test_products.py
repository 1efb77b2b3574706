import pytest

from checks.software.products import _more_telling


@pytest.mark.parametrize(
    ("page", "file", "kept"),
    [
        ("3.2.11-3+deb11u10", "3.2.11", "3.2.11-3+deb11u10"),  # Debian's own file tells only the upstream number
        ("4.4.3", "4.4.30", "4.4.30"),
        ("4.4.4-1+deb13u1", "4.4.30", "4.4.30"),
        ("", "4.4.30", "4.4.30"),
    ],
)
def test_a_distribution_suffix_on_the_page_outweighs_the_bare_number_of_a_file(page: str, file: str, kept: str) -> None:
    assert _more_telling((page, "page"), (file, "file"))[0] == kept
