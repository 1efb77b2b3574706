"""STARTTLS (RFC 3207): whether mail travels encrypted to each mail server of the town."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from checks.references import ANSSI_HYGIENE_24, ANSSI_HYGIENE_24_R, RECYF_MAIL_2, RFC_3207, RFC_9525
from checks.tls.certificate import CertificateFact, read_certificate
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
    Verdict,
)
from scanner.net import Net, NetFailure, Refused, SmtpTalk, Trust

MAX_TEXT = 300
#: Word of a greeting, in lower case -> the mail server that greets so.
_SERVERS = (("postfix", "postfix"), ("exim", "exim"), ("microsoft esmtp mail", "exchange"))


@dataclass(frozen=True, slots=True)
class SmtpSession(Observation):
    """One conversation with a mail server. `capabilities` are the EHLO lines (at most 40), `reply` the answer to STARTTLS.

    `leaf` and `trust` are None where TLS did not complete; `tls_detail` says why. `dane` is true where a TLSA record,
    which replaces the public certificate authorities (RFC 7672), stands under a secure name.
    """

    address: str
    greeting: str
    capabilities: tuple[str, ...]
    offers_starttls: bool
    reply: str = ""
    injected: bytes = b""
    leaf: CertificateFact | None = None
    trust: Trust | None = None
    tls_detail: str = ""
    dane: bool = False

    def traces(self) -> tuple[Trace, ...]:
        return (Trace(TraceKind.GREETING, self.greeting),) if self.greeting else ()

    def runs(self) -> tuple[str, ...]:
        return tuple(product for word, product in _SERVERS if word in self.greeting.lower())


@probe(seconds=25)
async def smtp_session(server: MailServer, addresses: Addresses, net: Net) -> SmtpSession | Absent:
    """Greet, ask for STARTTLS, take leave; one connection a mail server."""
    try:
        talk = await net.smtp.talk(server.name)
    except Refused as refused:
        return refused.absent()
    handshake = talk.handshake
    leaf = read_certificate(handshake.chain[0], server.name) if handshake and handshake.chain else None
    trust = handshake.trust if handshake else None
    doubtful = leaf is not None and (trust is not Trust.TRUSTED or not leaf.covers(server.name))
    dane = bool(doubtful and addresses.secure and await _has_tlsa(server, net))
    return SmtpSession(
        talk.address, talk.greeting[:MAX_TEXT], tuple(line[:MAX_TEXT] for line in talk.capabilities[:40]), talk.offers_starttls,
        talk.starttls_reply[:MAX_TEXT], talk.injected[:200], leaf, trust, _why(talk), dane,
    )  # fmt: skip


async def _has_tlsa(server: MailServer, net: Net) -> bool:
    try:
        answer = await net.dns.lookup(f"_25._tcp.{server.name}", "TLSA")
    except NetFailure:
        return False
    return not isinstance(answer, Absent) and answer.secure is True


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
            yield Unknown(Reason.UNDETERMINED, "a firewall on the way masks the capabilities of this server")
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
        yield from _no_certificate(session)
        return
    if session.dane:
        return
    evidence = (*leaf.evidence(), *((session.tls_detail,) if session.tls_detail else ()))
    if leaf.not_after is not None and leaf.not_after < now:
        yield Flaw({"end": leaf.not_after}, evidence=evidence, variant="expired")
    if session.trust is Trust.SELF_SIGNED:
        yield Flaw(evidence=evidence, variant="self-signed")
    elif session.trust is not Trust.TRUSTED:
        yield Flaw(evidence=evidence)
    elif leaf.covers(server.name) is False:
        yield Flaw({"names": leaf.names[:10] if leaf.names else (leaf.subject or "-",)}, evidence=evidence, variant="name")
    elif leaf.not_after is None or leaf.covers(server.name) is None:
        yield Unknown(Reason.MALFORMED, "the certificate can't be read in full")


def _no_certificate(session: SmtpSession) -> Iterator[Verdict]:
    if session.offers_starttls and session.reply.startswith("220"):
        yield Unknown(Reason.TLS_FAILURE, session.tls_detail)
    elif session.offers_starttls and not session.reply.startswith("5"):
        yield Unknown(Reason.THROTTLED, session.reply)
    else:
        yield NotApplicable("this server does not encrypt; see mail.starttls-missing")


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
