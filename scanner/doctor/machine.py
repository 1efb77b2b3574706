"""What is installed here: TLS versions, nmap, Pango, and how old the tables are."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files

from scanner.countries import countries_as_of
from scanner.doctor.findings import Finding, good, to_fix, unverifiable
from scanner.net.tls import can_offer
from scanner.net.tls_version import TlsVersion
from scanner.report.pdf import pdf_possible

#: (name, package, file, days after which the table is too old). Releases appear every month; the rest changes slowly.
_TABLES = (
    ("lifecycle", "checks.software", "lifecycle.toml", 180),
    ("suppliers", "scanner.suppliers", "suppliers.toml", 400),
    ("csirt", "scanner.report", "csirt.toml", 400),
)
_COUNTRIES_DAYS = 400


def look_at_machine(nmap: str | None, today: date) -> tuple[Finding, ...]:
    """Everything that is installed, or not."""
    return (
        tls_versions(),
        good("nmap") if nmap else to_fix("nmap", "missing"),
        good("pdf") if pdf_possible() else to_fix("pdf", "impossible"),
        *ages(today),
    )


def tls_versions() -> Finding:
    """The versions that our OpenSSL cannot speak: a server that knows no other shows neither page nor certificate."""
    spoken = (version for version in TlsVersion if version >= TlsVersion.TLS1_0)
    lacking = tuple(version.label for version in spoken if not can_offer(version))
    return unverifiable("tls_versions", "lacking", versions=lacking) if lacking else good("tls_versions")


def ages(today: date) -> tuple[Finding, ...]:
    """One line per table of facts that this version carries."""
    dated = [(name, _as_of(package, file), days) for name, package, file, days in _TABLES]
    return tuple(
        judge_age(name, as_of, days, today) for name, as_of, days in (*dated, ("countries", countries_as_of(), _COUNTRIES_DAYS))
    )


def judge_age(table: str, as_of: date | None, days: int, today: date) -> Finding:
    """A table of which nobody knows the day is neither fresh nor old."""
    if as_of is None:
        return unverifiable("data", "undated", table=table)
    if (today - as_of).days > days:
        return to_fix("data", "old", table=table, as_of=as_of.isoformat(), days=days)
    return good("data", table=table, as_of=as_of.isoformat(), days=days)


def _as_of(package: str, file: str) -> date | None:
    found = tomllib.loads(files(package).joinpath(file).read_text("utf-8")).get("as_of")
    return found if isinstance(found, date) else None
