"""MTA-STS (RFC 8461): servers that write to the town must encrypt and check who answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from checks.mail.sts_policy import covers, parse_policy, record_is_valid
from checks.references import RFC_8461
from scanner.because import Because
from scanner.contract import check, probe
from scanner.discovery import Mx
from scanner.model import (
    Absent,
    Actor,
    Domain,
    Effort,
    Flaw,
    Observation,
    Proof,
    Reason,
    Severity,
    Unknown,
    Verdict,
)
from scanner.net import Net, NetFailure, NotTls, Refused, Untrusted

MAX_BODY = 65_536  # RFC 8461 3.2 asks senders to accept 64 kB
MAX_KEPT = 8_192


class PolicyState(StrEnum):
    """How the policy file answered."""

    SERVED = "served"
    NO_HOST = "no_host"  # mta-sts.<domain> does not exist
    REFUSED = "refused"
    UNTRUSTED = "untrusted"  # no TLS connection that a sender would trust
    STATUS = "status"  # anything but 200, redirects included (RFC 8461 3.3)
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class MtaSts(Observation):
    """The TXT records at `_mta-sts` and the policy file. `status` is 0 without an HTTP answer."""

    records: tuple[str, ...]
    state: PolicyState
    status: int = 0
    policy: str = ""
    reason: Reason | None = None
    detail: str = ""


@probe(seconds=15)
async def mta_sts(domain: Domain, mx: Mx, net: Net) -> MtaSts | Absent:
    """Ask for the record; where it announces a policy, fetch it as a sender does."""
    answer = await net.dns.lookup(f"_mta-sts.{domain.name}", "TXT")
    if isinstance(answer, Absent):
        return answer
    records = tuple(text[:500] for text in answer.texts if text.startswith("v=STSv1"))[:5]
    return await _policy(domain, records, net) if records else Absent(Proof.NONE)


async def _policy(domain: Domain, records: tuple[str, ...], net: Net) -> MtaSts:
    host = f"mta-sts.{domain.name}"
    try:
        if isinstance(await net.dns.lookup(host, "A"), Absent) and isinstance(await net.dns.lookup(host, "AAAA"), Absent):
            return MtaSts(records, PolicyState.NO_HOST)
        url = f"https://{host}/.well-known/mta-sts.txt"
        answer = await net.http.get(url, follow=False, max_body=MAX_BODY, verify=True)
    except Refused as refused:
        return MtaSts(records, PolicyState.REFUSED, detail=refused.detail[:300])
    except NetFailure as failure:
        state = PolicyState.UNTRUSTED if isinstance(failure, Untrusted | NotTls) else PolicyState.UNSEEN
        return MtaSts(records, state, reason=failure.reason, detail=failure.detail[:300])
    if answer.status != 200:
        return MtaSts(records, PolicyState.STATUS, answer.status)
    return MtaSts(records, PolicyState.SERVED, 200, answer.body.decode("utf-8", "replace")[:MAX_KEPT])


@check(
    "mail.mta-sts-missing", severity=Severity.INFO, references=(RFC_8461,),
    actor=Actor.MAIL_HOST, effort=Effort.HOURS,
)  # fmt: skip
def mta_sts_missing(domain: Domain, mx: Mx, sts: MtaSts | Absent) -> Iterator[Verdict]:
    """Senders may be talked into delivering in clear text."""
    if isinstance(sts, Absent):
        yield Flaw({"mx": _names(mx)})


@check(
    "mail.mta-sts-invalid", severity=Severity.MEDIUM, references=(RFC_8461,),
    actor=Actor.MAIL_HOST, effort=Effort.MINUTES, variants=("record", "unreachable", "certificate", "mx"),
)  # fmt: skip
def mta_sts_invalid(domain: Domain, mx: Mx, sts: MtaSts) -> Iterator[Verdict]:
    """A policy is announced that senders can't use, or that shuts out the town's own mail servers."""
    if len(sts.records) != 1 or not record_is_valid(sts.records[0]):
        yield Flaw({"count": len(sts.records)}, evidence=sts.records, variant="record")
    if sts.state is PolicyState.UNSEEN:
        yield Unknown(sts.reason or Reason.UNDETERMINED, sts.detail)
    elif sts.state is PolicyState.UNTRUSTED:
        yield Flaw(evidence=(sts.detail,), variant="certificate")
    elif sts.state is PolicyState.STATUS and sts.status in (401, 403, 429):
        yield Unknown(Reason.CHALLENGED, f"HTTP {sts.status}")
    elif sts.status >= 500:
        yield Unknown(Reason.UNDETERMINED, f"HTTP {sts.status}", Because.ERROR_PAGE)
    elif sts.state is not PolicyState.SERVED:
        yield Flaw(evidence=(_refusal(sts, domain),), variant="unreachable")
    else:
        yield from _judge_policy(mx, sts.policy)


def _judge_policy(mx: Mx, text: str) -> Iterator[Verdict]:
    policy = parse_policy(text)
    if policy.bad:
        yield Flaw({"keys": policy.bad, "mx": _names(mx)}, evidence=(text[:500],))
    elif policy.mode != "none":
        outside = tuple(exchange.name for exchange in mx.exchanges if not covers(policy.mx, exchange.name))
        if outside:
            severity = Severity.HIGH if policy.mode == "enforce" else Severity.LOW
            facts = {"servers": outside[:10], "patterns": policy.mx[:10], "mx": _names(mx)}
            yield Flaw({**facts}, severity, (text[:500],), "mx")


def _refusal(sts: MtaSts, domain: Domain) -> str:
    """How the host of the policy said no, as its protocol words it."""
    host = f"mta-sts.{domain.name}"
    if sts.state is PolicyState.NO_HOST:
        return f"{host} A, AAAA: no address"
    return f"{host}: HTTP {sts.status}" if sts.status else f"{host}: TCP 443 refused {sts.detail}".rstrip()


def _names(mx: Mx) -> tuple[str, ...]:
    """The mail servers that a policy must name, one a line."""
    return tuple(exchange.name for exchange in mx.exchanges[:10])
