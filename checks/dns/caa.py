"""CAA: which certification authorities may issue for the domain (RFC 8659)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checks.references import RFC_8659
from scanner.contract import check, probe
from scanner.model import Absent, Actor, Domain, Effort, Flaw, Observation, Proof, Reason, Severity, Verdict
from scanner.net import Net, NetFailure

MAX_QUERIES, MAX_RECORDS, MAX_RECORD = 3, 20, 300
_RECORD = re.compile(r"\A(\d{1,3}) ([A-Za-z0-9]{1,40}) (.*)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Caa(Observation):
    """The relevant record set: the name that holds it, and its records in presentation form."""

    owner: str
    records: tuple[str, ...]


@probe(seconds=15)
async def caa(domain: Domain, net: Net) -> Caa | Absent:
    """Climb from the domain to the top-level domain until a name holds CAA records (RFC 8659 3)."""
    labels = domain.name.split(".")
    names = [".".join(labels[at:]) for at in range(len(labels))]
    asked = []
    for name in names[:MAX_QUERIES]:
        answer = await net.dns.lookup(name, "CAA")
        if not isinstance(answer, Absent):
            return Caa(name, tuple(text[:MAX_RECORD] for text in answer.texts[:MAX_RECORDS]))
        asked.append(answer.detail or name)
    if len(names) > MAX_QUERIES:
        raise NetFailure(Reason.UNDETERMINED, f"no CAA on the way to {names[MAX_QUERIES]}, which was not asked")
    return Absent(Proof.NODATA, "; ".join(asked)[:500])


def tags(records: tuple[str, ...]) -> frozenset[str]:
    """The property tags of CAA records in presentation form, lower-case; malformed ones are left out."""
    return frozenset(found[2].lower() for record in records if (found := _RECORD.match(record)))


@check(
    "dns.caa-missing",
    severity=Severity.LOW,
    references=(RFC_8659,),
    actor=Actor.DNS_HOST,
    effort=Effort.MINUTES,
    variants=("no-issue",),
)
def caa_missing(domain: Domain, caa: Caa | Absent) -> Iterator[Verdict]:
    """Any authority may issue a certificate for this domain; variant no-issue: records that restrict nothing."""
    if isinstance(caa, Absent):
        yield Flaw(evidence=(caa.detail,) if caa.detail else ())
    elif "issue" not in tags(caa.records):
        yield Flaw({"owner": caa.owner, "records": caa.records}, evidence=caa.records, variant="no-issue")
