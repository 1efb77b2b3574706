"""Mail providers that French towns use, recognised from MX and SPF names; none is ever contacted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider: the endings of its MX names and SPF includes, its DKIM selectors, and the SPF mechanism it asks for.

    `mechanism` is "" where it is not documented; `selectors` is empty where they cannot be guessed.
    """

    name: str
    exchanges: tuple[str, ...]
    includes: tuple[str, ...]
    selectors: tuple[str, ...] = ()
    mechanism: str = ""


PROVIDERS = (
    Provider(
        "Microsoft 365", ("mail.protection.outlook.com", "mx.microsoft"), ("spf.protection.outlook.com",),
        ("selector1", "selector2"), "include:spf.protection.outlook.com",
    ),
    Provider(
        "Google Workspace", ("aspmx.l.google.com", "googlemail.com", "smtp.google.com"), ("_spf.google.com",),
        ("google",), "include:_spf.google.com",
    ),
    Provider("OVHcloud", ("mail.ovh.net", "mail.ovh.ca"), ("mx.ovh.com",), (), "include:mx.ovh.com"),
    Provider("Gandi", ("mail.gandi.net",), ("_mailcust.gandi.net",), ("gm1", "gm2", "gm3"), "include:_mailcust.gandi.net"),
    Provider(
        "IONOS", ("ionos.fr", "ionos.com", "kundenserver.de"), ("_spf-eu.ionos.com", "_spf.perfora.net", "_spf.kundenserver.de"),
        ("s1-ionos", "s2-ionos", "s42582890"), "include:_spf-eu.ionos.com",
    ),
    Provider("Infomaniak", ("mta-gw.infomaniak.ch",), ("spf.infomaniak.ch",), (), "include:spf.infomaniak.ch"),
    Provider("Mailo", ("mailo.com",), ("mailo.com",), ("mailo",)),
    Provider(
        "Proton", ("protonmail.ch",), ("_spf.protonmail.ch",),
        ("protonmail", "protonmail2", "protonmail3"), "include:_spf.protonmail.ch",
    ),
    Provider("Brevo", (), ("spf.brevo.com", "spf.sendinblue.com"), ("brevo1", "brevo2", "mail")),
    Provider("Mailjet", (), ("spf.mailjet.com",), ("mailjet",)),
)  # fmt: skip


def recognise(exchanges: Iterable[str], includes: Iterable[str] = ()) -> tuple[Provider, ...]:
    """The providers behind MX names and SPF include names, those that receive the mail first."""
    received = [provider for name in exchanges for provider in PROVIDERS if _ends(name, provider.exchanges)]
    sending = [provider for name in includes for provider in PROVIDERS if _ends(name, provider.includes)]
    return tuple(dict.fromkeys((*received, *sending)))


def _ends(name: str, endings: tuple[str, ...]) -> bool:
    return any(name == ending or name.endswith(f".{ending}") for ending in endings)
