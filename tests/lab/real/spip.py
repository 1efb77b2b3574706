"""SPIP as Debian packages it, on SQLite, finished by its own installer."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.lab.real.model import Daemon
from tests.lab.real.php_sites import Place, php_site, submit

#: Debian runs every site as one of several: its own files stand apart, as its Apache example has it.
_LOCATIONS = """location ~ ^/(IMG|local)/ { root /var/lib/spip/sites/DOMAIN; }
        location ~ ^/(config|tmp|sites/[^/]+/(config|tmp))/ { return 403; }"""

_INSTALLER = "/ecrire/?exec=install"
#: The forms of the installer, in order. SQLite makes no question of a database server.
_FORMS: tuple[Mapping[str, str], ...] = (
    {"etape": "2", "server_db": "sqlite3", "adresse_db": "", "login_db": "", "pass_db": "", "chmod": "511"},
    {
        "etape": "3", "server_db": "sqlite3", "adresse_db": "", "login_db": "", "pass_db": "", "chmod": "511",
        "choix_db": "new_spip", "table_new": "spip", "tprefix": "spip",
    },
    {
        "etape": "3b", "server_db": "sqlite3", "nom": "Agent", "email": "agent@exemple.fr", "login": "agent",
        "pass": "laboratoire-2026", "pass_verif": "laboratoire-2026", "ldap_present": "",
    },
    {"etape": "4"},
    {"etape": "fin"},
)  # fmt: skip
#: What administrators set who do not want the version read (mes_options.php): neither header nor meta names it.
_HIDE = "\n$GLOBALS['spip_header_silencieux'] = true;\n"


def spip(place: Place, *, hidden: bool = False, installed: bool = True) -> Daemon:
    """A site of SPIP; not `installed`, it waits for whoever comes first."""
    return php_site(
        place,
        "/usr/share/spip",
        hidden=hidden,
        more=_LOCATIONS.replace("DOMAIN", place.domain),
        prepare=_add_site(place, hidden),
        finish=_install(place) if installed else None,
    )


def _add_site(place: Place, hidden: bool) -> Callable[[Path], None]:
    def add(folder: Path) -> None:
        root = folder / "root"
        (root / "etc/spip/sites").mkdir(exist_ok=True)
        command = ("chroot", str(root), "/usr/sbin/spip_add_site", place.domain)
        subprocess.run(command, check=True, capture_output=True)
        if hidden:
            options = root / "etc/spip/mes_options.php"
            options.write_text(options.read_text().replace("<?php", "<?php" + _HIDE, 1))

    return add


def _install(place: Place) -> Callable[[Path], None]:
    def run(folder: Path) -> None:
        for form in _FORMS:
            status, text = submit(place, _INSTALLER, {"exec": "install", **form})
            if status >= 400:
                raise ValueError(f"SPIP's installer answered {status} at {form['etape']}: {text[-600:]}")
        connection = folder / "root/var/lib/spip/sites" / place.domain / "config/connect.php"
        if not connection.exists():
            raise ValueError(f"SPIP's installer left no {connection.name}: {text[-900:]}")

    return run
