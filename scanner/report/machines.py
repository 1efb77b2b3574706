"""Who looks after a machine: everything seen on one address goes to one addressee."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.catalogue import Catalogue
from scanner.model import Actor, Host, Site, Subject
from scanner.result import ScanResult

#: The two between whom the services of one machine would be shared out.
_KEEPERS = frozenset((Actor.TOWN, Actor.WEB_HOST))


def keepers(result: ScanResult, catalogue: Catalogue) -> dict[Host, Actor]:
    """By address whose findings would go to both the town and the web host: the one who answers for all of them.

    That is the web host where a site of the town stands on the address, the town otherwise.
    """
    actors: dict[Host, set[Actor]] = {}
    for outcome in result.outcomes:
        spec = catalogue.check(outcome.check)
        if outcome.findings and spec is not None and isinstance(outcome.subject, Host):
            actors.setdefault(outcome.subject, set()).add(spec.actor)
    sites = {below for site in result.landscape.of_kind(Site) for below in result.landscape.below(site)}
    return {host: Actor.WEB_HOST if host in sites else Actor.TOWN for host, both in actors.items() if both >= _KEEPERS}


def actor_of(actor: Actor, subjects: Iterable[Subject], known: dict[Host, Actor]) -> Actor:
    """Who acts on a finding, given who usually does."""
    found = {known.get(subject, actor) if isinstance(subject, Host) else actor for subject in subjects}
    return found.pop() if actor in _KEEPERS and len(found) == 1 else actor
