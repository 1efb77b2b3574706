"""What software makes a site: recognised on its home page, dated by at most three of its own files."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from checks.software.installers import installer, is_answer
from checks.software.product_files import (
    dokuwiki_release,
    joomla_manifest,
    login_styles,
    mediawiki_info,
    nextcloud_status,
    phpmyadmin_login,
    roundcube_login,
    spip_config,
    spip_package,
)
from checks.software.recognise import Candidate, recognise
from checks.software.versions import read_version
from checks.web.home import HomePage, PlainPage, read_page
from checks.web.unfinished import unfinished
from scanner.contract import probe
from scanner.model import Absent, Ending, EndingKind, Observation, Proof, Reason, Site, Unobserved
from scanner.net import Net, NetFailure, Response

MAX_FILES = 3  # DESIGN 5: what any visitor may do
MAX_FILE = 131_072  # bytes
MAX_BANNER = 300  # characters
_BANNERS = ("server", "x-powered-by", "x-aspnet-version", "x-generator", "composed-by")

#: Product -> where its version stays visible (below its base), and how that file is read.
#: A reader gives None where the file is not this product's, "" where it is and shows no version.
_FILES: dict[str, tuple[tuple[str, Callable[[Response], str | None]], ...]] = {
    "wordpress": (("wp-login.php", login_styles), ("wp-admin/upgrade.php", login_styles)),
    "spip": (("ecrire/paquet.xml", spip_package), ("local/config.txt", spip_config)),
    "joomla": (("administrator/manifests/files/joomla.xml", joomla_manifest),),
    "nextcloud": (("status.php", nextcloud_status),),
    "roundcube": (("", roundcube_login),),
    "phpmyadmin": (("", phpmyadmin_login),),
    "mediawiki": (("api.php?action=query&meta=siteinfo&format=json", mediawiki_info),),
    "dokuwiki": (("VERSION", dokuwiki_release),),
}
#: Only a link bears their name: they are there when their page answers.
_TO_CONFIRM = frozenset({"phpmyadmin", "roundcube"})

#: The words of a banner -> the web server whose configuration is read there; LiteSpeed reads that of Apache.
_SERVERS = (
    (re.compile(r"\b(?:nginx|openresty)\b", re.IGNORECASE), "nginx"),
    (re.compile(r"\bapache(?:/|\s|$)|litespeed|plesklin|o2switch", re.IGNORECASE), "apache"),
    (re.compile(r"microsoft-iis", re.IGNORECASE), "iis"),
)

#: Their home page shows the whole version, unless somebody hides it.
_TOLD = frozenset({"mediawiki"})


@dataclass(frozen=True, slots=True)
class Banner:
    """A header that names software; `value` at most 300 characters."""

    header: str
    value: str


@dataclass(frozen=True, slots=True)
class SoftwareSeen:
    """One product. `version` as printed, "" where none was read; `source` is where (an address or the trace).

    `confirmed` is false where only a link bears its name. `unseen` says why its files could not be read.
    """

    product: str
    version: str
    source: str
    base: str
    confirmed: bool
    unseen: Reason | None = None


@dataclass(frozen=True, slots=True)
class SiteSoftware(Observation):
    """The products and banners of a site.

    `installer` is the product whose installation page is open to everyone, at `installer_at`; `unfinished` is set where the
    home page says that nobody has set the site up, whether its installer was seen or not.
    """

    url: str
    products: tuple[SoftwareSeen, ...]
    banners: tuple[Banner, ...]
    generators: tuple[str, ...]
    installer: str = ""
    installer_at: str = ""
    unfinished: str = ""

    def runs(self) -> tuple[str, ...]:
        banners = " ".join(banner.value for banner in self.banners if banner.header in ("server", "x-powered-by"))
        servers = (product for pattern, product in _SERVERS if pattern.search(banners))
        software = (seen.product for seen in self.products if seen.confirmed)
        return (*servers, *software, self.installer.lower())

    def endings(self, now: datetime) -> tuple[Ending, ...]:
        """The support of each product whose branch is known without doubt."""
        from checks.software.judging import Dated, dated  # which reads this module

        known = (each for each in dated(self, "", now) if isinstance(each, Dated) and each.doubt is None)
        ends = ((each.facts["product"], each.facts["branch"], each.standing.ended) for each in known)
        return tuple(Ending(EndingKind.SUPPORT, on, f"{name} {branch}") for name, branch, on in ends if on is not None)


@probe(seconds=25)
async def site_software(
    site: Site, page: HomePage | Absent, plain: PlainPage | Absent | Unobserved, net: Net
) -> SiteSoftware | Absent:
    """Recognise, then read at most three product files; a site without HTTPS is looked at over HTTP."""
    front = page if isinstance(page, HomePage) else await _front_over_http(site, page, plain, net)
    if isinstance(front, Absent):
        return front
    if front.stopped or front.host != site.name:
        return Absent(Proof.NONE, f"{site.name} leads to {front.host}")
    left_open, address, asked = await installer(site, front, net)
    products, left = [], MAX_FILES - asked
    for candidate in recognise(front):
        told = candidate.product in _TOLD and candidate.version
        files = () if told else _FILES.get(candidate.product, ())[: max(left, 0)]
        product, asked = await _date(site, front, candidate, files, net)
        products.append(product)
        left -= asked
    banners = tuple(Banner(name, value[:MAX_BANNER]) for name, value in front.headers if name in _BANNERS)[:10]
    return SiteSoftware(front.url, tuple(products), banners, front.generators, left_open, address, front.unfinished)


def below(url: str, path: str) -> str:
    """`path` (absolute) on the scheme, host and port of `url`."""
    parts = urlsplit(url)
    return urljoin(f"{parts.scheme}://{parts.netloc}/", path)


async def _front_over_http(site: Site, page: Absent, plain: PlainPage | Absent | Unobserved, net: Net) -> HomePage | Absent:
    if isinstance(plain, Unobserved):
        raise NetFailure(plain.reason, plain.detail)
    if isinstance(plain, Absent) or plain.location or plain.status >= 400:
        return page
    answer = await net.http.get(plain.url)
    traces = read_page(answer)
    return HomePage(
        answer.url, answer.status, answer.headers, answer.hops, answer.stopped, generators=tuple(traces.generators),
        links=tuple(traces.links), versions=tuple(traces.versions), unfinished=unfinished(answer),
    )  # fmt: skip


async def _date(
    site: Site,
    front: HomePage,
    candidate: Candidate,
    files: tuple[tuple[str, Callable[[Response], str | None]], ...],
    net: Net,
) -> tuple[SoftwareSeen, int]:
    """Ask the candidate's files in turn until one shows a version; how many were asked."""
    confirmed = candidate.product not in _TO_CONFIRM or candidate.trace.startswith("rcversion")
    unseen: Reason | None = None
    asked = 0
    for path, reader in files:
        address = below(front.url, candidate.base + path)
        asked += 1
        try:
            answer = await net.http.get(address, max_body=MAX_FILE)
        except NetFailure as failure:
            unseen = failure.reason
            break  # the host does not want to be asked: what the home page showed must do
        if answer.status in (401, 403):
            unseen = Reason.CHALLENGED
            continue
        version = reader(answer) if is_answer(site, answer) else None
        confirmed = confirmed or version is not None
        if version:
            shown, place = _more_telling((candidate.version, candidate.trace), (version, address))
            return SoftwareSeen(candidate.product, shown, place, candidate.base, True), asked
    return SoftwareSeen(candidate.product, candidate.version, candidate.trace, candidate.base, confirmed, unseen), asked


def _more_telling(page: tuple[str, str], file: tuple[str, str]) -> tuple[str, str]:
    """(version, where it stood): the file's, unless the page adds a distribution's suffix to the same upstream number."""
    shown, filed = read_version(page[0]), read_version(file[0])
    same = shown is not None and filed is not None and shown.upstream == filed.upstream
    return page if same and shown is not None and shown.distribution else file
