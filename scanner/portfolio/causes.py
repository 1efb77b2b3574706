"""Many ties in, the causes that several domains share out: the syndicate's own first, then by the points to win. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from scanner.model import Fact
from scanner.portfolio.cause import Cause, CauseKey, CauseKind, Share, Tie, shared_facts
from scanner.portfolio.model import Row, Serving
from scanner.suppliers.recognise import Certainty

LEAST_SHARED = 2  # domains with something to correct; below that a cause is one town's own matter


@dataclass(slots=True)
class _Pile:
    """Everything that is tied to one cause."""

    clients: int = 0
    shares: list[Share] = field(default_factory=list)
    facts: dict[tuple[str, str], Mapping[str, Fact]] = field(default_factory=dict)

    def take(self, row: Row, tie: Tie) -> None:
        """The facts stay with the cause, as far as they are the same for all."""
        self.clients += 1
        if tie.faults:
            self.shares.append(Share(row, replace(tie, facts={})))
        for kind, facts in tie.facts.items():
            self.facts[kind] = shared_facts(self.facts[kind], facts) if kind in self.facts else dict(facts)


class Ledger:
    """The ties of all rows, taken in one at a time. `own` are the ids or names of suppliers that are the syndicate itself."""

    def __init__(self, own: Iterable[str] = ()) -> None:
        self._own = {name.casefold().lstrip("=") for name in own}
        self._piles: dict[CauseKey, _Pile] = {}

    def take(self, row: Row, ties: Iterable[Tie]) -> None:
        """Every tie of one row."""
        for tie in ties:
            self._piles.setdefault(tie.cause, _Pile()).take(row, tie)

    def causes(self) -> tuple[Cause, ...]:
        """What several domains share, a supplier once for each of its roles."""
        return self._sorted(key for key in self._piles if key.kind is not CauseKind.SUPPLIER or key.role is not None)

    def levers(self) -> tuple[Cause, ...]:
        """The suppliers, each with all its roles together."""
        return self._sorted(key for key in self._piles if key.kind is CauseKind.SUPPLIER and key.role is None)

    def _sorted(self, keys: Iterable[CauseKey]) -> tuple[Cause, ...]:
        shared = (key for key in keys if len(self._piles[key].shares) >= LEAST_SHARED)
        return tuple(sorted((self._cause(key) for key in shared), key=_rank))

    def _cause(self, key: CauseKey) -> Cause:
        pile = self._piles[key]
        shares = tuple(sorted(pile.shares, key=_gain))
        agent = _agent(shares)
        own = agent is not None and bool({agent.id.casefold(), agent.name.casefold()} & self._own)
        name = agent.name if key.kind is CauseKind.SUPPLIER and agent else key.id
        return Cause(key, name, own, agent, shares, pile.clients, pile.facts)


def _agent(shares: tuple[Share, ...]) -> Serving | None:
    """Who acts for half of them at least, as confirmed where anybody confirms it; None where nobody does."""
    agents = [share.tie.agent for share in shares if share.tie.agent is not None]
    companies = Counter(agent.key for agent in agents)
    key = max(companies, key=lambda key: (companies[key], key), default="")
    if 2 * companies[key] < len(shares):
        return None
    mine = (agent for agent in agents if agent.key == key)
    return max(mine, key=lambda agent: (agent.certainty is Certainty.CONFIRMED, agent.role), default=None)


def _gain(share: Share) -> tuple[bool, int, int, str]:
    """Those that win most first, then those with the worst finding, then by name; without a grade last."""
    worst = max(fault.severity for fault in share.tie.faults)
    return share.tie.won is None, -(share.tie.won or 0), -worst, share.row.member.domain


def _rank(cause: Cause) -> tuple[bool, int, int, int, int, int, str]:
    """Where two win as much, or nothing because something else caps the grade, the graver one is first."""
    kind = list(CauseKind).index(cause.key.kind)
    return not cause.own, -cause.won, -cause.severity, -cause.worst, -len(cause.shares), kind, cause.key.id
