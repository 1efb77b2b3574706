"""Beside the scores of a domain: the grade without what was accepted or disputed then, and the waivers of its newest result."""

from __future__ import annotations

from datetime import date

import typer

from scanner.catalogue import load_catalogue
from scanner.cli.desk import Desk
from scanner.cli.messages import say
from scanner.cli.workspace import plain_spaces
from scanner.dossier import Dossier, Waivers
from scanner.history import History
from scanner.history.history import ScorePoint
from scanner.registry.waiving import waivers_of
from scanner.report.waivers import marks
from scanner.result import ScanResult


class WaivedHistory:
    """The waivers of one domain, held against its scans; nothing is read where none was ever recorded."""

    def __init__(self, desk: Desk, domain: str) -> None:
        self._desk = desk
        self._domain = domain
        self._known = desk.register.waivers_of(domain)
        if self._known:
            self._catalogue = load_catalogue()
            self._history = History(desk.store, self._catalogue)

    def beside(self, point: ScorePoint, *, newest: bool) -> str:
        """The other grade of one scan, by the waivers of its day; of the newest, by those of today."""
        result = self._history.at(self._domain, point.at) if self._known else None
        waivers = self._of(result, self._desk.today if newest else point.at.date())
        if waivers is None or all(each.returned for each in waivers.findings):
            return ""
        score = waivers.score
        key = "history.waived" if score.grade is not None else "history.waived_none"
        return "  " + say(self._desk.lang, key, grade=score.grade, value=score.value)

    def print_marks(self) -> None:
        """What is accepted, disputed or back in the newest result: check, who, until when, why."""
        result = self._history.latest(self._domain) if self._known else None
        waivers = self._of(result, self._desk.today)
        if result is None or waivers is None:
            return
        dossier = Dossier(result, waivers=waivers)
        for check in dict.fromkeys(each.check for each in waivers.findings):
            names = tuple(each.name for each in waivers.findings if each.check == check)
            for mark in marks(dossier, check, names, self._desk.lang):
                line = say(self._desk.lang, "history.mark", check=check, tag=mark.tag, sentence=plain_spaces(mark.sentence))
                typer.echo(line)

    def _of(self, result: ScanResult | None, on: date) -> Waivers | None:
        return waivers_of(result, self._known, on, self._catalogue) if result is not None else None
