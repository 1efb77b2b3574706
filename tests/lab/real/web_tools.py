"""phpMyAdmin, Roundcube, DokuWiki and MediaWiki as Debian packages them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.lab.real.model import Daemon
from tests.lab.real.php_sites import Place, php_site, submit
from tests.lab.towns.parts import page

_PHPMYADMIN = """<?php
$i = 1;
$cfg['blowfish_secret'] = '0123456789abcdef0123456789abcdef';
$cfg['Servers'][1]['auth_type'] = 'cookie';
$cfg['Servers'][1]['host'] = '127.0.0.1';
$cfg['TempDir'] = '/tmp';
"""

_ROUNDCUBE = """<?php
$config = [];
$config['db_dsnw'] = 'sqlite:////var/lib/roundcube/temp/base.sqlite?mode=0640';
$config['imap_host'] = ['127.0.0.1:143'];
$config['des_key'] = '0123456789abcdef01234567';
$config['language'] = 'fr_FR';
$config['plugins'] = [];
"""

_DOKUWIKI = """<?php
$conf['title'] = 'Wiki des agents';
$conf['lang'] = 'fr';
$conf['useacl'] = 0;
$conf['license'] = '';
"""


def phpmyadmin(place: Place, *, linked: bool = True) -> Daemon:
    """A page of the town with phpMyAdmin below it, which the page names where it is `linked`."""
    link = '<a href="/phpmyadmin/">Base de données</a>' if linked else ""
    configure = _written("etc/phpmyadmin/config.inc.php", _PHPMYADMIN)
    return _below(place, "phpmyadmin", "/usr/share/phpmyadmin", link, configure)


def roundcube(place: Place) -> Daemon:
    """A page of the town that leads to its webmail."""
    configure = _written("etc/roundcube/config.inc.php", _ROUNDCUBE)
    return _below(place, "roundcube", "/var/lib/roundcube/public_html", '<a href="/roundcube/">Courriel</a>', configure)


def dokuwiki(place: Place) -> Daemon:
    """A wiki as the site itself."""
    configure = _written("etc/dokuwiki/local.php", _DOKUWIKI)
    return php_site(
        place,
        "/usr/share/dokuwiki",
        more="location ~ ^/(data|conf|bin|inc)/ { return 403; }",
        prepare=configure,
        finish=_answers(place, "/doku.php", "DokuWiki"),
    )


def mediawiki(place: Place) -> Daemon:
    """A wiki as the site itself, on SQLite, made by its own installer."""
    return php_site(
        place,
        "/var/lib/mediawiki",
        more="location ~ ^/(cache|data|includes|maintenance|mw-config|vendor)/ { return 403; }",
        prepare=_install_mediawiki(place.domain),
        finish=_answers(place, "/index.php?title=Accueil", "MediaWiki"),
    )


def _install_mediawiki(domain: str) -> Callable[[Path], None]:
    options = {
        "dbtype": "sqlite", "dbpath": "/var/lib/mediawiki/data", "server": f"https://{domain}", "scriptpath": "", "lang": "fr",
        "pass": "laboratoire-2026", "confpath": "/etc/mediawiki",
    }  # fmt: skip
    given = (f"--{name}={value}" for name, value in options.items())
    installer = ("php", "/usr/share/mediawiki/maintenance/install.php", *given, f"Wiki de {domain}", "agent")

    def install(folder: Path) -> None:
        root = folder / "root"
        subprocess.run(("chroot", str(root), *installer), check=True, capture_output=True)
        data = root / "var/lib/mediawiki/data"
        for path in (data, *data.iterdir()):
            shutil.chown(path, "www-data", "www-data")

    return install


def _below(place: Place, folder: str, documents: str, link: str, configure: Callable[[Path], None]) -> Daemon:
    def prepare(own: Path) -> None:
        configure(own)
        (own / "www" / folder).symlink_to(documents)

    home = page(f"Commune de {place.domain}", f"<p>Bienvenue.</p>{link}").body
    return php_site(
        place, "{dir}/www", files={"www/index.html": home}, prepare=prepare, finish=_answers(place, f"/{folder}/", "password")
    )


def _written(path: str, text: str) -> Callable[[Path], None]:
    """Into the chroot, readable by the server."""

    def write(folder: Path) -> None:
        target = folder / "root" / path
        target.unlink(missing_ok=True)
        target.write_text(text)
        shutil.chown(target, "www-data", "www-data")

    return write


def _answers(place: Place, path: str, mark: str) -> Callable[[Path], None]:
    def ask(folder: Path) -> None:
        status, text = submit(place, path)
        if status != 200 or mark not in text:
            raise ValueError(f"{path} answered {status}: {text[-600:]}")

    return ask
