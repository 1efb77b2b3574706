"""Whether browsers accept the certificate: who vouches for it, and for which name."""

from __future__ import annotations

from collections.abc import Iterator

from checks.references import ANSSI_HYGIENE_21, RECYF_18_3, RFC_5280, RFC_9525, RPNT_1_5
from checks.tls.certificate import SiteCertificate
from scanner.because import Because
from scanner.contract import check
from scanner.model import Actor, Effort, Flaw, Reason, Severity, Site, Unknown, Verdict
from scanner.net import Trust

SHOWN_NAMES = 5  # a shared host's certificate may carry hundreds


@check(
    "tls.certificate-untrusted",
    severity=Severity.HIGH,
    references=(RPNT_1_5, RFC_5280, ANSSI_HYGIENE_21, RECYF_18_3),
    actor=Actor.WEB_HOST,
    effort=Effort.HOURS,
    variants=("self-signed", "incomplete"),
)
def certificate_untrusted(site: Site, shown: SiteCertificate) -> Iterator[Verdict]:
    """No authority that browsers know vouches for the certificate; its dates and names are judged apart."""
    if shown.trust is Trust.TRUSTED:
        return
    variant = ""
    if shown.trust is Trust.SELF_SIGNED:
        variant = "self-signed"
    elif shown.trust is Trust.INCOMPLETE and not any(issuer.subject == shown.leaf.issuer for issuer in shown.issuers):
        variant = "incomplete"  # where its own issuer was sent, it is rather that nobody knows the last one
    evidence = (f"openssl: {shown.trust_detail}"[:500], *shown.leaf.evidence())
    yield Flaw(evidence=evidence, variant=variant)


@check(
    "tls.certificate-name",
    severity=Severity.HIGH,
    references=(RPNT_1_5, RFC_9525, RECYF_18_3),
    actor=Actor.WEB_HOST,
    effort=Effort.MINUTES,
    variants=("unnamed",),
)
def certificate_name(site: Site, shown: SiteCertificate) -> Iterator[Verdict]:
    """The certificate is made out to other names than the one that visitors type."""
    covered = shown.leaf.covers(site.name)
    if covered is None:
        yield Unknown(Reason.MALFORMED, because=Because.CERTIFICATE_UNREAD)
    elif not covered and shown.leaf.names:
        yield Flaw({"names": shown.leaf.names[:SHOWN_NAMES]}, evidence=shown.leaf.evidence())
    elif not covered:
        yield Flaw(evidence=shown.leaf.evidence(), variant="unnamed")
