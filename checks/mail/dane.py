"""DANE (RFC 7672): whether the TLSA records of a mail server name the key that it shows."""

from __future__ import annotations

from collections.abc import Iterator

from checks.mail.starttls import SmtpSession, dane_unseen, no_certificate
from checks.mail.tlsa import Tlsa
from checks.mail.tlsa_record import Dane
from checks.references import RFC_6698, RFC_7672
from scanner.contract import check
from scanner.model import Actor, Effort, Fact, Flaw, MailServer, NotApplicable, Severity, Verdict

MAX_SHOWN = 300


@check(
    "mail.dane-invalid", severity=Severity.HIGH, references=(RFC_7672, RFC_6698),
    actor=Actor.MAIL_HOST, effort=Effort.MINUTES,
)  # fmt: skip
def dane_invalid(server: MailServer, tlsa: Tlsa, session: SmtpSession) -> Iterator[Verdict]:
    """The records name another key, so that senders who check DANE deliver nothing."""
    if session.leaf is None:
        yield from no_certificate(session)
    elif session.dane is Dane.MISMATCH:
        records = tuple(text[:MAX_SHOWN] for text in tlsa.records)
        facts: dict[str, Fact] = {"records": records, "right": session.right_tlsa or "?"}
        published = (f"_25._tcp.{server.name} TLSA {text}"[:500] for text in records)
        yield Flaw(facts, evidence=(*published, f"shown: {session.right_tlsa}", *session.leaf.evidence()))
    elif session.dane is Dane.UNSEEN:
        yield dane_unseen(session)
    elif session.dane is Dane.NONE:
        yield NotApplicable("no TLSA record of a kind that counts for mail")
