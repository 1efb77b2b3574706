"""How the files that betray a product's version are read. Pure: an answer in, a version out."""

from __future__ import annotations

import json
import re

from checks.software.recognise import core_version, roundcube_version
from checks.software.versions import read_version
from checks.web.home import read_page
from scanner.net import Response

_SPIP_PACKAGE = re.compile(r"<paquet\b([^>]{1,2000})>")
_XML_VERSION = re.compile(r"""\bversion\s{0,3}=\s{0,3}["']([^"'<>]{1,60})["']""")
_SPIP_CONFIG = re.compile(r"Composed-By:\s{0,3}SPIP\s{1,3}([\w.+~-]{1,40})", re.IGNORECASE)
_JOOMLA = re.compile(r"<version>\s{0,20}([\w.+~-]{1,40})\s{0,20}</version>")
_PMA_MARK = re.compile(r"""name=["']pma_(?:username|password)["']|pmahomme|id=["']pma_header["']""", re.IGNORECASE)
_PMA_VERSION = re.compile(r"[?&](?:amp;)?v=(\d[\w.+~-]{2,40})")
_DOKUWIKI = re.compile(r'(?:Release )?(\d{4}-\d{2}-\d{2}[a-z]?)\s{1,3}"[^"<>]{1,40}"')
_ROUNDCUBE_MARK = re.compile(r"rcversion|rcmail_login_interface|rcube_webmail|roundcube", re.IGNORECASE)


def login_styles(answer: Response) -> str | None:
    """WordPress: the core styles of wp-login.php carry `?ver=`, also where the generator is hidden."""
    return core_version(tuple(read_page(answer).links)) or None


def spip_package(answer: Response) -> str | None:
    """SPIP: `version` of ecrire/paquet.xml."""
    package = _SPIP_PACKAGE.search(_text(answer))
    found = _XML_VERSION.search(package[1]) if package else None
    return _version(found[1]) if found else None


def spip_config(answer: Response) -> str | None:
    """SPIP: local/config.txt repeats the Composed-By header."""
    found = _SPIP_CONFIG.search(_text(answer))
    return _version(found[1]) if found else None


def joomla_manifest(answer: Response) -> str | None:
    """Joomla: the manifest of the core files."""
    text = _text(answer)
    found = _JOOMLA.search(text) if "<extension" in text or "<install" in text else None
    return _version(found[1]) if found else None


def nextcloud_status(answer: Response) -> str | None:
    """Nextcloud: status.php is meant to be read."""
    try:
        status = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    text = status.get("versionstring") if isinstance(status, dict) and "productname" in status else None
    return _version(text) if isinstance(text, str) else None


def mediawiki_info(answer: Response) -> str | None:
    """MediaWiki: its public interface names the generator, also where the pages hide it."""
    try:
        info = json.loads(answer.body)
        generator = info["query"]["general"]["generator"]
    except (ValueError, RecursionError, KeyError, TypeError):
        return None
    name, _, version = generator.partition(" ") if isinstance(generator, str) else ("", "", "")
    return _version(version) if name == "MediaWiki" else None


def dokuwiki_release(answer: Response) -> str | None:
    """DokuWiki: VERSION holds one line, the day of the release and its name: `2025-05-14b "Librarian"`."""
    found = _DOKUWIKI.fullmatch(_text(answer)[:200].strip())
    return _version(found[1]) if found else None


def roundcube_login(answer: Response) -> str | None:
    """Roundcube: `rcversion` in the script of the login page."""
    version = roundcube_version(tuple(read_page(answer).versions))
    return version or ("" if _ROUNDCUBE_MARK.search(_text(answer)) else None)


def phpmyadmin_login(answer: Response) -> str | None:
    """phpMyAdmin: the login form, and `?v=` on its styles."""
    if not _PMA_MARK.search(_text(answer)):
        return None
    versions = (_PMA_VERSION.search(link) for link in read_page(answer).links)
    return next((_version(found[1]) for found in versions if found and read_version(found[1])), "")


def _text(answer: Response) -> str:
    return answer.body.decode("utf-8", "replace")


def _version(text: str) -> str:
    return text.strip()[:60] if read_version(text) else ""
