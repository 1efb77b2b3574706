"""One observation to plain JSON values and back, by its class."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar, cast

from cattrs import BaseValidationError, Converter
from cattrs.strategies import configure_union_passthrough

from scanner.model import Observation

O = TypeVar("O", bound=Observation)  # noqa: E741


class CodecError(ValueError):
    """The stored form is not one of this class: another version wrote it, or somebody changed it."""


def encode(observation: Observation) -> dict[str, Any]:
    """Strings, numbers, lists and objects only; bytes in base64, moments in ISO 8601."""
    return cast(dict[str, Any], _CONVERTER.unstructure(observation))


def decode(kind: type[O], stored: object) -> O:
    """The observation that `encode` wrote. Raises CodecError; nothing is converted silently."""
    if not isinstance(stored, dict):
        raise CodecError(f"{kind.__name__}: an object is wanted, not {type(stored).__name__}")
    try:
        return _CONVERTER.structure(stored, kind)
    except (BaseValidationError, ValueError, TypeError, KeyError) as error:
        raise CodecError(f"{kind.__name__}: {error}"[:300]) from error


def _converter() -> Converter:
    converter = Converter(forbid_extra_keys=True)
    for primitive in (str, int, float, bool):  # these catch StrEnum and IntEnum too
        converter.register_structure_hook(primitive, _exactly)
    converter.register_unstructure_hook(bytes, lambda value: base64.b64encode(value).decode("ascii"))
    converter.register_structure_hook(bytes, _bytes)
    converter.register_unstructure_hook(datetime, lambda value: value.isoformat())
    converter.register_structure_hook(datetime, lambda value, _: datetime.fromisoformat(_exactly(value, str)))
    converter.register_unstructure_hook_func(_is_tuple, lambda value: [converter.unstructure(member) for member in value])
    configure_union_passthrough(str | int | float | bool | None, converter)
    return converter


def _exactly(value: Any, kind: type) -> Any:
    """cattrs would call `int("7")`; a stored file with another type is a file of another form."""
    if issubclass(kind, Enum):
        return kind(_exactly(value, str if issubclass(kind, str) else int))
    if type(value) is kind:
        return value
    if kind is float and type(value) is int:
        return float(value)
    raise TypeError(f"{kind.__name__} wanted, not {type(value).__name__}")


def _bytes(value: Any, _: type) -> bytes:
    try:
        return base64.b64decode(_exactly(value, str), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error


def _is_tuple(kind: Any) -> bool:
    return kind is tuple or getattr(kind, "__origin__", None) is tuple


_CONVERTER = _converter()
