"""What a scan leaves behind: the files asked for, each written as soon as its result is there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scanner.catalogue import Catalogue
from scanner.cli.messages import say
from scanner.cli.request import Request, UsageError
from scanner.cli.troubles import system_trouble
from scanner.cli.writing import FileWriter
from scanner.dossier import Dossier
from scanner.report.documents import EVERYTHING, Drawn, render_several
from scanner.report.json import to_json
from scanner.report.press import in_order
from scanner.report.technical import render_technical
from scanner.result import ScanResult
from scanner.settings import Settings

#: Written as soon as it is known: all the rest can be made again from it.
_KEPT = ("json", "json")


class Outputs:
    """Writes each result as soon as it is there; `said` are the lines that say where, each once."""

    def __init__(self, request: Request, catalogue: Catalogue, settings: Settings) -> None:
        self._request = request
        self._catalogue = catalogue
        self._settings = settings
        self._files = FileWriter(request.lang)
        self._begun = False
        self._several = len(request.domains) > 1
        self._waiting: list[tuple[ScanResult, Path]] = []
        self.said: list[str] = []

    def write(self, result: ScanResult) -> None:
        """The documents of one result. Raises UsageError where a file cannot be written."""
        request = self._request
        if request.json:
            self._write_json(result)
        if request.html is not None:
            self._write_html(result, request.html)
        if request.out is not None:
            self._files.folder(request.out)
            self._files.folder(request.out / result.domain.name)
            kept = render_several(self._catalogue, (self._dossier(result, None), (_KEPT,), request.lang))
            self._keep(kept, request.out / result.domain.name)
            self._waiting.append((result, request.out))

    def finish(self) -> None:
        """The other documents of `--out`. Drawing a PDF takes seconds, which no scan must spend waiting."""
        for (result, out), drawn in zip(self._waiting, in_order(render_several, self._jobs(), self._catalogue), strict=True):
            self._keep(drawn, out / result.domain.name)

    def _jobs(self) -> Iterator[tuple[Dossier, tuple[tuple[str, str], ...], str]]:
        others = tuple(each for each in EVERYTHING if each != _KEPT)
        for result, out in self._waiting:
            yield self._dossier(result, self._previous(result, out / result.domain.name)), others, self._request.lang

    def _keep(self, drawn: Drawn, folder: Path) -> None:
        for file in drawn.files:
            self._files.replace(folder / file.name, file.content)
        if drawn.no_pdf:
            self._mention("report.no_pdf", why=drawn.no_pdf)
        self._mention("scan.out_written", path=folder)

    def _write_json(self, result: ScanResult) -> None:
        text = to_json(result, indent=None if self._several else 2)
        if self._request.json == "-":
            print(text, flush=True)
            return
        path = Path(self._request.json)
        if self._begun:
            self._files.append(path, text)
        else:
            self._files.replace(path, f"{text}\n".encode())
        self._begun = True
        self._mention("scan.json_written", path=path)

    def _write_html(self, result: ScanResult, target: Path) -> None:
        if self._several or target.is_dir():
            self._files.folder(target)
            target = target / f"{result.domain.name}.html"
        text = render_technical(self._dossier(result, None), self._catalogue, self._request.lang)
        self._files.replace(target, text.encode())
        self._mention("scan.html_written", path=target)

    def _previous(self, result: ScanResult, folder: Path) -> ScanResult | None:
        """The result named by --previous, else the newest of an earlier day in the folder."""
        if self._request.previous is not None:
            return read_previous(self._request.previous, self._catalogue, self._request.lang, result)
        today = result.started_at.date().isoformat()
        prefix = f"{result.domain.name}-"
        earlier = sorted(path for path in folder.glob(f"{prefix}????-??-??-*.json") if path.name[len(prefix) :][:10] < today)
        return read_previous(earlier[-1], self._catalogue, self._request.lang, result) if earlier else None

    def _dossier(self, result: ScanResult, previous: ScanResult | None) -> Dossier:
        settings = self._settings
        town, visitor = settings.town(result.domain.name), settings.network.visitor()
        return Dossier(result, previous, town, settings.sender.sender(), visitor=visitor)

    def _mention(self, key: str, **facts: object) -> None:
        line = say(self._request.lang, key, **facts)
        if line not in self.said:
            self.said.append(line)


def read_stored(path: Path, catalogue: Catalogue, lang: str) -> ScanResult:
    """The result that `--json` or `--out` wrote. Raises UsageError with one line."""
    from scanner.report.stored import MAX_SIZE, NotAResult, read_result

    try:
        with path.open("rb") as file:
            return read_result(file.read(MAX_SIZE + 1), catalogue)
    except OSError as error:
        raise UsageError(say(lang, "report.not_readable", path=path, why=system_trouble(error, lang))) from error
    except NotAResult as error:
        raise UsageError(say(lang, "report.not_a_result", path=path, why=error.in_words(lang))) from error


def read_previous(path: Path, catalogue: Catalogue, lang: str, result: ScanResult) -> ScanResult:
    """An earlier result of the same domain. Raises UsageError with one line."""
    previous = read_stored(path, catalogue, lang)
    if previous.domain != result.domain:
        raise UsageError(say(lang, "report.other_domain", path=path, found=previous.domain.name, domain=result.domain.name))
    return previous
