"""What the documents of one authority are made from: its result, the one before, and who writes to whom."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scanner.result import ScanResult


class Role(StrEnum):
    """What a supplier does for an authority. Each role may be held by another company."""

    WEB_HOST = "web_host"
    MAIL_HOST = "mail_host"
    DNS_HOST = "dns_host"
    CMS_MAINTAINER = "cms_maintainer"
    NETWORK = "network"  # telephone and Internet access at the town hall


@dataclass(frozen=True, slots=True)
class Town:
    """The authority as a letter addresses it. "" stands for what nobody told us.

    `departement` is its number (`49`, `2A`, `974`). `suppliers` are the confirmed ones: (role, supplier id, name
    or alias of suppliers.toml, or a plain name).
    """

    name: str = ""
    salutation: str = ""
    departement: str = ""
    suppliers: tuple[tuple[Role, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Sender:
    """Who answers for the document; printed at its foot."""

    name: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Visitor:
    """How a host knows our connections: the User-Agent, the page that explains it, the public addresses they come from."""

    agent: str = ""
    page: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dossier:
    """One authority's documents come from this and from nothing else. `previous` is an earlier result to compare with;
    `declared` says which declared criteria of the RPNT are met: (id, met)."""

    result: ScanResult
    previous: ScanResult | None = None
    town: Town = Town()
    sender: Sender = Sender()
    declared: tuple[tuple[str, bool], ...] = ()
    visitor: Visitor = Visitor()
