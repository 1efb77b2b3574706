"""Cookies that may travel in clear text or be read by any script of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from checks.references import ANSSI_HYGIENE_21, RFC_6265
from checks.web.home import HomePage, judged_elsewhere
from scanner.contract import check
from scanner.model import Actor, Effort, Flaw, Severity, Site, Verdict

MAX_COOKIES, MAX_NAME = 30, 80
_SESSION = re.compile(
    r"(?<!as)sess(?!ment)|auth(?!or)|token|^(sid|connect\.sid|phpsessid|cfid|cftoken|fe_typo_user|[0-9a-f]{32})$"
    r"|^wordpress_(logged_in|sec)|^prestashop-|^spip_admin"
)
_READ_BY_SCRIPTS = ("csrf", "xsrf")  # protections that the page's own scripts must read


@dataclass(frozen=True, slots=True)
class Cookie:
    """One Set-Cookie line without its value (RFC 6265 5.2). `masked` is the line with the value hidden."""

    name: str
    secure: bool
    http_only: bool
    ended: bool
    masked: str

    @property
    def holds_session(self) -> bool:
        """Whether its name says that it stands for a visitor who logged in."""
        name = self.name.lower()
        return bool(_SESSION.search(name)) and not any(word in name for word in _READ_BY_SCRIPTS)


def read_cookie(line: str, now: datetime) -> Cookie | None:
    """Read one Set-Cookie line, None where a browser would ignore it. `ended` when it deletes the cookie."""
    pair, *parts = line[:4_096].split(";")
    name, equals, _ = pair.partition("=")
    name = name.strip()[:MAX_NAME]
    if not equals or not name:
        return None
    attributes: dict[str, str] = {}
    for part in parts[:20]:
        key, _, value = part.partition("=")
        attributes[key.strip().lower()[:40]] = value.strip()[:80]  # the last of a name counts
    shown = "; ".join([f"{name}=[…]", *(part.strip()[:80] for part in parts[:20])])
    return Cookie(name, "secure" in attributes, "httponly" in attributes, _ended(attributes, now), shown[:500])


def _ended(attributes: dict[str, str], now: datetime) -> bool:
    age = attributes.get("max-age", "")
    if re.fullmatch(r"-?[0-9]{1,12}", age):
        return int(age) <= 0
    try:
        expires = parsedate_to_datetime(attributes.get("expires", "").replace("-", " "))
        return expires.replace(tzinfo=expires.tzinfo or UTC) <= now
    except (TypeError, ValueError, IndexError, OverflowError):
        return False


@check(
    "web.cookie-insecure",
    severity=Severity.MEDIUM,
    references=(RFC_6265, ANSSI_HYGIENE_21),
    actor=Actor.CMS_MAINTAINER,
    effort=Effort.MINUTES,
    variants=("readable",),
)
def cookie_insecure(site: Site, page: HomePage, now: datetime) -> Iterator[Verdict]:
    """A cookie lacks Secure, or one that stands for a session lacks HttpOnly."""
    if elsewhere := judged_elsewhere(site, page):
        yield elsewhere
        return
    read = [read_cookie(line, now) for line in page.all("set-cookie")[:MAX_COOKIES]]
    cookies = [cookie for cookie in read if cookie is not None and not cookie.ended]
    bare = [cookie for cookie in cookies if not cookie.secure]
    if bare:
        severity = Severity.MEDIUM if any(cookie.holds_session for cookie in bare) else Severity.LOW
        yield _flaw(bare, severity, "")
    readable = [cookie for cookie in cookies if cookie.holds_session and not cookie.http_only]
    if readable:
        yield _flaw(readable, Severity.MEDIUM, "readable")


def _flaw(cookies: list[Cookie], severity: Severity, variant: str) -> Flaw:
    names = tuple(dict.fromkeys(cookie.name for cookie in cookies))
    return Flaw({"cookies": names}, severity=severity, evidence=tuple(cookie.masked for cookie in cookies), variant=variant)
