"""Whose names are asked for to find a split horizon: our own first, then those of the register."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from scanner.doctor.keeping import store_file
from scanner.registry import Register
from scanner.settings import Settings
from scanner.store.engine import open_store
from scanner.store.errors import StoreError


def domains_to_ask(settings: Settings) -> tuple[str, ...]:
    """Each once. A store that is missing or cannot be opened has no names; the store's own test says why."""
    return tuple(dict.fromkeys((*own_domains(settings), *_registered(settings.store.url))))


def own_domains(settings: Settings) -> Iterator[str]:
    """Those of the syndicate: an internal zone is most often one of them."""
    for address in (settings.sender.email, settings.mail.sender, settings.mail.reply_to):
        if address:
            yield address.rpartition("@")[2].lower()
    relay = settings.mail.relay.lower()
    if relay.count(".") > 1 and not _is_address(relay):
        yield relay.partition(".")[2]
    if settings.network.canary:
        yield settings.network.canary
    yield from (authority.domain for authority in settings.authority)


def _registered(address: str) -> tuple[str, ...]:
    path = store_file(address)
    if path is not None and not path.is_file():
        return ()
    try:
        with open_store(address) as store:
            authorities = Register(store).authorities()
    except StoreError:
        return ()
    return tuple(domain.name for each in authorities for domain in each.domains if domain.scanned)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
