"""The declared criteria of the RPNT, as far as the register can tell: 1.1, 1.2, 1.8, 2.1, 2.2, 2.3. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

from scanner.names import NotADomain, read_domain
from scanner.registry.model import Authority, Declared, Origin
from scanner.registry.never_town import Stranger, stranger

#: Those that an authority answers for itself.
DECLARABLE = ("1.1", "1.2", "1.8", "2.1", "2.2", "2.3")
DIRECTORIES = frozenset({Origin.SERVICE_PUBLIC, Origin.ANCT})
#: RPNT 0.2.1, criterion 1.2: the endings that are governed in France.
SOVEREIGN = frozenset(
    {"fr", "alsace", "bzh", "corsica", "paris", "eu", "re", "yt", "gp", "mq", "gf", "pm", "wf", "tf", "nc", "pf"}
)  # fmt: skip


def declared(authority: Authority) -> dict[str, bool]:
    """Criterion -> whether it is met; one that nobody can tell is left out. What a person declared wins over what follows.

    Whether there is a site (1.1) and an address (2.1) is asked of the directories before the syndicate's list.
    """
    found = concluded(authority)
    if found.get("1.1") is False:  # without a site, or an address, there is nothing to ask of it
        found = {id: met for id, met in found.items() if id not in ("1.2", "1.8", "2.3")}
    if found.get("2.1") is False:
        found = {id: met for id, met in found.items() if id not in ("2.2", "2.3")}
    return found


def concluded(authority: Authority) -> dict[str, bool]:
    """The same, with what is not asked of an authority that has no site, or no address."""
    found = _site(authority) | _mail(authority)
    said = {each.criterion: each for each in authority.declarations}
    return found | {id: each.met for id, each in said.items() if id not in found or not _yields(each)}


def _yields(each: Declared) -> bool:
    return each.source.origin is Origin.FILE and each.criterion in ("1.1", "2.1")


def _site(authority: Authority) -> dict[str, bool]:
    found: dict[str, bool] = {}
    source = authority.sources.get("site")
    if source is not None and source.origin in DIRECTORIES:
        found["1.1"] = bool(authority.site)
    host = _host(authority.site)
    if host:
        found["1.2"] = host.rpartition(".")[2] in SOVEREIGN
        scheme = urlsplit(authority.site).scheme.lower()
        if scheme in ("http", "https"):
            found["1.8"] = scheme == "https"
    return found


def _mail(authority: Authority) -> dict[str, bool]:
    found: dict[str, bool] = {}
    source = authority.sources.get("mail")
    if source is not None and source.origin in DIRECTORIES:
        found["2.1"] = bool(authority.mail)
    domain = _host(authority.mail.rpartition("@")[2])
    if domain:
        found["2.2"] = stranger(domain) is not Stranger.MAIL_PROVIDER
        if host := _host(authority.site):
            found["2.3"] = _same(host, domain)
    return found


def _same(one: str, other: str) -> bool:
    """Whether they are one name, or one lies below the other."""
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _host(text: str) -> str:
    """The domain of an address, without its `www.`; "" where there is none to read."""
    if not text:
        return ""
    try:
        return read_domain(text).ascii
    except NotADomain:
        return ""
