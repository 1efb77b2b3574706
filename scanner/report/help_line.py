"""Whom an attacked authority calls: the centre of its region, from csirt.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from scanner.report.values import Worded


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A regional response centre. `phone` is "" where we could not confirm it."""

    name: str
    site: str
    phone: str = ""

    @property
    def contact(self) -> Worded:
        """The telephone on one line where there is one, and the site."""
        return Worded(" – ".join(filter(None, (self.phone.replace(" ", "\u00a0"), self.site))))


def help_line(departement: str) -> HelpLine | None:
    """The centre that serves a département (`49`, `2A`, `974`); None where we know of none."""
    return _centres().get(departement)


@lru_cache(maxsize=1)
def _centres() -> dict[str, HelpLine]:
    content = tomllib.loads(files("scanner.report").joinpath("csirt.toml").read_text("utf-8"))
    return {
        departement: HelpLine(centre["name"], centre["site"], centre.get("phone", ""))
        for centre in content["centre"]
        for departement in centre["departements"]
    }
