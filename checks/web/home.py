"""The two answers that every other web check rests on: `GET /` over HTTPS and over plain HTTP."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit

from checks.web.unfinished import unfinished
from scanner.because import Because
from scanner.contract import probe
from scanner.discovery import Addresses
from scanner.model import Absent, NotApplicable, Observation, Reason, Site, Unknown
from scanner.net import Headers, Hop, Net, NetFailure, NotTls, Refused, Response, Throttled, turns

SHIELD_STATUSES = frozenset({401, 403, 405, 406})  # a shield or a login answers in place of the site
CHALLENGES = (("cf-mitigated", "challenge"), ("x-amzn-waf-action", ""), ("sg-captcha", ""))  # Cloudflare, AWS WAF, SiteGround
_CHALLENGE_PAGE = b"/.well-known/sgcaptcha/"  # where SiteGround's page sends a browser, with HTTP 202
MAX_LINKS, MAX_LINK = 200, 300
MAX_ADDRESS = 2_000  # characters of an address that is kept
MAX_EVIDENCE = 500
MAX_PLAIN_HOPS = 5
_VERSION = re.compile(r"""["']?(\w{0,40}version)["']?\s{0,5}[:=]\s{0,5}["']?([\w.+-]{1,40})""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HomePage(Observation):
    """The answer to GET / over HTTPS, redirects followed; the certificate is not judged here.

    `generators` are the meta generator values, `links` the src and href of scripts, styles and images
    (at most 200), `versions` the `name=value` pairs of inline scripts whose name ends in "version",
    `unfinished` the product that says itself that nobody has set it up (then `status` may be 503, which is unobserved elsewhere),
    `policies` and `referrers` what meta elements say in place of Content-Security-Policy and Referrer-Policy.
    """

    url: str
    status: int
    headers: Headers
    hops: tuple[Hop, ...] = ()
    stopped: str = ""
    title: str = ""
    generators: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    referrers: tuple[str, ...] = ()
    unfinished: str = ""

    @property
    def host(self) -> str:
        """The host name that finally answered."""
        return place_of(self.url)[1]

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a header, in order; `name` in lower case."""
        return tuple(value for key, value in self.headers if key == name)


@dataclass(frozen=True, slots=True)
class PlainPage(Observation):
    """The answer to GET / on port 80, redirects followed only while they stay in plain HTTP.

    `location` is where the last answer leads (absolute), "" where it is a page. A `location` in plain HTTP
    was not followed to its end; `stopped` says why, in the words of `Response.stopped`.
    """

    url: str
    status: int
    location: str
    headers: Headers
    hops: tuple[Hop, ...] = ()
    stopped: str = ""


@probe(seconds=15)
async def home_page(site: Site, addresses: Addresses, net: Net) -> HomePage | Absent:
    """Fetch https://site/; a closed port or a port that does not speak TLS is an absence of HTTPS."""
    try:
        answer = await net.http.get(f"https://{site.name}/")
    except (Refused, NotTls) as no:
        return no.absent()
    except Throttled as busy:
        if not unfinished(busy.answer):
            raise
        answer = busy.answer
    if is_shielded(answer):
        raise NetFailure(Reason.CHALLENGED, f"HTTP {answer.status}")
    page = read_page(answer)
    return HomePage(
        answer.url, answer.status, answer.headers, answer.hops, answer.stopped,
        page.title.strip()[:MAX_LINK], tuple(page.generators), tuple(page.links), tuple(page.versions),
        tuple(page.policies), tuple(page.referrers), unfinished(answer),
    )  # fmt: skip


@probe(seconds=15)
async def plain_page(site: Site, addresses: Addresses, net: Net) -> PlainPage | Absent:
    """Fetch http://site/; a closed port 80 is an absence."""
    try:
        answer = await net.http.get(f"http://{site.name}/", follow=False, max_body=4_096)
    except Refused as refused:
        return refused.absent()
    hops, stopped, cookies = answer.hops, "", bool(answer.all("set-cookie"))
    while (location := _next(answer)) and place_of(location)[0] == "http" and not stopped:
        try:
            answer = await net.http.get(location, follow=False, max_body=4_096)
        except NetFailure:  # the first answer was seen; where it leads is another host's affair
            stopped = "unreachable"
            break
        hops, cookies = (*hops, *answer.hops), cookies or bool(answer.all("set-cookie"))
        if turns(hops):
            stopped = "cookies" if cookies else "circle"
        elif len(hops) >= MAX_PLAIN_HOPS and _next(answer):
            stopped = "too_many"
    if is_shielded(answer):
        raise NetFailure(Reason.CHALLENGED, f"HTTP {answer.status}")
    return PlainPage(answer.url[:MAX_ADDRESS], answer.status, location[:MAX_ADDRESS], answer.headers, hops, stopped)


def is_shielded(answer: Response) -> bool:
    """Whether a shield or a login answered in place of the site, by its status or by the mark of its challenge."""
    marked = any(word in value.lower() for name, word in CHALLENGES for value in answer.all(name))
    return marked or answer.status in SHIELD_STATUSES or (answer.status == 202 and _CHALLENGE_PAGE in answer.body)


def refuses_oddly(status: int) -> bool:
    """Whether a status says nothing of a site: neither a page, nor that none is there (404, 410), nor a fault of the server."""
    return 400 <= status < 500 and status not in (404, 410)


def place_of(url: str) -> tuple[str, str]:
    """Scheme and host name of an address, in lower case and in A-labels; empty where it is malformed."""
    try:
        parts = urlsplit(url)
        return parts.scheme.lower(), _in_a_labels((parts.hostname or "").lower().rstrip("."))
    except ValueError:
        return "", ""


def _in_a_labels(host: str) -> str:
    """The name as DNS knows it; as it was written where it cannot be one."""
    if host.isascii():
        return host
    import idna

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except (UnicodeError, IndexError):  # IDNAError is a UnicodeError; some inputs end in an IndexError
        return host


def steps(hops: tuple[Hop, ...]) -> tuple[str, ...]:
    """Evidence for a way that was followed, one answer a line, each at most 500 characters."""
    return tuple(f"{hop.url}: HTTP {hop.status}{' -> ' + hop.location if hop.location else ''}"[:MAX_EVIDENCE] for hop in hops)


def is_sibling(site: Site, host: str) -> bool:
    """Whether a host is the domain or its `www`: then it is a site of its own, and judged there."""
    return host in (site.domain.name, f"www.{site.domain.name}")


def _next(answer: Response) -> str:
    """Where an answer leads, absolute; "" where it is a page."""
    return answer.hops[-1].location if answer.hops else ""


def judged_elsewhere(site: Site, page: HomePage) -> NotApplicable | Unknown | None:
    """Why the headers of this answer say nothing of this site: it leads away or to plain HTTP, or the page was not seen."""
    if place_of(page.url)[0] != "https":
        return NotApplicable(f"{site.name} leads to {page.url[:MAX_LINK]}")
    if page.stopped or page.host != site.name:
        return NotApplicable(f"{site.name} leads to {page.host}")
    if page.status >= 400:
        return Unknown(Reason.UNDETERMINED, f"HTTP {page.status}", Because.ERROR_PAGE)
    return None


def received(page: HomePage, *names: str) -> tuple[str, ...]:
    """Evidence for what a page sends or lacks: the answer, then every line of these headers, each at most 500 characters."""
    lines = (f"{name}: {value}"[:MAX_EVIDENCE] for name in names for value in page.all(name))
    return (f"{page.url}: HTTP {page.status}"[:MAX_EVIDENCE], *lines)


class _PageReader(HTMLParser):
    """Collects the few traces that checks need; never fails on broken HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.generators: list[str] = []
        self.links: list[str] = []
        self.versions: list[str] = []
        self.policies: list[str] = []
        self.referrers: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._inside = tag
        if tag == "meta":
            self._meta((values.get("name") or values.get("http-equiv") or "").lower(), values.get("content", ""))
        link = values.get("src") or values.get("href")
        if link and tag in ("script", "link", "img", "a", "form") and len(self.links) < MAX_LINKS:
            self.links.append(link[:MAX_LINK])

    def _meta(self, name: str, content: str) -> None:
        kept = {"generator": self.generators, "content-security-policy": self.policies, "referrer": self.referrers}.get(name)
        if kept is not None and len(kept) < 5:
            kept.append(content[:MAX_ADDRESS])

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "title" and len(self.title) < MAX_LINK:
            self.title += data[:MAX_LINK]
        elif self._inside == "script" and len(self.versions) < 20:
            self.versions += [f"{name}={value}" for name, value in _VERSION.findall(data[:100_000])][:20]


def read_page(answer: Response) -> _PageReader:
    """The traces of one HTML answer; empty for anything that is not HTML."""
    reader = _PageReader()
    kind = next(iter(answer.all("content-type")), "text/html").lower()
    if "html" in kind:
        with contextlib.suppress(AssertionError, ValueError):  # html.parser on hostile declarations
            reader.feed(answer.body.decode("utf-8", "replace"))
    return reader
