"""Which plan each authority follows, hence which domains a campaign looks at. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scanner.campaign.due import EVERYBODY, Plan
from scanner.registry.model import Authority


@dataclass(frozen=True, slots=True)
class Choice:
    """Which authorities a person wants; all where nothing is said. Tags widen, the others narrow."""

    tags: tuple[str, ...] = ()
    departement: str = ""
    epci: str = ""

    def __str__(self) -> str:
        """For people: `tag nord, tag pilote, 49`."""
        parts = (*(f"tag {tag}" for tag in self.tags), self.departement, self.epci)
        return ", ".join(part for part in parts if part)


def governing(authority: Authority, plans: Sequence[Plan]) -> Plan | None:
    """The plan of its own, else the first whose tag it bears, else the one for everybody; None where there is none."""
    own = [plan for plan in plans if plan.authority and plan.authority in _keys(authority)]
    tagged = [plan for plan in plans if plan.tag and plan.tag in authority.tags]
    general = [plan for plan in plans if not plan.tag and not plan.authority]
    return next(iter((*own, *tagged, *general)), None)


def members_of(plan: Plan, plans: Sequence[Plan], authorities: Iterable[Authority]) -> tuple[str, ...]:
    """The domains that a campaign of this plan looks at: each authority is looked at by one plan alone."""
    return domains_of(authority for authority in authorities if governing(authority, plans) == plan)


def domains_of(authorities: Iterable[Authority]) -> tuple[str, ...]:
    """Every domain to be scanned, each once, in an order in which neighbours of a list are apart.

    A hoster's customers often come one after the other in the list of a syndicate; side by side they would only wait for
    the same machine.
    """
    names = {domain.name for authority in authorities for domain in authority.domains if domain.scanned}
    return tuple(sorted(names, key=lambda name: hashlib.sha256(name.encode()).digest()))


def campaign_name(period: str, *parts: str) -> str:
    """`2026-11`, `2026-11-nord`: short, unique, and fit for a file name."""
    return "-".join((period, *(part for part in parts if part and part != EVERYBODY)))


def _keys(authority: Authority) -> frozenset[str]:
    """What a person may call it by in the settings."""
    names = (authority.siren, authority.insee, authority.name, *(domain.name for domain in authority.domains))
    return frozenset(name for name in names if name)
