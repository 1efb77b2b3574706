"""DANE (RFC 7672): whether the TLSA records of a mail server name the key that it shows."""

from __future__ import annotations

from collections.abc import Iterator

from checks.mail.starttls import SmtpSession, no_certificate
from checks.mail.tlsa import Dane
from checks.references import RFC_6698, RFC_7672
from scanner.contract import check
from scanner.model import Actor, Effort, Fact, Flaw, MailServer, NotApplicable, Reason, Severity, Unknown, Verdict


@check(
    "mail.dane-invalid", severity=Severity.HIGH, references=(RFC_7672, RFC_6698),
    actor=Actor.MAIL_HOST, effort=Effort.MINUTES,
)  # fmt: skip
def dane_invalid(server: MailServer, session: SmtpSession) -> Iterator[Verdict]:
    """The records name another key, so that senders who check DANE deliver nothing."""
    if session.leaf is None:
        yield from no_certificate(session)
    elif session.dane is Dane.MISMATCH:
        published = (f"_25._tcp.{server.name} TLSA {text}"[:500] for text in session.tlsa)
        facts: dict[str, Fact] = {"records": session.tlsa, "right": session.right_tlsa or "?"}
        yield Flaw(facts, evidence=(*published, f"shown: {session.right_tlsa}", *session.leaf.evidence()))
    elif session.dane is Dane.UNSEEN:
        yield Unknown(session.dane_reason or Reason.UNDETERMINED, session.dane_detail)
    elif session.dane is Dane.NONE:
        yield NotApplicable("no TLSA record that counts for mail was found under a name whose signatures are valid")
