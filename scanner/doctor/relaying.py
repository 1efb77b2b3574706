"""Whether the relay lets us in, encrypted and under its own certificate; no mail is begun."""

from __future__ import annotations

import ipaddress

from scanner.delivery.relay import Relay
from scanner.delivery.session import Patience
from scanner.doctor.findings import Finding, good, to_fix, unverifiable
from scanner.settings.mail import MailSettings

#: A person waits for this answer.
PATIENCE = Patience(connect=10, reply=20, content=20, final=20, mail=60)


def look_at_relay(settings: MailSettings, lang: str, patience: Patience = PATIENCE) -> Finding:
    """One connection to the relay of the settings. It blocks."""
    if not settings.relay:
        return unverifiable("relay", "unset")
    name = f"{settings.relay}:{settings.port}"
    with Relay(settings, lang, patience) as relay:
        problem = relay.try_out()
    if problem is not None:
        return to_fix("relay", "unusable", name=name, answer=f"{problem.code or ''} {problem.text}".strip())
    if settings.security == "none" and not _is_here(settings.relay):
        return to_fix("relay", "plain", name=name)
    return good("relay", "good" if settings.security != "none" else "here", name=name)


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
