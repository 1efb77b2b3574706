"""The words of the register: authorities and what belongs to them, what they allow, what they accept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from scanner.dossier import Role, Town, WaiverKind
from scanner.model import Level
from scanner.net.mandate import Mandate
from scanner.suppliers.recognise import Certainty


class Kind(StrEnum):
    """What an authority is."""

    COMMUNE = "commune"
    EPCI = "epci"
    DEPARTEMENT = "departement"
    REGION = "region"
    SYNDICAT = "syndicat"
    CCAS = "ccas"
    OTHER = "other"


class Origin(StrEnum):
    """Where a value comes from."""

    HAND = "hand"  # a person, by `beffroi authorities edit`
    FILE = "file"  # the syndicate's own list
    SERVICE_PUBLIC = "service-public"
    ANCT = "anct"


class ContactRole(StrEnum):
    """What a person is for the authority."""

    MAYOR = "mayor"
    TECHNICIAN = "technician"
    DPO = "dpo"
    SECURITY = "security"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Source:
    """Where something was read, and when."""

    origin: Origin
    on: date


@dataclass(frozen=True, slots=True)
class RegisteredDomain:
    """A domain of an authority, as an A-label. Where `scanned` is false it is known and left alone."""

    name: str
    source: Source
    scanned: bool = True


@dataclass(frozen=True, slots=True)
class Contact:
    """A person who may receive documents (`letter`, `technical`, `tickets`); none by default."""

    role: ContactRole
    email: str
    source: Source
    name: str = ""
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownSupplier:
    """A company in one role; `supplier` is an id of suppliers.toml, or a plain name."""

    role: Role
    supplier: str
    certainty: Certainty
    source: Source


@dataclass(frozen=True, slots=True)
class Declared:
    """What an authority declared of one criterion of the RPNT."""

    criterion: str
    met: bool
    source: Source


@dataclass(frozen=True, slots=True)
class Authority:
    """One authority; "" and None stand for what nobody told us. `id` is None until it is saved.

    `site` and `mail` are as declared on Service-Public. `sources` say of each field where it comes from;
    a field with a source and without a value was looked for there, and nothing was declared.
    """

    name: str
    kind: Kind = Kind.OTHER
    siren: str = ""
    siret: str = ""
    insee: str = ""
    population: int | None = None
    departement: str = ""
    epci_siren: str = ""
    epci_name: str = ""
    salutation: str = ""
    language: str = "fr"
    site: str = ""
    mail: str = ""
    domains: tuple[RegisteredDomain, ...] = ()
    contacts: tuple[Contact, ...] = ()
    tags: tuple[str, ...] = ()
    suppliers: tuple[KnownSupplier, ...] = ()
    declarations: tuple[Declared, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    id: int | None = None

    def town(self) -> Town:
        """As the documents address it; only confirmed suppliers are named."""
        confirmed = tuple((each.role, each.supplier) for each in self.suppliers if each.certainty is Certainty.CONFIRMED)
        return Town(self.name, self.salutation, self.departement, confirmed)


#: The fields that hold one value each, and have a source of their own.
FIELDS = (
    "name", "kind", "siren", "siret", "insee", "population", "departement", "epci_siren", "epci_name", "salutation",
    "language", "site", "mail",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MandateRow:
    """A signed mandate. `domains` cover what is below them; `exclusions` are names and addresses that stay closed.

    `document` is the SHA-256 of the signed paper. Both days are included.
    """

    signatory: str
    domains: tuple[str, ...]
    valid_from: date
    valid_until: date
    addresses: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    levels: frozenset[Level] = frozenset({Level.ACTIVE})
    document: str = ""
    authority: int = 0
    authority_name: str = ""
    revoked: datetime | None = None
    id: int = 0

    def in_force(self, on: date) -> bool:
        """A mandate that was revoked opens nothing from that day on."""
        lasts = self.revoked is None or on < self.revoked.date()
        return lasts and self.valid_from <= on <= self.valid_until

    def as_mandate(self) -> Mandate:
        """As the door takes it."""
        return Mandate(
            authority=self.authority_name,
            signatory=self.signatory,
            domains=self.domains,
            levels=self.levels,
            dedicated=self.addresses,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            text=f"{self.authority_name}, {self.signatory}",
            excluded=self.exclusions,
        )


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding that an authority accepts, or that somebody disputes. Both days are included; `ended` is the day it stopped.

    `subject` is a key such as `site:www.mairie.fr`, "" for every subject of the domain.
    """

    domain: str
    check: str
    kind: WaiverKind
    reason: str
    author: str
    valid_from: date
    valid_until: date
    subject: str = ""
    ended: date | None = None
    id: int = 0

    def in_force(self, on: date) -> bool:
        """Whether it counts on that day."""
        return self.valid_from <= on <= self.valid_until and (self.ended is None or on < self.ended)


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Who did what, and when. `about` is a domain name, and `authority` a number, as long as it is in the register."""

    at: datetime
    who: str
    what: str
    authority: int | None
    about: str
    mandate: int | None
    document: str
