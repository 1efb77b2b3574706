"""STARTTLS (RFC 3207): whether mail travels encrypted to each mail server of the town."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from checks.mail.tlsa import Tlsa
from checks.mail.tlsa_record import Dane, compare, right_record
from checks.references import ANSSI_HYGIENE_24, ANSSI_HYGIENE_24_R, ANSSI_TLS_R4, RECYF_MAIL_2, RFC_3207, RFC_8996, RFC_9525
from checks.tls.certificate import CertificateFact, read_certificate
from scanner.because import Because
from scanner.contract import check, probe
from scanner.discovery import Addresses
from scanner.model import (
    Absent,
    Actor,
    Effort,
    Flaw,
    MailServer,
    NotApplicable,
    Observation,
    Reason,
    Severity,
    Trace,
    TraceKind,
    Unknown,
    Unobserved,
    Verdict,
)
from scanner.net import Net, Refused, SmtpTalk, TlsVersion, Trust

MAX_TEXT = 300
#: Word of a greeting, in lower case -> the mail server that greets so.
_SERVERS = (("postfix", "postfix"), ("exim", "exim"), ("microsoft esmtp mail", "exchange"))


@dataclass(frozen=True, slots=True)
class SmtpSession(Observation):
    """One conversation with a mail server. `capabilities` are the EHLO lines (at most 40), `reply` the answer to STARTTLS.

    `leaf`, `trust` and `protocol` are None where TLS did not complete; `tls_detail` says why. `dane` is what the TLSA
    records, which replace the public certificate authorities (RFC 7672), say of the chain; `right_tlsa` is the record that
    would name it, `dane_reason` and `dane_detail` say why nothing can be said.
    """

    OBSERVATION_VERSION: ClassVar[int] = 2

    address: str
    greeting: str
    capabilities: tuple[str, ...]
    offers_starttls: bool
    reply: str = ""
    injected: bytes = b""
    leaf: CertificateFact | None = None
    trust: Trust | None = None
    tls_detail: str = ""
    protocol: TlsVersion | None = None
    dane: Dane = Dane.NONE
    right_tlsa: str = ""
    dane_reason: Reason | None = None
    dane_detail: str = ""

    def traces(self) -> tuple[Trace, ...]:
        return (Trace(TraceKind.GREETING, self.greeting),) if self.greeting else ()

    def runs(self) -> tuple[str, ...]:
        return tuple(product for word, product in _SERVERS if word in self.greeting.lower())


@probe(seconds=25)
async def smtp_session(
    server: MailServer, addresses: Addresses, tlsa: Tlsa | Absent | Unobserved, net: Net
) -> SmtpSession | Absent:
    """Greet, ask for STARTTLS, take leave; one connection a mail server."""
    try:
        talk = await net.smtp.talk(server.name)
    except Refused as refused:
        return refused.absent()
    seen = SmtpSession(
        talk.address, talk.greeting[:MAX_TEXT], tuple(line[:MAX_TEXT] for line in talk.capabilities[:40]), talk.offers_starttls,
        talk.starttls_reply[:MAX_TEXT], talk.injected[:200], tls_detail=_why(talk),
    )  # fmt: skip
    shown = talk.handshake
    if shown is None or not shown.chain:
        return seen
    leaf = read_certificate(shown.chain[0], server.name)
    return _with_dane(replace(seen, leaf=leaf, trust=shown.trust, protocol=shown.version), tlsa, shown.chain)


def dane_unseen(session: SmtpSession) -> Unknown:
    """Why the TLSA records of this server say nothing."""
    if session.dane_reason is Reason.OURS and not session.dane_detail:  # else the question itself failed on our side
        return Unknown(Reason.OURS, because=Because.RESOLVER_NOT_VALIDATING)
    return Unknown(session.dane_reason or Reason.UNDETERMINED, session.dane_detail, Because.DANE_UNSEEN)


def _with_dane(session: SmtpSession, tlsa: Tlsa | Absent | Unobserved, chain: tuple[bytes, ...]) -> SmtpSession:
    if isinstance(tlsa, Absent):
        return session
    if isinstance(tlsa, Unobserved):
        return replace(session, dane=Dane.UNSEEN, dane_reason=tlsa.reason, dane_detail=tlsa.detail[:MAX_TEXT])
    if tlsa.secure is None:
        return replace(session, dane=Dane.UNSEEN, dane_reason=Reason.OURS)
    verdict = compare(tlsa.records, chain)
    reason = Reason.UNDETERMINED if verdict is Dane.UNSEEN else None
    return replace(session, dane=verdict, right_tlsa=right_record(chain), dane_reason=reason)


def _why(talk: SmtpTalk) -> str:
    return (talk.tls_detail or (talk.handshake.trust_detail if talk.handshake else ""))[:MAX_TEXT]


@check(
    "mail.starttls-missing", severity=Severity.HIGH, references=(RFC_3207, ANSSI_HYGIENE_24, RECYF_MAIL_2),
    actor=Actor.MAIL_HOST, effort=Effort.HOURS,
)  # fmt: skip
def starttls_missing(server: MailServer, session: SmtpSession) -> Iterator[Verdict]:
    """Mail to this server travels in clear text."""
    evidence = (session.greeting, *session.capabilities)
    if not session.offers_starttls:
        if any(set(line.upper()) <= {"X", "A"} and len(line) > 6 for line in session.capabilities):
            yield Unknown(Reason.UNDETERMINED, because=Because.CAPABILITIES_MASKED)
        else:
            yield Flaw(evidence=evidence)
    elif session.reply.startswith("5"):
        yield Flaw(evidence=(session.reply, *evidence))
    elif not session.reply.startswith("220"):
        yield Unknown(Reason.THROTTLED, session.reply)
    elif session.leaf is None and not session.injected:
        yield Unknown(Reason.TLS_FAILURE, session.tls_detail)


@check(
    "mail.starttls-certificate", severity=Severity.LOW, references=(RFC_3207, RFC_9525, ANSSI_HYGIENE_24_R),
    actor=Actor.MAIL_HOST, effort=Effort.HOURS, variants=("expired", "self-signed", "name"),
)  # fmt: skip
def starttls_certificate(server: MailServer, session: SmtpSession, now: datetime) -> Iterator[Verdict]:
    """The certificate does not prove which server answers."""
    leaf = session.leaf
    if leaf is None:
        yield from no_certificate(session)
        return
    if session.dane is Dane.END_ENTITY:
        return
    flaws = tuple(_certificate_flaws(server, session, leaf, now))
    if flaws and session.dane is Dane.UNSEEN:  # DANE may make it right
        yield dane_unseen(session)
        return
    yield from flaws
    if not flaws and (leaf.not_after is None or leaf.covers(server.name) is None):
        yield Unknown(Reason.MALFORMED, because=Because.CERTIFICATE_UNREAD)


def _certificate_flaws(server: MailServer, session: SmtpSession, leaf: CertificateFact, now: datetime) -> Iterator[Flaw]:
    evidence = (*leaf.evidence(), *((session.tls_detail,) if session.tls_detail else ()))
    if leaf.not_after is not None and leaf.not_after < now:
        yield Flaw({"end": leaf.not_after}, evidence=evidence, variant="expired")
    trusted = session.trust is Trust.TRUSTED or session.dane is Dane.TRUST_ANCHOR
    if not trusted and session.trust is Trust.SELF_SIGNED:
        yield Flaw(evidence=evidence, variant="self-signed")
    elif not trusted:
        yield Flaw(evidence=evidence)
    elif leaf.covers(server.name) is False:
        yield Flaw({"names": leaf.names[:10] if leaf.names else (leaf.subject or "-",)}, evidence=evidence, variant="name")


def no_certificate(session: SmtpSession) -> Iterator[Verdict]:
    """What a check of the certificate or of the version says where TLS did not complete."""
    if session.offers_starttls and session.reply.startswith("220"):
        yield Unknown(Reason.TLS_FAILURE, session.tls_detail)
    elif session.offers_starttls and not session.reply.startswith("5"):
        yield Unknown(Reason.THROTTLED, session.reply)
    else:
        yield NotApplicable("this server does not encrypt; see mail.starttls-missing")


@check(
    "mail.starttls-old-protocol", severity=Severity.MEDIUM, references=(RFC_8996, ANSSI_TLS_R4, RFC_3207),
    actor=Actor.MAIL_HOST, effort=Effort.HOURS,
)  # fmt: skip
def starttls_old_protocol(server: MailServer, session: SmtpSession) -> Iterator[Verdict]:
    """Offered everything, the server chose TLS 1.1 or older: it knows neither 1.2 nor 1.3 (RFC 8446 4.1.3).

    Old versions beside a current one are no flaw here: mail that is not encrypted at all would be worse (RFC 7435).
    """
    if session.protocol is None:
        yield from no_certificate(session)
    elif session.protocol < TlsVersion.TLS1_2:
        yield Flaw({"version": session.protocol.label}, evidence=(f"STARTTLS: {session.protocol.label}", session.greeting))


@check(
    "mail.starttls-injection", severity=Severity.HIGH, references=(RFC_3207,),
    actor=Actor.MAIL_HOST, effort=Effort.HOURS,
)  # fmt: skip
def starttls_injection(server: MailServer, session: SmtpSession) -> Iterator[Verdict]:
    """Clear text follows the answer to STARTTLS and could be taken for encrypted mail (CVE-2011-0411 and its kin)."""
    if not session.reply.startswith("220"):
        yield NotApplicable("this server did not accept STARTTLS")
    elif session.injected:
        yield Flaw({"count": len(session.injected)}, evidence=(session.reply, repr(session.injected)[:500]))
