"""WordPress as Debian packages it, finished by its own installer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.lab.real.model import Daemon
from tests.lab.real.php_sites import Place, php_site, submit
from tests.lab.real.site_database import PASSWORD, PLACE, account

_CONFIG = """<?php
define('DB_NAME', 'ACCOUNT');
define('DB_USER', 'ACCOUNT');
define('DB_PASSWORD', 'PASSWORD');
define('DB_HOST', 'DATABASE');
define('WP_CONTENT_DIR', '/var/lib/wordpress/wp-content');
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
"""

#: What hardened themes do: no generator anywhere, no version behind styles and scripts. Themes are not loaded by upgrade.php.
_HIDE = """
remove_action('wp_head', 'wp_generator');
add_filter('the_generator', '__return_empty_string');
foreach (array('style_loader_src', 'script_loader_src') as $filter) {
    add_filter($filter, function ($address) { return remove_query_arg('ver', $address); }, 99);
}
"""
#: WordPress keeps its uploads, themes and extensions outside of the folder that Debian serves.
_CONTENT = "location /wp-content/ { root /var/lib/wordpress; }"


def wordpress(place: Place, database: int, *, hidden: bool = False, installed: bool = True) -> Daemon:
    """A site on database number `database` of `site_database`; not `installed`, it waits for whoever comes first."""
    return php_site(
        place,
        "/usr/share/wordpress",
        hidden=hidden,
        more=_CONTENT,
        prepare=_configure(database, hidden),
        finish=_install(place) if installed else _ready(place),
    )


def _configure(database: int, hidden: bool) -> Callable[[Path], None]:
    text = _CONFIG.replace("ACCOUNT", account(database)).replace("'PASSWORD'", f"'{PASSWORD}'").replace("DATABASE", PLACE)

    def write(folder: Path) -> None:
        (folder / "root/etc/wordpress/config-default.php").write_text(text)
        for theme in (folder / "root/usr/share/wordpress/wp-content/themes").iterdir() if hidden else ():
            functions = theme / "functions.php"
            existing = functions.read_text() if functions.exists() else "<?php\n"
            functions.write_text(existing + _HIDE)

    return write


def _install(place: Place) -> Callable[[Path], None]:
    def run(folder: Path) -> None:
        form = {
            "weblog_title": f"Commune de {place.domain}", "user_name": "agent", "admin_password": "laboratoire-2026",
            "admin_password2": "laboratoire-2026", "pw_weak": "1", "admin_email": f"agent@{place.domain}", "blog_public": "1",
        }  # fmt: skip
        status, text = submit(place, "/wp-admin/install.php?step=2", form)
        if status != 200 or "wp-login.php" not in text:
            raise ValueError(f"WordPress' installer answered {status}: {text[-600:]}")

    return run


def _ready(place: Place) -> Callable[[Path], None]:
    def wait(folder: Path) -> None:
        status, text = submit(place, "/")
        if status != 302:
            raise ValueError(f"a fresh WordPress answered {status}: {text[-600:]}")

    return wait
