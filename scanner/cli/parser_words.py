"""How the parameters of a command are named and documented in the reader's language."""

from __future__ import annotations

import re
from typing import Any

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from scanner.cli.messages import lookup, say

_WORD = re.compile(r"[A-Z]{2,}")


def translate_names(command: TyperCommand | TyperGroup, lang: str) -> None:
    """`FILE` is `FICHIER`; what has no name of its own gets one by its kind."""
    for param in command.params:
        if isinstance(param, TyperOption) and param.is_flag:
            continue
        named = getattr(param, "metavar", None) or ("NUMBER" if _bounds(param) != (None, None) else "NAME")
        param.metavar = _WORD.sub(lambda found: lookup(lang, f"parser.name.{found[0]}") or found[0], named)


def documented(param: Any, lang: str) -> tuple[str, str]:
    """The row of a parameter in the help: how it is typed, and what it means."""
    if isinstance(param, TyperArgument):
        typed = str(param.metavar)
    else:
        typed = " / ".join(", ".join(names) for names in (param.opts, param.secondary_opts) if names)
        typed = typed if param.is_flag else f"{typed} {param.metavar}"
    remarks = []
    low, high = _bounds(param)
    if low is not None and high is not None:
        remarks.append(say(lang, "parser.between", low=low, high=high))
    elif low is not None:
        remarks.append(say(lang, "parser.at_least", low=low))
    if param.required:
        remarks.append(say(lang, "parser.required"))
    elif isinstance(param.default, int) and not isinstance(param.default, bool):
        remarks.append(say(lang, "parser.default", value=param.default))
    remark = f"  [{', '.join(remarks)}]" if remarks else ""
    return typed, f"{param.help or ''}{remark}"


def shown_name(param: Any) -> str:
    """An option by its longest form, an argument by its name."""
    if param is None:
        return "?"
    return str(param.metavar) if isinstance(param, TyperArgument) else str(max(param.opts, key=len))


def hint(param: Any, lang: str) -> str:
    """What would do in its place."""
    low, high = _bounds(param)
    if low is not None and high is not None:
        return say(lang, "parser.number_between", low=low, high=high)
    if low is not None:
        return say(lang, "parser.number_from", low=low)
    return say(lang, "parser.see_below")


def _bounds(param: Any) -> tuple[Any, Any]:
    return getattr(param, "min", None), getattr(param, "max", None)
