"""Mailboxes: POP3 and IMAP. What they announce before encryption is read; no user name is ever sent."""

from __future__ import annotations

import re

from checks.services.greetings.greeting import Access, Greeting, first_match, product, text, version
from checks.services.greetings.lines import MAIL_PRODUCT

POP3_QUESTIONS = (b"", b"CAPA\r\n", b"STLS\r\n")
IMAP_QUESTIONS = (b"", b"a1 CAPABILITY\r\n")

_IMAP_DONE = re.compile(r"^a1 OK", re.MULTILINE | re.IGNORECASE)
_CLEAR_MECHANISMS = frozenset({"PLAIN", "LOGIN"})


def read_pop3(data: bytes) -> Greeting | None:
    """RFC 1939, 2449 and 2595: the greeting, then the answers to CAPA and STLS where these were asked."""
    said = text(data)
    if not said.startswith("+OK"):
        return None
    lines = [line.strip() for line in said.splitlines()]
    name, release = first_match(MAIL_PRODUCT, said) or ("", "")
    return Greeting(
        "pop3", product(name), version(release), Access.GUARDED, tls=_pop3_tls(lines), clear_login=_pop3_clear_login(lines)
    )


def _pop3_tls(lines: list[str]) -> bool | None:
    if any(line.upper() == "STLS" for line in lines):
        return True
    replies = [line for line in lines[1:] if line.startswith(("+OK", "-ERR"))]
    if len(replies) < 2:  # CAPA, then STLS: without the second answer nothing is settled
        return None
    return replies[1].startswith("+OK")


def _pop3_clear_login(lines: list[str]) -> bool | None:
    """USER, or SASL with a mechanism in clear, in a complete answer to CAPA (RFC 2449 6.3 and 6.4); None without one."""
    starts = [at for at, line in enumerate(lines) if at and line.startswith("+OK")]
    if not starts or "." not in lines[starts[0] :]:
        return None
    listed = [line.upper().split() for line in lines[starts[0] + 1 : lines.index(".", starts[0])]]
    return any(words[:1] == ["USER"] or (words[:1] == ["SASL"] and _CLEAR_MECHANISMS & {*words[1:]}) for words in listed)


def read_imap(data: bytes) -> Greeting | None:
    """RFC 9051 7.1, 6.1.1 and 6.2.3: the greeting, then the answer to CAPABILITY where it was asked.

    A server that takes no password before encryption says LOGINDISABLED.
    """
    said = text(data)
    if not said.startswith(("* OK", "* PREAUTH", "* BYE")):
        return None
    capabilities = " ".join(line.upper() for line in said.splitlines() if "CAPABILITY" in line.upper())
    complete = _IMAP_DONE.search(said) is not None and "* CAPABILITY" in capabilities
    offered = re.search(r"\bSTARTTLS\b", capabilities) is not None
    tls = True if offered else False if complete else None
    clear_login = "LOGINDISABLED" not in capabilities if complete else None
    name, release = first_match(MAIL_PRODUCT, said) or ("", "")
    return Greeting("imap", product(name), version(release), Access.GUARDED, tls=tls, clear_login=clear_login)
