"""What a person typed, read as a domain name. Pure, and free of heavy imports until it is called."""

from __future__ import annotations

import ipaddress
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

MAX_TYPED = 2_000


class NotADomain(ValueError):
    """`kind` is a key of the messages (`cli.name.<kind>`); `hint` a name that was perhaps meant."""

    def __init__(self, kind: str, typed: str, hint: str = "") -> None:
        super().__init__(f"{kind}: {typed[:80]!r}")
        self.kind = kind
        self.typed = typed[:80]
        self.hint = hint


@dataclass(frozen=True, slots=True)
class DomainName:
    """A name in A-labels for machines and in Unicode for people."""

    ascii: str
    unicode: str

    def __str__(self) -> str:
        """Both forms where they differ: `saint-étienne.fr (xn--saint-tienne-heb.fr)`."""
        return self.ascii if self.ascii == self.unicode else f"{self.unicode} ({self.ascii})"


def read_domain(typed: str) -> DomainName:
    """A domain from a name, a URL or an IDN; `www.` is dropped, since the `www` site is looked at anyway.

    Raises NotADomain (empty, address, mail, too_long, mixed_scripts, single_label, invalid).
    """
    text = unicodedata.normalize("NFC", typed[:MAX_TYPED].strip()).lower()
    if not text:
        raise NotADomain("empty", typed)
    host = _host_of_url(text, typed)
    if "@" in host:
        raise NotADomain("mail", typed, host.rpartition("@")[2])
    host = host.strip(".。．｡")
    if _is_address(host):
        raise NotADomain("address", typed)
    host = host.removeprefix("www.") if host.count(".") > 1 else host
    if len(host) > 253:
        raise NotADomain("too_long", typed)
    for label in host.split("."):
        if len(_scripts(label)) > 1:
            raise NotADomain("mixed_scripts", typed)
    return _encode(host, typed)


def shown_name(label: str) -> DomainName:
    """A name that we keep in A-labels, in both forms for a reader; as it is where nobody can decode it."""
    if "xn--" not in label:
        return DomainName(label, label)
    import idna

    try:
        return DomainName(label, idna.decode(label))
    except (idna.IDNAError, UnicodeError):
        return DomainName(label, label)


def _host_of_url(text: str, typed: str) -> str:
    if "://" not in text and "/" not in text:
        return text if text.startswith("[") or text.count(":") != 1 else text.partition(":")[0]
    try:
        parts = urlsplit(text if "://" in text else f"//{text}")
        return parts.hostname or ""
    except ValueError as error:
        raise NotADomain("invalid", typed) from error


def _is_address(host: str) -> bool:
    """Also the shorthand forms that some programs read as addresses (127.1, 0x7f000001), once normalised."""
    plain = unicodedata.normalize("NFKC", host).strip("[]")
    try:
        ipaddress.ip_address(plain)
    except ValueError:
        last = plain.rpartition(".")[2]
        return last.isdigit() or last.startswith("0x")
    return True


def _scripts(label: str) -> set[str]:
    """The scripts of a label's letters, by the first word of their Unicode names; an A-label is read decoded."""
    if label.startswith("xn--"):
        import idna

        try:
            label = idna.decode(label)
        except (idna.IDNAError, UnicodeError):
            return set()
    return {unicodedata.name(letter, "?").split(" ")[0] for letter in label if letter.isalpha()}


def _encode(host: str, typed: str) -> DomainName:
    import idna

    if not host:
        raise NotADomain("invalid", typed)
    try:
        encoded = idna.encode(host, uts46=True, std3_rules=True).decode("ascii").lower()
        shown = idna.decode(encoded)
    except (idna.IDNAError, UnicodeError, IndexError) as error:
        raise NotADomain("invalid", typed) from error
    if len(encoded) > 253:
        raise NotADomain("too_long", typed)
    if _is_address(encoded):
        raise NotADomain("address", typed)
    if "." not in encoded:
        raise NotADomain("single_label", typed)
    return DomainName(encoded, shown)
