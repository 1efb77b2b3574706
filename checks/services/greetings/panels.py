"""Services that answer in HTTP: stores with a web interface, Docker, Kubernetes, panels."""

from __future__ import annotations

import re
from dataclasses import dataclass

from checks.services.greetings.greeting import Access, Greeting, first_match, product, text, version
from scanner.net import Response

MAX_BODY = 16_384
_STATUS = re.compile(rb"\AHTTP/1\.[01] (\d{3})")
_PROMETHEUS_HOMES = ("/classic/graph", "/graph")  # where its "/" leads: Debian's packages, upstream's 2.x
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,200})", re.IGNORECASE)
_NUMBER = re.compile(r'"number"\s{0,5}:\s{0,5}"([\w.-]{1,40})"')
_VERSION = re.compile(r'"[vV]ersion"\s{0,5}:\s{0,5}"([\w.+~-]{1,40})"')
_GIT_VERSION = re.compile(r'"gitVersion"\s{0,5}:\s{0,5}"v?([\w.+-]{1,40})"')
_ADMIN_PARTY = re.compile(r'"roles"\s{0,5}:\s{0,5}\[\s{0,5}"_admin"')
_TOKEN = re.compile(r"[^\s/]{1,60}/(\d[\w.-]{0,40})")

#: What to ask of a service that is not at "/".
PATHS = {"docker": "/version", "kubernetes": "/version", "kubelet": "/healthz", "winrm": "/wsman"}


@dataclass(frozen=True, slots=True)
class Page:
    """One HTTP answer: header names in lower case, the first value of each; body as text, bounded."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def server(self) -> str:
        """The Server header, "" without one."""
        return self.headers.get("server", "")

    @property
    def title(self) -> str:
        """The title of the page in lower case."""
        return "".join(first_match(_TITLE, self.body)).lower()


def question(path: str) -> bytes:
    """A GET that any server of HTTP/1.1 understands, the connection kept for one more."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: Beffroi\r\nAccept: */*\r\n\r\n".encode()


def parse(data: bytes) -> Page | None:
    """The first HTTP answer in what came."""
    status = _STATUS.match(data)
    if status is None:
        return None
    head, _, body = data[: 4 * MAX_BODY].partition(b"\r\n\r\n")
    headers: dict[str, str] = {}
    for line in text(head).split("\r\n")[1:60]:
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name.strip().lower()[:60], value.strip()[:300])
    return Page(int(status[1]), headers, text(body[:MAX_BODY]))


def from_response(answer: Response) -> Page:
    """The same from an answer of the door's own client."""
    headers: dict[str, str] = {}
    for name, value in answer.headers:
        headers.setdefault(name, value[:300])
    return Page(answer.status, headers, text(answer.body[:MAX_BODY]))


def read_http(data: bytes) -> Greeting | None:
    """Whatever speaks HTTP in clear text."""
    page = parse(data)
    return recognise(page, "http", tls=False) if page else None


def recognise(page: Page, expected: str, *, tls: bool) -> Greeting:
    """Name the product behind a page; `expected` is the usual service of the port, needed where an answer is poor."""
    for reader in (_elasticsearch, _couchdb, _docker, _kubernetes, _panel):
        found = reader(page, tls)
        if found:
            return found
    if expected == "kubelet" and (page.status, page.body.strip()) in ((200, "ok"), (401, "Unauthorized")):
        return Greeting("kubelet", "Kubelet", access=Access.GUARDED if page.status == 401 else Access.UNDETERMINED, tls=tls)
    if expected == "winrm" and page.status in (401, 405) and page.server.startswith("Microsoft-HTTPAPI"):
        return Greeting("winrm", "WinRM", access=Access.GUARDED, tls=tls)
    release = first_match(_TOKEN, page.server)
    return Greeting("http", product(page.server.split("/")[0]), version(release[0] if release else ""), tls=tls)


def _elasticsearch(page: Page, tls: bool) -> Greeting | None:
    name = "OpenSearch" if "opensearch" in page.body.lower() else "Elasticsearch"
    tagline = "You Know, for Search" in page.body or "The OpenSearch Project" in page.body
    if page.status == 200 and tagline:
        release = first_match(_NUMBER, page.body)
        return Greeting("elasticsearch", name, version(release[0] if release else ""), Access.OPEN, tls=tls)
    challenge = page.headers.get("www-authenticate", "")
    if page.status == 401 and (
        'realm="security"' in challenge or "x-elastic-product" in page.headers or "OpenSearch" in challenge
    ):
        return Greeting("elasticsearch", name, access=Access.GUARDED, tls=tls)
    return None


def _couchdb(page: Page, tls: bool) -> Greeting | None:
    """The welcome is public; that a stranger has the role `_admin` (answer to /_session) is the open door."""
    if "couchdb" not in page.server.lower() and not re.search(r'"couchdb"\s{0,5}:\s{0,5}"Welcome"', page.body):
        return None
    release = first_match(_VERSION, page.body) or first_match(_TOKEN, page.server)
    access = Access.UNDETERMINED
    if _ADMIN_PARTY.search(page.body):
        access = Access.OPEN
    elif '"userCtx"' in page.body or page.status == 401:
        access = Access.GUARDED
    return Greeting("couchdb", "CouchDB", version(release[0] if release else ""), access, tls=tls)


def _docker(page: Page, tls: bool) -> Greeting | None:
    if page.status != 200 or '"ApiVersion"' not in page.body:
        return None
    release = first_match(_VERSION, page.body)
    return Greeting("docker", "Docker", version(release[0] if release else ""), Access.OPEN, tls=tls)


def _kubernetes(page: Page, tls: bool) -> Greeting | None:
    release = first_match(_GIT_VERSION, page.body)
    refusal = page.status in (401, 403) and '"kind"' in page.body and '"Status"' in page.body and '"apiVersion"' in page.body
    if not release and not refusal:
        return None
    return Greeting("kubernetes", "Kubernetes", version(release[0] if release else ""), Access.GUARDED, tls=tls)


def _panel(page: Page, tls: bool) -> Greeting | None:
    """Panels by their server header, a header of their own, or their title."""
    server, release = page.server.lower(), first_match(_TOKEN, page.server)
    number = version(release[0] if release else "")
    if server.startswith("miniserv"):
        return Greeting("webmin", "Webmin", number, Access.GUARDED, tls=tls)
    if server.startswith("pve-api-daemon") or "proxmox" in page.title:
        return Greeting("proxmox", "Proxmox", access=Access.GUARDED, tls=tls)
    if server.startswith("sw-cp-server") or "plesk" in page.title:
        return Greeting("plesk", "Plesk", access=Access.GUARDED, tls=tls)
    if "kbn-name" in page.headers or "kbn-license-sig" in page.headers:
        return Greeting("kibana", "Kibana", tls=tls)
    if page.title.startswith("prometheus") or (page.status == 302 and page.headers.get("location") in _PROMETHEUS_HOMES):
        return Greeting("prometheus", "Prometheus", access=Access.OPEN, tls=tls)
    if page.headers.get("set-cookie", "").startswith("cockpit=") or "cockpit" in page.title or "cockpit/static" in page.body:
        return Greeting("cockpit", "Cockpit", access=Access.GUARDED, tls=tls)
    return None
