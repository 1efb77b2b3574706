"""What the probes of the software family bring, built for truth tables."""

from __future__ import annotations

from checks.software.products import Banner, SiteSoftware, SoftwareSeen
from scanner.model import Reason

URL = "https://www.mairie-exemple.fr/"


def product(name: str, version: str = "", *, confirmed: bool = True, unseen: Reason | None = None) -> SoftwareSeen:
    """One product, read at its usual place."""
    return SoftwareSeen(name, version, f"{URL}{name}", "/", confirmed, unseen)


def software(*products: SoftwareSeen, url: str = URL, installer: str = "") -> SiteSoftware:
    """A site that shows these products and no banner."""
    return SiteSoftware(url, products, (), (), installer)


def banners(*lines: str, generators: tuple[str, ...] = ()) -> SiteSoftware:
    """A site that shows these headers (`server: nginx`) and generators."""
    pairs = (line.partition(": ") for line in lines)
    return SiteSoftware(URL, (), tuple(Banner(name, value) for name, _, value in pairs), generators)
