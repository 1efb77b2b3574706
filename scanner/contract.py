"""@probe and @check: a function's own annotations are the dependency graph (DESIGN 4).

Neither decorator changes its function: a test calls plain Python. They only leave a spec on it,
which the catalogue reads.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from scanner.model import (
    Absent,
    Actor,
    Effort,
    Level,
    Observation,
    Reference,
    Severity,
    Subject,
    Unobserved,
    Verdict,
)
from scanner.net.types import Net

F = TypeVar("F", bound=Callable[..., Any])
MARK = "__beffroi__"


class ContractError(Exception):
    """A probe or a check is not written as the contract asks; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Need:
    """One parameter that wants an observation.

    `many` is `tuple[X, ...]`: those of all subjects below. `absent` and `unobserved` say whether the
    function knows what to do with an Absent or an Unobserved instead of the fact.
    """

    parameter: str
    gives: type[Observation]
    many: bool = False
    absent: bool = False
    unobserved: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """What the annotations of a function say."""

    subject: type[Subject]
    subject_parameter: str
    needs: tuple[Need, ...]
    net_parameter: str = ""
    now_parameter: str = ""


@dataclass(frozen=True, slots=True)
class ProbeSpec:
    """A function that looks. `seconds` count only while it holds a connection slot or waits for DNS."""

    function: Callable[..., Any]
    signature: Signature
    gives: type[Observation]
    seconds: float
    level: Level

    @property
    def name(self) -> str:
        """Where to find it: `checks.web.home.home_page`."""
        return f"{self.function.__module__}.{self.function.__name__}"


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """A function that judges."""

    id: str
    function: Callable[..., Iterable[Verdict]]
    signature: Signature
    severity: Severity
    references: tuple[Reference, ...]
    actor: Actor
    effort: Effort
    variants: tuple[str, ...]

    @property
    def family(self) -> str:
        """The part of the id before the dot."""
        return self.id.partition(".")[0]

    @property
    def topic(self) -> str:
        """The module whose texts stand beside it."""
        return self.function.__module__


def probe(*, seconds: float, level: Level = Level.PASSIVE) -> Callable[[F], F]:
    """Declare a probe: `async def f(subject, facts..., net: Net) -> X | Absent | Unobserved`.

    `seconds` is its whole budget on the network. A raised NetFailure becomes Unobserved(reason).
    """

    def mark(function: F) -> F:
        setattr(function, MARK, lambda: _probe_spec(function, seconds, level))
        return function

    return mark


def check(
    id: str,
    *,
    severity: Severity,
    references: tuple[Reference, ...],
    actor: Actor,
    effort: Effort,
    variants: tuple[str, ...] = (),
) -> Callable[[F], F]:
    """Declare a check: `def f(subject, facts...) -> Iterator[Verdict]`, pure.

    `id` is `family.topic-in-words`. `variants` names the findings that have a text of their own.
    """

    def mark(function: F) -> F:
        def build() -> CheckSpec:
            signature = read_signature(function)
            if signature.net_parameter:
                raise ContractError(f"{_place(function)}: a check judges and never looks; take Net out of its parameters")
            return CheckSpec(id, function, signature, severity, references, actor, effort, variants)

        setattr(function, MARK, build)
        return function

    return mark


def spec_of(function: object) -> ProbeSpec | CheckSpec | None:
    """The spec that a decorator left, None for anything else. Raises ContractError."""
    build = getattr(function, MARK, None)
    return typing.cast(ProbeSpec | CheckSpec, build()) if callable(build) else None


def read_signature(function: Callable[..., Any]) -> Signature:
    """Read subject, needs, Net and the time from the annotations. Raises ContractError."""
    hints = _hints(function)
    hints.pop("return", None)
    subject: type[Subject] | None = None
    subject_parameter = net = now = ""
    needs: list[Need] = []
    for parameter, hint in hints.items():
        if isinstance(hint, type) and issubclass(hint, Subject):
            if subject is not None:
                raise ContractError(f"{_place(function)}: two subjects ({subject_parameter}, {parameter}); keep one")
            subject, subject_parameter = hint, parameter
        elif hint is Net:
            net = parameter
        elif hint is datetime:
            now = parameter
        else:
            needs.append(_need(function, parameter, hint))
    if subject is None or subject is Subject:
        raise ContractError(f"{_place(function)}: its first parameter must be a Domain, Site, MailServer or Host")
    return Signature(subject, subject_parameter, tuple(needs), net, now)


def _probe_spec(function: Callable[..., Any], seconds: float, level: Level) -> ProbeSpec:
    signature = read_signature(function)
    for need in signature.needs:
        if need.many:
            raise ContractError(f"{_place(function)}: tuple[...] is for checks; a probe looks at one subject")
    facts = [hint for hint in _members(_hints(function).get("return")) if hint not in (Absent, Unobserved)]
    if len(facts) != 1 or not _is_observation(facts[0]):
        raise ContractError(f"{_place(function)}: its return type must name one Observation, e.g. `-> Mx | Absent`")
    return ProbeSpec(function, signature, facts[0], seconds, level)


def _need(function: Callable[..., Any], parameter: str, hint: Any) -> Need:
    many = typing.get_origin(hint) is tuple and typing.get_args(hint)[1:] == (Ellipsis,)
    members = _members(typing.get_args(hint)[0] if many else hint)
    facts = [member for member in members if member not in (Absent, Unobserved)]
    if len(facts) != 1 or not _is_observation(facts[0]):
        raise ContractError(f"{_place(function)}: parameter {parameter!r} must be an Observation, Net, datetime or a subject")
    return Need(parameter, facts[0], many, Absent in members, Unobserved in members)


def _members(hint: Any) -> tuple[Any, ...]:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return typing.get_args(hint)
    return (hint,)


def _is_observation(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, Observation) and hint is not Observation


def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    try:
        return typing.get_type_hints(function)
    except NameError as error:
        raise ContractError(f"{_place(function)}: {error}; import it at run time, not under TYPE_CHECKING") from error


def _place(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__name__}"
