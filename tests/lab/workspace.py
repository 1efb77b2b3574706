"""A workspace that `beffroi init` wrote, its settings changed as their comments tell, so that it sees a laboratory."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

SETTINGS = "beffroi.toml"


def see_laboratory(folder: Path, config: Path, **more: object) -> None:
    """Copy `[network]` of a laboratory's configuration; `more` are further keys of that table."""
    change(folder, "network", tomllib.loads(config.read_text("utf-8"))["network"] | more)


def change(folder: Path, table: str, values: Mapping[str, object]) -> None:
    """Set these keys of one table, where `init` has left them out or set them; each value on a line of its own."""
    path = folder / SETTINGS
    before, head, after = path.read_text("utf-8").partition(f"\n[{table}]\n")
    assert head, f"no [{table}] in {path}"
    mine, end, rest = re.match(r"(?s)(.*?)(\n\[|\Z)(.*)", after).groups()  # type: ignore[union-attr]
    for key in values:
        mine = re.sub(rf"(?m)^{key} = .*\n", "", mine)
    lines = "".join(f"{key} = {_toml(value)}\n" for key, value in values.items())
    path.write_text(f"{before}{head}{lines}{mine}{end}{rest}", "utf-8")


def _toml(value: object) -> str:
    """Strings, numbers, booleans and lists are written alike in JSON and TOML; tables are not."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)
