"""Services where passwords travel in clear text."""

from __future__ import annotations

from collections.abc import Iterator

from checks.references import ANSSI_HYGIENE_21, RECYF_7_B_3
from checks.services.exposure import flaw, recognised, unsettled
from checks.services.open_ports import OpenPorts
from checks.services.ports import Exposure
from scanner.because import Because
from scanner.contract import check
from scanner.model import Actor, Effort, Host, Reason, Severity, Unknown, Verdict

_MAILBOXES = frozenset({"pop3", "imap"})


@check(
    "services.plain-text-exposed",
    severity=Severity.MEDIUM,
    references=(ANSSI_HYGIENE_21, RECYF_7_B_3),
    actor=Actor.WEB_HOST,
    effort=Effort.HOURS,
    variants=("telnet", "optional"),
)
def plain_text_exposed(host: Host, found: OpenPorts) -> Iterator[Verdict]:
    """FTP, POP3 or IMAP offers no encryption; variant telnet: a command line without encryption.

    Variant optional: a mailbox that offers encryption announces that it takes a password without it too (RFC 9051 6.2.3,
    RFC 2595 4). FTP announces nothing of the kind: that would take a user name, which we never send.
    """
    services = recognised(found, Exposure.PLAIN_TEXT)
    telnet = [service for service in services if service.greeting and service.greeting.service == "telnet"]
    if telnet:
        yield flaw(telnet, severity=Severity.HIGH, variant="telnet")
    others = [service for service in services if service not in telnet]
    clear = [service for service in others if service.greeting and service.greeting.tls is False]
    if clear:
        yield flaw(clear)
    mailboxes = [s for s in others if s.greeting and s.greeting.service in _MAILBOXES and s.greeting.tls]
    lenient = [service for service in mailboxes if service.greeting and service.greeting.clear_login]
    if lenient:
        yield flaw(lenient, severity=Severity.LOW, variant="optional")
    reticent = [service for service in mailboxes if service.greeting and service.greeting.clear_login is None]
    if reticent:
        yield Unknown(Reason.UNDETERMINED, reticent[0].label, Because.INSISTENCE_UNTOLD)
    untold = [service for service in others if service.greeting and service.greeting.tls is None]
    if untold:
        yield Unknown(Reason.UNDETERMINED, untold[0].label, Because.ENCRYPTION_UNTOLD)
    yield from unsettled(found, Exposure.PLAIN_TEXT)
