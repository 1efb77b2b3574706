import tomllib
from importlib.resources import files

import pytest

from scanner.report.help_line import help_line

METROPOLE = [f"{number:02}" for number in range(1, 96) if number != 20] + ["2A", "2B"]
OVERSEAS = ["971", "972", "973", "974", "975", "976", "977", "978", "986", "987", "988"]
#: Auvergne-Rhône-Alpes has no centre of its own that we know of.
WITHOUT = {"01", "03", "07", "15", "26", "38", "42", "43", "63", "69", "73", "74", "975", "976", "978", "986", "987"}
CENTRES = tomllib.loads(files("scanner.report").joinpath("csirt.toml").read_text("utf-8"))["centre"]


def test_every_departement_is_served_by_one_centre_or_known_to_have_none() -> None:
    served = [departement for centre in CENTRES for departement in centre["departements"]]
    assert len(served) == len(set(served))
    assert set(served) | WITHOUT == {*METROPOLE, *OVERSEAS}
    assert not set(served) & WITHOUT


@pytest.mark.parametrize("centre", CENTRES, ids=lambda centre: centre["name"])
def test_a_centre_can_be_reached(centre: dict[str, object]) -> None:
    line = help_line(str(centre["departements"][0]))  # type: ignore[index]
    assert line is not None
    assert line.name == centre["name"]
    assert "." in line.site
    assert not line.site.startswith("http")
    assert len("".join(line.phone.split())) in (0, 10)


@pytest.mark.parametrize("departement", ["", "69", "99", "2C"])
def test_nobody_is_named_where_we_know_of_none(departement: str) -> None:
    assert help_line(departement) is None
