"""One line of a list, held against the rules: an authority to be, the domains that it claims, and what was wrong. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from scanner.dossier import Role
from scanner.names import NotADomain, read_domain
from scanner.registry.columns import answer_of, is_nothing, kind_by_name, kind_by_siren, kind_of
from scanner.registry.declared import DECLARABLE
from scanner.registry.identity import NotACode, departement_of, read_departement, read_insee, read_siren, read_siret
from scanner.registry.issues import Issue, issue
from scanner.registry.model import Authority, ContactRole, Declared, Kind, KnownSupplier, Origin, Source
from scanner.registry.people import addresses, contacts
from scanner.registry.tabular import Record
from scanner.suppliers.recognise import Certainty
from scanner.suppliers.table import entries

MAX_LINE = 200
#: Cells that hold several things, as long as the file has them.
_LISTS = frozenset({"site", "mail", "domains", "tags", *ContactRole})
_BRACKETS = "()[]<>«»\"'"
_SPLIT = re.compile(r"[;,|\s]+")


@dataclass(frozen=True, slots=True)
class Claim:
    """A domain that a line names; `page` is the address of a page on it, "" where the whole site is meant."""

    name: str
    page: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An authority as one line has it. `given` are the fields that the line speaks of, be it to say that there is nothing."""

    line: int
    authority: Authority
    claims: tuple[Claim, ...]
    given: frozenset[str]
    remarks: tuple[Issue, ...]


def draft(record: Record, source: Source) -> Draft | Issue:
    """The authority of a line, or why the line is kept out."""
    if record.broken:
        return issue(record.line, record.broken)
    cells = {field: one_line(text, len(text) if field in _LISTS else MAX_LINE) for field, text in record.values.items()}
    if not cells.get("name"):
        return issue(record.line, "no_name")
    remarks: list[Issue] = []
    try:
        codes = _codes(cells)
    except NotACode as problem:
        return issue(record.line, problem.kind, name=cells["name"], value=problem.typed)
    kind = _kind(record.line, cells, codes, remarks)
    if wrong := _clash(cells, codes, kind):
        return issue(record.line, wrong, name=cells["name"], siren=codes["siren"])
    authority = Authority(
        name=cells["name"],
        kind=kind,
        siren=codes["siren"],
        siret=codes["siret"],
        insee=codes["insee"],
        population=_population(record.line, cells, remarks),
        departement=_departement(record.line, cells, codes["insee"], remarks),
        epci_siren=_lenient(record.line, "epci_siren", cells, read_siren, remarks),
        epci_name=_said(cells, "epci_name"),
        salutation=_said(cells, "salutation"),
        language="en" if _said(cells, "language").lower().startswith("en") else "fr",
        site=_site(_said(cells, "site")),
        mail=next((each.email for each in addresses(record.line, _said(cells, "mail"), remarks)), ""),
        contacts=contacts(record.line, cells, source, remarks),
        tags=read_tags(_said(cells, "tags")),
        suppliers=_suppliers(cells, source),
        declarations=_declarations(record.line, cells, source, remarks),
    )
    claims = _claims(record.line, (_said(cells, "domains"), _said(cells, "site")), remarks)
    return Draft(record.line, authority, claims, frozenset(_spoken_of(authority, cells, source)), tuple(remarks))


def one_line(text: str, limit: int = MAX_LINE) -> str:
    """Words on one line: no control, no line end, no invisible mark, single spaces."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:limit]


def read_tags(text: str) -> tuple[str, ...]:
    """The tags of a cell, each once, in lower case."""
    return tuple(sorted({one_line(tag).lower() for tag in re.split(r"[;,|]", text) if tag.strip()}))


def _said(cells: Mapping[str, str], field: str) -> str:
    text = cells.get(field, "")
    return "" if is_nothing(text) else text


def _codes(cells: Mapping[str, str]) -> dict[str, str]:
    """SIREN, SIRET and INSEE code; a SIRET gives its SIREN. Raises NotACode."""
    siren, siret, insee = (_said(cells, field) for field in ("siren", "siret", "insee"))
    siret = read_siret(siret) if siret else ""
    siren = read_siren(siren) if siren else siret[:9]
    return {"siren": siren, "siret": siret, "insee": read_insee(insee) if insee else ""}


def _clash(cells: Mapping[str, str], codes: Mapping[str, str], kind: Kind) -> str:
    """Codes that cannot be one authority's; "" where they can."""
    if codes["siret"] and codes["siret"][:9] != codes["siren"]:
        return "siren_siret"
    if kind is Kind.CCAS and codes["siren"].startswith("21"):
        return "ccas_siren"
    return ""


def _kind(line: int, cells: Mapping[str, str], codes: Mapping[str, str], remarks: list[Issue]) -> Kind:
    """As the line says, else by its name, its SIREN; a commune's code is a commune's, where it is no establishment of one."""
    word = _said(cells, "kind")
    if word:
        if (named := kind_of(word)) is not None:
            return named
        remarks.append(issue(line, "kind", value=word))
    found = kind_by_name(cells["name"]) or kind_by_siren(codes["siren"])
    if found is None and codes["insee"] and not codes["siren"].startswith("26"):
        return Kind.COMMUNE
    return found or Kind.OTHER


def _population(line: int, cells: Mapping[str, str], remarks: list[Issue]) -> int | None:
    text = re.sub(r"\s", "", _said(cells, "population"))
    text = re.sub(r"[.,]0+$", "", text)
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= 9:
        return int(text)
    remarks.append(issue(line, "population", value=text))
    return None


def _departement(line: int, cells: Mapping[str, str], insee: str, remarks: list[Issue]) -> str:
    if not insee:
        return _lenient(line, "departement", cells, read_departement, remarks)
    found, typed = departement_of(insee), _said(cells, "departement")
    if any(letter.isdigit() for letter in typed) and _code(typed) != found:
        remarks.append(issue(line, "departement_insee", name=cells["name"], value=typed, departement=found, insee=insee))
    return found


def _code(departement: str) -> str:
    try:
        return read_departement(departement)
    except NotACode:
        return ""


def _lenient(line: int, field: str, cells: Mapping[str, str], read: Callable[[str], str], remarks: list[Issue]) -> str:
    """A code that the authority can do without: a wrong one is left aside and said."""
    text = _said(cells, field)
    try:
        return read(text) if text else ""
    except NotACode as problem:
        remarks.append(issue(line, problem.kind, name=cells["name"], value=text))
        return ""


def _declarations(line: int, cells: Mapping[str, str], source: Source, remarks: list[Issue]) -> tuple[Declared, ...]:
    found: list[Declared] = []
    for criterion in DECLARABLE:
        text = _said(cells, criterion)
        met = answer_of(text)
        if met is not None:
            found.append(Declared(criterion, met, source))
        elif text:
            remarks.append(issue(line, "criterion", value=text, criterion=criterion))
    return tuple(found)


def _suppliers(cells: Mapping[str, str], source: Source) -> tuple[KnownSupplier, ...]:
    """Those that the list names are confirmed, under the id of suppliers.toml where the name is known there."""
    ids = {entry.name.casefold(): entry.id for entry in entries()} | {entry.id: entry.id for entry in entries()}
    named = ((role, _said(cells, role.value)) for role in Role)
    return tuple(KnownSupplier(role, ids.get(text.casefold(), text), Certainty.CONFIRMED, source) for role, text in named if text)


def _site(text: str) -> str:
    """The first name of a cell that holds several; the cell as it is where nobody can read one."""
    words = (word.strip(_BRACKETS) for word in (text, *_SPLIT.split(text)) if not re.search(r"\s", word))
    return next((word for word in words if _is_domain(word)), text)


def _is_domain(word: str) -> bool:
    try:
        read_domain(word)
    except NotADomain:
        return False
    return True


def _claims(line: int, cells: tuple[str, ...], remarks: list[Issue]) -> tuple[Claim, ...]:
    """The domains of the cells, each once; the whole site wins over a page of it."""
    claims: dict[str, Claim] = {}
    for word in (word.strip(_BRACKETS) for cell in cells for word in _SPLIT.split(cell)):
        if not word or is_nothing(word) or word.lower() in ("et", "ou", "and", "or"):
            continue
        try:
            name = read_domain(word).ascii
        except NotADomain as problem:
            remarks.append(issue(line, "domain", value=problem.typed))
            continue
        page = word if _is_page(word) else ""
        if name not in claims or not page:
            claims[name] = Claim(name, page)
    return tuple(claims.values())


def _is_page(word: str) -> bool:
    try:
        parts = urlsplit(word if "://" in word else f"//{word}")
    except ValueError:
        return False
    return parts.path.strip("/") != "" or parts.query != ""


def _spoken_of(authority: Authority, cells: Mapping[str, str], source: Source) -> list[str]:
    """A directory that leaves the site or the address empty says that none is declared; a list of members does not."""
    spoken = [field for field in cells if _said(cells, field)]
    if source.origin in (Origin.SERVICE_PUBLIC, Origin.ANCT):
        spoken += ["site", "mail"]
    if authority.siren:
        spoken.append("siren")
    if authority.departement:
        spoken.append("departement")
    if authority.kind is not Kind.OTHER:
        spoken.append("kind")
    return spoken
