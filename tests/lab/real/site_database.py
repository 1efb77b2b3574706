"""MariaDB behind the sites of the laboratory, on an address that no town has: no scan looks at it."""

from __future__ import annotations

from tests.lab.real.databases import mariadb

PLACE = "198.19.200.1"
PASSWORD = "laboratoire"
_SITES = 10


def account(number: int) -> str:
    """The name of a database (1 to 10), and of the user to whom it belongs."""
    return f"site{number}"


#: Towns whose content manager needs a database name it beside their site.
DATABASE = mariadb(
    PLACE,
    sql=tuple(
        line
        for name in map(account, range(1, _SITES + 1))
        for line in (
            f"CREATE DATABASE {name};",
            f"CREATE USER '{name}'@'%' IDENTIFIED BY '{PASSWORD}';",
            f"GRANT ALL ON {name}.* TO '{name}'@'%';",
        )
    ),
)
