"""Which product made a page, from the traces that the page itself shows. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from checks.software.versions import read_version
from checks.web.home import HomePage

_SAFE_PATH = re.compile(r"/(?:[\w.~-]{1,60}/){0,4}", re.ASCII)
_GENERATORS = (
    ("wordpress", re.compile(r"\s*WordPress\b\s*([\w.+~-]{1,40})?", re.IGNORECASE)),
    ("spip", re.compile(r"\s*SPIP\b\s*([\w.+~-]{1,40})?", re.IGNORECASE)),
    ("joomla", re.compile(r"\s*Joomla!?\s*([\d][\w.+~-]{0,40})?", re.IGNORECASE)),
    ("drupal", re.compile(r"\s*Drupal\b\s*([\w.+~-]{1,40})?", re.IGNORECASE)),
    ("typo3", re.compile(r"\s*TYPO3\b\s*(?:CMS\s*)?([\w.+~-]{1,40})?", re.IGNORECASE)),
    ("nextcloud", re.compile(r"\s*Nextcloud\b\s*([\w.+~-]{1,40})?", re.IGNORECASE)),
    ("mediawiki", re.compile(r"\s*MediaWiki\b\s*([\w.+~-]{1,40})?", re.IGNORECASE)),
    ("dokuwiki", re.compile(r"\s*DokuWiki\b(?:\s*Release)?\s*([\w.+~-]{1,40})?", re.IGNORECASE)),
    ("matomo", re.compile(r"\s*(?:Matomo|Piwik)\b\s*(\d[\w.+~-]{0,40})?", re.IGNORECASE)),
)
_HEADERS = {"composed-by": "spip", "x-generator": "drupal"}
_PATHS = (
    ("wordpress", re.compile(r"wp-(?:content|includes)/")),
    ("spip", re.compile(r"(?:squelettes-dist|plugins-dist|local/cache-(?:css|js|vignettes|gd2))/|spip\.php(?:\?|$)")),
    ("joomla", re.compile(r"(?:media/(?:jui|system/js|vendor/joomla\w{0,20})|components/com_\w{1,30})/")),
    ("drupal", re.compile(r"(?:core/misc/drupal\.js|core/themes/|sites/(?:default|all)/(?:files|themes|modules)/)")),
    ("roundcube", re.compile(r"(?:skins/(?:elastic|larry)/|program/js/common(?:\.min)?\.js)")),
    ("nextcloud", re.compile(r"core/(?:css/server\.css|js/dist/|img/favicon)|dist/core-common\.js")),
    ("typo3", re.compile(r"typo3(?:temp|conf)/")),
    ("mediawiki", re.compile(r"load\.php\?(?:[^#]{0,200}&)?modules=")),
    ("dokuwiki", re.compile(r"lib/exe/(?:css|js|jquery)\.php\?")),
)
#: A link whose folder bears the product's name leads to it: /phpmyadmin/, /mail/roundcube/.
_FOLDERS = (
    ("phpmyadmin", re.compile(r"/(?:[\w.~-]{1,60}/){0,3}(?:phpmyadmin|pma)/", re.IGNORECASE | re.ASCII)),
    ("roundcube", re.compile(r"/(?:[\w.~-]{1,60}/){0,3}roundcube(?:mail)?/", re.IGNORECASE | re.ASCII)),
)
_CORE_STYLE = re.compile(
    r"wp-(?:admin|includes)/(?:css/[\w./-]{1,80}\.css|load-styles\.php|js/wp-emoji-release\.min\.js)\?(?:[^#]{0,300}&)?ver=([\w.+~-]{1,40})"
)
_DRUPAL_SCRIPT = re.compile(r"core/misc/drupal\.js\?v=([\w.+~-]{1,40})")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product that was recognised: where it stands ("/" or "/blog/"), the version shown there, and what gave it away."""

    product: str
    base: str = "/"
    version: str = ""
    trace: str = ""


def recognise(page: HomePage) -> tuple[Candidate, ...]:
    """The products that a page shows, each once; a version is kept only where it reads as one."""
    found: dict[str, Candidate] = {}
    for seen in (*_declared(page), *_linked(page), *_foldered(page)):
        known = found.get(seen.product)
        if known is None:
            found[seen.product] = seen
        else:
            base = known.base if known.base != "/" else seen.base
            found[seen.product] = Candidate(seen.product, base, _finer(known.version, seen.version), known.trace)
    return tuple(found.values())


def core_version(links: tuple[str, ...]) -> str:
    """The version that WordPress adds to its own styles (`?ver=7.1`), "" where none or where it is masked."""
    seen = Counter(found[1] for link in links if (found := _CORE_STYLE.search(link)) and read_version(found[1]))
    return seen.most_common(1)[0][0] if seen else ""


def roundcube_version(versions: tuple[str, ...]) -> str:
    """`rcversion=10621`, from the page's script, as `1.6.21`."""
    for pair in versions:
        name, _, value = pair.partition("=")
        if name == "rcversion" and value.isascii() and value.isdigit() and 5 <= len(value) <= 6:
            number = int(value)
            return f"{number // 10_000}.{number // 100 % 100}.{number % 100}"
    return ""


def _finer(first: str, second: str) -> str:
    """The version that says more: 10.3.1 before 10."""
    return second if second.count(".") > first.count(".") or not first else first


def _declared(page: HomePage) -> Iterator[Candidate]:
    """The meta generator, and the headers that say the same."""
    for text in page.generators:
        for product, pattern in _GENERATORS:
            if found := pattern.match(text):
                yield Candidate(product, version=_read(found[1]), trace=f"generator: {text}"[:200])
    for name, value in page.headers:
        product = _HEADERS.get(name, "")
        declared = dict(_GENERATORS).get(product)
        if declared and (found := declared.match(value)):
            yield Candidate(product, version=_read(found[1]), trace=f"{name}: {value}"[:200])
        if name == "link" and 'rel="https://api.w.org/"' in value:
            yield Candidate("wordpress", trace=f"link: {value}"[:200])
    if page.unfinished:
        product, _, shown = page.unfinished.partition(" ")
        yield Candidate(product, _folder(page.url), _read(shown), "its page says that nobody has set it up")
    if version := roundcube_version(page.versions):
        yield Candidate("roundcube", _folder(page.url), version, f"rcversion: {version}")


def _linked(page: HomePage) -> Iterator[Candidate]:
    for link in page.links:
        if not _ours(page, link):
            continue
        for product, pattern in _PATHS:
            found = pattern.search(link)
            if not found:
                continue
            version = ""
            if product == "wordpress":
                version = core_version((link,))
            elif product == "drupal" and (script := _DRUPAL_SCRIPT.search(link)):
                version = _read(script[1])
            yield Candidate(product, _base(page, link[: found.start()]), version, link[:200])


def _foldered(page: HomePage) -> Iterator[Candidate]:
    for link in page.links:
        parts = _split(_join(page.url, link))
        if parts[0] != page.host:
            continue
        for product, pattern in _FOLDERS:
            if found := pattern.match(parts[1] + "/"):
                yield Candidate(product, found[0], trace=link[:200])


def _base(page: HomePage, before: str) -> str:
    """The folder that a link's head leads to on this host, "/" where it leads elsewhere or looks odd."""
    host, path = _split(_join(page.url, before or "."))
    folder = path[: path.rfind("/") + 1]
    return folder if host == page.host and _SAFE_PATH.fullmatch(folder) else "/"


def _ours(page: HomePage, link: str) -> bool:
    """Whether a link stays on this host or on one beside it (a CDN of the town); others say nothing of this site."""
    host, town = _split(_join(page.url, link))[0], page.host.removeprefix("www.")
    return host == town or host.endswith(f".{town}")


def _folder(url: str) -> str:
    path = _split(url)[1]
    folder = path[: path.rfind("/") + 1]
    return folder if _SAFE_PATH.fullmatch(folder) else "/"


def _split(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
        return (parts.hostname or "").lower(), parts.path
    except ValueError:  # "http://[": not an address
        return "", ""


def _read(text: str | None) -> str:
    return text if text and read_version(text) else ""


def _join(base: str, link: str) -> str:
    try:
        return urljoin(base, link)
    except ValueError:
        return ""
