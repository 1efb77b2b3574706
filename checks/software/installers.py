"""Sites that were left at their installation page: what their home page, and at most one other address, shows of it."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from checks.web.home import HomePage, place_of
from scanner.model import Site
from scanner.net import Net, NetFailure, Response

#: End of the path (and query) that a fresh installation sends every visitor to -> product.
_PLACES = (
    ("/wp-admin/install.php", "WordPress"),
    ("/wp-admin/setup-config.php", "WordPress"),
    ("/ecrire/?exec=install", "SPIP"),
    ("/installation/index.php", "Joomla"),
    ("/installation/", "Joomla"),
    ("/core/install.php", "Drupal"),
    ("/install.php", "Drupal"),
    ("/index.php?module=installation", "Matomo"),
    ("/install/install.php", "GLPI"),
    ("/typo3/install.php", "TYPO3"),
)


async def installer(site: Site, front: HomePage, net: Net) -> tuple[str, str, int]:
    """(product, address, how many answers were asked for): the installation page that is open to everyone, ("", "", n) for none.

    SPIP's home page only says that nobody has set it up (503): its door is /ecrire/, as every editor of SPIP knows.
    """
    if front.unfinished.startswith("matomo"):
        return "Matomo", front.url, 0
    if front.unfinished == "spip":
        return await _behind(site, urljoin(front.url, "ecrire/"), net)
    product = installer_at(front.url) if len(front.hops) > 1 and front.status == 200 else ""
    return product, front.url if product else "", 0


def installer_at(url: str) -> str:
    """The product whose installation page stands at this address, "" for none; the longest ending speaks."""
    parts = urlsplit(url.lower())
    place = f"{parts.path}?{parts.query.partition('&')[0]}"
    found = [(end, product) for end, product in _PLACES if place.endswith(end) or parts.path.endswith(end)]
    return max(found, key=lambda one: len(one[0]), default=("", ""))[1]


def is_answer(site: Site, answer: Response) -> bool:
    """Whether the site itself answered with the page that was asked for."""
    return answer.status == 200 and not answer.stopped and place_of(answer.url)[1] == site.name


async def _behind(site: Site, address: str, net: Net) -> tuple[str, str, int]:
    try:
        answer = await net.http.get(address)
    except NetFailure:  # not seen: the check says so
        return "", "", 1
    product = installer_at(answer.url) if is_answer(site, answer) else ""
    return product, answer.url if product else "", len(answer.hops)
