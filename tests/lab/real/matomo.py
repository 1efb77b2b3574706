"""Matomo as Debian packages it, finished by its own installer."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.lab.real.model import Daemon
from tests.lab.real.php_sites import PATIENCE, Place, php_site, submit
from tests.lab.real.site_database import PASSWORD, PLACE, account

_SECRET = "laboratoire-2026"


def matomo(place: Place, database: int, *, installed: bool = True) -> Daemon:
    """The site itself, on database number `database` of `site_database`; not `installed`, it waits for whoever comes first."""
    finish = _install(place, account(database)) if installed else _ready(place)
    return php_site(place, "/usr/share/matomo/public", finish=finish)


def _forms(domain: str, owner: str) -> Mapping[str, Mapping[str, str] | None]:
    """The steps of the installer, in order, and what each is sent; None only looks."""
    return {
        "databaseSetup": {
            "type": "InnoDB", "host": PLACE, "username": owner, "password": PASSWORD, "dbname": owner,
            "tables_prefix": "matomo_", "adapter": "PDO\\MYSQL", "schema": "Mariadb", "submit": "1",
        },
        "tablesCreation": None,
        "setupSuperUser": {
            "login": "agent", "password": _SECRET, "password_bis": _SECRET, "email": f"agent@{domain}", "submit": "1",
        },
        "firstWebsiteSetup": {
            "siteName": "Mairie", "url": f"https://{domain}", "timezone": "Europe/Paris", "ecommerce": "0", "submit": "1",
        },
        "finished": {"do_not_track": "1", "anonymise_ip": "1", "submit": "1"},
    }  # fmt: skip


def _install(place: Place, owner: str) -> Callable[[Path], None]:
    def run(folder: Path) -> None:
        for step, form in _forms(place.domain, owner).items():
            _submit(place, f"/index.php?module=Installation&action={step}", form)

    return run


def _submit(place: Place, path: str, form: Mapping[str, str] | None) -> None:
    """A form that is accepted leads on; one that is not is shown again, as while the database is still starting."""
    deadline = time.monotonic() + PATIENCE
    while True:
        status, text = submit(place, path, form)
        if status == (200 if form is None else 302):
            return
        if time.monotonic() > deadline:
            raise ValueError(f"Matomo's installer answered {status} at {path}: {text[-600:]}")
        time.sleep(0.3)


def _ready(place: Place) -> Callable[[Path], None]:
    def wait(folder: Path) -> None:
        status, text = submit(place, "/")
        if status != 200 or "Installation" not in text:
            raise ValueError(f"a fresh Matomo answered {status}: {text[-600:]}")

    return wait
