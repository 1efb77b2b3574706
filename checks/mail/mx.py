"""MX: where mail for the town goes, or the clear word that it takes none (RFC 7505)."""

from __future__ import annotations

from collections.abc import Iterator

from checks.mail.implicit_mx import ImplicitMx
from checks.mail.spf import Spf
from checks.references import RFC_5321, RFC_7505, RPNT_2_4
from scanner.contract import check
from scanner.discovery import Mx
from scanner.model import (
    Absent,
    Actor,
    Domain,
    Effort,
    Flaw,
    NotApplicable,
    Proof,
    Severity,
    Unknown,
    Unobserved,
    Verdict,
)


def sends_no_mail(mx: Mx | Absent, spf: Spf | Absent) -> bool:
    """Whether the domain says that no mail comes from it: an SPF record that authorises nobody, or a null MX without any.

    A null MX alone speaks of what is received (RFC 7505): a newsletter may still leave in the domain's name.
    """
    if isinstance(spf, Spf):
        return spf.authorises_nobody
    return isinstance(mx, Absent) and mx.proof is Proof.NULL_MX


@check(
    "mail.null-mx-missing", severity=Severity.LOW, references=(RFC_7505, RFC_5321, RPNT_2_4),
    actor=Actor.DNS_HOST, effort=Effort.MINUTES,
)  # fmt: skip
def null_mx_missing(
    domain: Domain, mx: Mx | Absent, implicit: ImplicitMx | Absent, spf: Spf | Absent | Unobserved
) -> Iterator[Verdict]:
    """Neither a mail server nor the absence of mail is announced, so mail is sent to the web server."""
    if isinstance(implicit, ImplicitMx) and isinstance(spf, Unobserved):
        yield Unknown(spf.reason, spf.detail, spf.because)
    elif isinstance(implicit, ImplicitMx) and not (isinstance(spf, Spf) and spf.authorises_nobody):
        yield Flaw({"addresses": implicit.addresses})
    elif isinstance(implicit, Absent) and isinstance(mx, Absent) and mx.proof is not Proof.NULL_MX:
        yield NotApplicable("the domain has no address that mail could be sent to")
