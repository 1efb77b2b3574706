"""Which products are in use on the subjects of a finding, so that its text shows their lines and no others. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.model import Domain, Observation, Site, Subject
from scanner.products import KINDS
from scanner.result import ScanResult


class Installed:
    """What the observations of one result say, in the words of scanner/products.py."""

    def __init__(self, result: ScanResult) -> None:
        self._by_subject: dict[Subject, frozenset[str]] = {}
        for subject, _, sight in result.seen:
            if isinstance(sight, Observation):
                words = KINDS.keys() & sight.runs()
                self._by_subject[subject] = self._by_subject.get(subject, frozenset()) | words

    def on(self, subjects: Iterable[Subject]) -> frozenset[str]:
        """The products of these subjects.

        A domain runs what any of its own subjects does. So does a site of which nothing is known, as far as sites go:
        it is most often the redirect of its twin.
        """
        return frozenset().union(*map(self._on, subjects))

    def _on(self, subject: Subject) -> frozenset[str]:
        if isinstance(subject, Domain):
            return frozenset().union(*self._by_subject.values())
        own = self._by_subject.get(subject, frozenset())
        if own or not isinstance(subject, Site):
            return own
        return frozenset().union(*(words for twin, words in self._by_subject.items() if isinstance(twin, Site)))
