"""What was typed, held against the rules before anything is looked at. Raises UsageError with one line."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path

from scanner.cli.messages import LANGUAGES, default_language, say
from scanner.model import Level, Severity
from scanner.names import DomainName, NotADomain, read_domain
from scanner.net.mandate import ALL, Mandate
from scanner.settings import MandateSettings


class UsageError(Exception):
    """The command cannot be carried out as typed; the message is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Request:
    """A scan as asked for. `notes` are remarks on how a name was read."""

    domains: tuple[DomainName, ...]
    lang: str
    mandate: Mandate | None
    html: Path | None
    json: str
    fail_on: Severity | None
    notes: tuple[str, ...]
    out: Path | None = None
    previous: Path | None = None


def read_language(typed: str | None) -> str:
    """The language asked for, else the default one."""
    lang = typed or default_language()
    if lang not in LANGUAGES:
        raise UsageError(say(default_language(), "scan.bad_lang", value=lang))
    return lang


def read_domains(typed: list[str], lang: str) -> tuple[tuple[DomainName, ...], tuple[str, ...]]:
    """The domains, each once, and a remark where `www.` or a URL was read as its domain."""
    names: dict[str, DomainName] = {}
    notes = []
    for text in typed:
        try:
            name = read_domain(text)
        except NotADomain as problem:
            raise UsageError(say(lang, f"name.{problem.kind}", typed=problem.typed, hint=problem.hint)) from problem
        if text.strip().lower() not in (name.ascii, name.unicode):
            notes.append(say(lang, "scan.www_dropped", typed=text.strip()[:200], domain=name))
        names[name.ascii] = name
    return tuple(names.values()), tuple(notes)


def read_severity(typed: str | None, lang: str) -> Severity | None:
    """The severity of --fail-on."""
    if typed is None:
        return None
    try:
        return Severity[typed.upper()]
    except KeyError as error:
        raise UsageError(say(lang, "scan.bad_severity", value=typed)) from error


def read_mandate(
    authorised: str | None, dedicated: list[str], lasting: MandateSettings | None, domains: tuple[DomainName, ...], lang: str
) -> Mandate | None:
    """The mandate of this run, else the lasting one of the settings, widened by --dedicated."""
    for value in dedicated:
        if value != ALL and not _is_address(value):
            raise UsageError(say(lang, "scan.bad_dedicated", value=value))
    if authorised is not None:
        name, _, motive = authorised.partition(",")
        if not name.strip() or not motive.strip() or not authorised.isprintable() or len(authorised) > 300:
            raise UsageError(say(lang, "scan.bad_authorised"))
        return Mandate(
            authority="",
            signatory=name.strip(),
            domains=tuple(domain.ascii for domain in domains),
            dedicated=tuple(dedicated),
            text=authorised,
        )
    if lasting is None:
        if dedicated:
            raise UsageError(say(lang, "scan.dedicated_alone"))
        return None
    return Mandate(
        authority=lasting.authority,
        signatory=lasting.signatory,
        domains=tuple(name.lower().rstrip(".") for name in lasting.domains),
        levels=frozenset(Level[level.upper()] for level in lasting.levels),
        dedicated=(*lasting.dedicated, *dedicated),
        valid_from=lasting.valid_from,
        valid_until=lasting.valid_until,
        text=f"{lasting.authority}, {lasting.signatory}",
    )


def read_outputs(html: Path | None, json: str, out: Path | None, several: bool, lang: str) -> None:
    """Hold the places to write to against the disk before anything is looked at, so that nothing is lost."""
    if out is not None:
        if out.exists() and not out.is_dir():
            raise UsageError(say(lang, "scan.out_is_file", path=out))
        _must_exist(out if out.is_dir() else out.parent, lang)
    if html is not None:
        if several and html.exists() and not html.is_dir():
            raise UsageError(say(lang, "scan.several_html", path=html))
        _must_exist((html if html.is_dir() else html.parent) if not several else html.parent, lang)
    if json not in ("", "-"):
        _must_exist(Path(json).parent, lang)


def read_comparison(out: Path | None, previous: Path | None, several: bool, lang: str) -> None:
    """An earlier result is compared in the documents of `--out`, for one domain at a time."""
    if previous is None:
        return
    if out is None or several:
        raise UsageError(say(lang, "scan.previous_alone"))
    if not previous.is_file():
        raise UsageError(say(lang, "scan.no_file", path=previous))


def _must_exist(folder: Path, lang: str) -> None:
    if not folder.is_dir():
        raise UsageError(say(lang, "scan.no_folder", path=folder))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
