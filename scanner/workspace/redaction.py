"""A settings file without its secrets, its comments kept. Where it cannot be made sure, there is no such file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

#: The names of settings whose values are secret; `…_file` names a file, which says nothing.
_SECRET = r"(?:[A-Za-z0-9_-]*_)?(?:password|passphrase|secret|token|api_key|webhook)"  # noqa: S105 - their names
_KEY = re.compile(_SECRET)
_STRING = r'(?:"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\')'
_LINE = re.compile(rf"""((?:["']?){_SECRET}(?:["']?)\s*=\s*){_STRING}""", re.DOTALL)
#: An address with a password in it, as `postgresql://user:password@host`.
_IN_ADDRESS = re.compile(r"(?P<before>[a-z][a-z0-9+.-]*://[^\s:/@\"']*:)(?P<password>[^\s@\"']+)(?=@)")


def without_secrets(text: str) -> str | None:
    """The text with every secret emptied, also in comments; None where one would be left, or it is not TOML."""
    try:
        secrets = set(_secrets(tomllib.loads(text)))
        emptied = _IN_ADDRESS.sub(r"\g<before>", _LINE.sub(r'\1""', text))
        for secret in _secrets(tomllib.loads(emptied)):
            emptied = emptied.replace(secret, "")  # an address, which stands in the text as it is read
        left = set(_secrets(tomllib.loads(emptied)))
    except tomllib.TOMLDecodeError:
        return None
    return emptied if not left and not any(secret in emptied for secret in secrets) else None


def _secrets(value: Any, key: str = "") -> Iterator[str]:
    """Every secret that the settings hold, as their reader gets it; the address of a webhook is one."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _secrets(inner, key if name == "url" and _KEY.fullmatch(key) else name)
    elif isinstance(value, list):
        for inner in value:
            yield from _secrets(inner, key)
    elif isinstance(value, str):
        if value and _KEY.fullmatch(key):
            yield value
        yield from (found["password"] for found in _IN_ADDRESS.finditer(value))
