"""The products that a text may have a variant for. A mark such as `<!-- for nginx -->` ties what follows it to one. Pure."""

from __future__ import annotations

import re

ANY = "any"
#: What only the town itself reads: left out of what is sent to a supplier.
TOWN = "town"

#: Product -> its kind. Where one of a kind was recognised, the variants for the others of that kind are left out.
KINDS: dict[str, str] = {
    **dict.fromkeys(("apache", "nginx", "iis"), "web server"),
    **dict.fromkeys(
        ("wordpress", "spip", "joomla", "drupal", "typo3", "nextcloud", "mediawiki", "dokuwiki", "matomo"), "site software"
    ),
    **dict.fromkeys(("postfix", "exim", "exchange"), "mail server"),
    **dict.fromkeys(
        (
            "mariadb",
            "mysql",
            "postgresql",
            "mssql",
            "oracle",
            "ldap",
            "redis",
            "memcached",
            "mongodb",
            "elasticsearch",
            "couchdb",
        ),
        "database",
    ),
    # `ftp` and `mailbox` are servers whose product is not known.
    **dict.fromkeys(("vsftpd", "proftpd", "pure-ftpd", "ftp", "dovecot", "cyrus", "courier", "mailbox"), "file and mail access"),
    **dict.fromkeys(("rdp", "vnc", "x11"), "remote screen"),
    **dict.fromkeys(("mikrotik", "docker", "console"), "console"),
}

#: Kinds without whose lines the correction cannot be made: where a part has none for the product that was recognised,
#: those for its like are better than nothing.
NEEDED = frozenset({"web server", "mail server"})

_MARK = re.compile(r"\s*<!--\s*for ([a-z0-9 -]+?)\s*-->\s*")


def read_mark(line: str) -> tuple[str, ...]:
    """The words of a mark, () where it ends the mark before it. Raises ValueError that says what to write."""
    found = _MARK.fullmatch(line)
    words = tuple(found[1].split()) if found else ()
    if not words:
        raise ValueError(f"{line.strip()[:60]!r}: a mark is a line of its own, such as <!-- for nginx --> or <!-- for {ANY} -->")
    if words == (ANY,):
        return ()
    unknown = [word for word in words if word not in KINDS and words != (TOWN,)]
    if unknown:
        raise ValueError(f"<!-- for {' '.join(words)} -->: {', '.join(unknown)} is no product of scanner/products.py")
    return words
