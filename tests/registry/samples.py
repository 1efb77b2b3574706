"""Authorities of the tests. The SIREN keys hold; the towns do not exist."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from ipaddress import ip_network

from scanner.dossier import Role, WaiverKind
from scanner.net.policy import AddressPolicy
from scanner.registry.model import (
    Authority,
    Contact,
    ContactRole,
    Declared,
    Kind,
    KnownSupplier,
    MandateRow,
    Origin,
    RegisteredDomain,
    Source,
    Waiver,
)
from scanner.suppliers.recognise import Certainty

#: The addresses that documentation and this machine may use: what `network.allow` opens in a laboratory.
LAB = AddressPolicy(allow=(ip_network("203.0.113.0/24"), ip_network("127.0.0.0/8")))
TODAY = date(2026, 11, 24)
BY_HAND = Source(Origin.HAND, TODAY)
FROM_FILE = Source(Origin.FILE, TODAY)


def siren(start: str) -> str:
    """Nine digits that begin so, with a key that holds."""
    for key in range(10):
        digits = f"{start:0<8}"[:8] + str(key)
        doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
        if sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0:
            return digits
    raise AssertionError(start)


TOWN = Authority(
    name="Saint-Exemple",
    kind=Kind.COMMUNE,
    siren=siren("21490007"),
    insee="49007",
    population=1_234,
    departement="49",
    epci_siren=siren("24490001"),
    epci_name="CC de l’Exemple",
    salutation="Madame la Maire,",
    site="https://www.saint-exemple.fr",
    mail="mairie@saint-exemple.fr",
    domains=(RegisteredDomain("saint-exemple.fr", FROM_FILE),),
    contacts=(
        Contact(ContactRole.MAYOR, "maire@saint-exemple.fr", FROM_FILE, "Jeanne Martin", ("letter",)),
        Contact(ContactRole.TECHNICIAN, "info@saint-exemple.fr", BY_HAND, documents=("technical", "tickets")),
    ),
    tags=("nord", "pilote"),
    suppliers=(
        KnownSupplier(Role.DNS_HOST, "gandi", Certainty.DEDUCED, BY_HAND),
        KnownSupplier(Role.WEB_HOST, "ovhcloud", Certainty.CONFIRMED, BY_HAND),
    ),
    declarations=(Declared("1.8", True, BY_HAND),),
    sources={"name": FROM_FILE, "siren": FROM_FILE, "site": Source(Origin.SERVICE_PUBLIC, TODAY)},
)
OTHER = Authority(
    name="Bourg-Exemple",
    kind=Kind.COMMUNE,
    siren=siren("21530008"),
    departement="53",
    domains=(RegisteredDomain("bourg-exemple.fr", FROM_FILE),),
)
MANDATE = MandateRow(
    signatory="Jeanne Martin, maire",
    domains=("saint-exemple.fr",),
    valid_from=date(2026, 1, 1),
    valid_until=date(2026, 12, 31),
    addresses=("203.0.113.7",),
    exclusions=("paie.saint-exemple.fr", "203.0.113.9"),
    document="ab" * 32,
)
WAIVER = Waiver(
    domain="saint-exemple.fr",
    check="mail.dmarc-missing",
    kind=WaiverKind.ACCEPTED_RISK,
    reason="migration en mars",
    author="Jeanne Martin, maire",
    valid_from=TODAY,
    valid_until=date(2027, 3, 31),
)


def town(name: str, **changes: object) -> Authority:
    """A commune of this name and nothing else."""
    return replace(Authority(name=name, kind=Kind.COMMUNE), **changes)  # type: ignore[arg-type]
