"""Whether the resolvers answer, and whether they really verify signatures. The resolvers are ours: each is asked alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic

from scanner.doctor.findings import Finding, good, stopping, to_fix, unverifiable
from scanner.model import Absent, Reason
from scanner.net.budget import Budget
from scanner.net.dns import Resolver
from scanner.net.meter import Meter
from scanner.net.types import NetFailure, Records

#: Signed, and asked for by everybody in France: nothing is learnt from the question.
SIGNED = "fr"
SECONDS = 30.0  # of patience with one question, tries included
SLOW = 2.0  # seconds; a scan asks about twelve questions one after the other
Server = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Voice:
    """How one resolver answered: `secure` where it said that the signatures are good; `failure` where nothing usable came."""

    server: Server
    seconds: float = 0.0
    secure: bool = False
    failure: NetFailure | None = None
    lies: bool = False

    @property
    def name(self) -> str:
        """`192.0.2.1`, with its port where it is not 53."""
        return server_name(self.server)

    @property
    def usable(self) -> bool:
        """Whether a scan may rest on it."""
        return self.failure is None and not self.lies


def server_name(server: Server) -> str:
    """As the settings write it."""
    address, port = server
    if port == 53:
        return address
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


@asynccontextmanager
async def asking(*servers: Server) -> AsyncIterator[Resolver]:
    """A fresh memory over these resolvers, believed in what they say of signatures."""
    resolver = Resolver(servers, Meter(), validating=True)
    try:
        yield resolver
    finally:
        await resolver.close()


async def listen(server: Server) -> Voice:
    """Ask one resolver for the SOA of `fr`, and note the time."""
    begun = monotonic()
    async with asking(server) as resolver:
        try:
            answer = await resolver.lookup(SIGNED, "SOA", Budget(SECONDS))
        except NetFailure as failure:
            return Voice(server, failure=failure)
    if isinstance(answer, Absent):
        return Voice(server, lies=True)
    return Voice(server, monotonic() - begun, secure=bool(answer.secure))


async def listen_to_all(servers: Sequence[Server]) -> tuple[Voice, ...]:
    """Each of them, side by side."""
    return tuple(await asyncio.gather(*map(listen, servers)))


def judge_voices(voices: Sequence[Voice]) -> tuple[Finding, ...]:
    """One line per resolver. Where none is usable, nothing that is seen from here counts."""
    if not voices:
        return (stopping("resolver", "none"),)
    problem = to_fix if any(voice.usable for voice in voices) else stopping
    findings = []
    for voice in voices:
        if voice.lies:
            findings.append(problem("resolver", "lies", address=voice.name, name=SIGNED))
        elif voice.failure is not None and voice.failure.reason is Reason.OURS:
            findings.append(problem("resolver", "silent", address=voice.name))
        elif voice.failure is not None:
            findings.append(problem("resolver", "refuses", address=voice.name, detail=voice.failure.detail))
        elif voice.seconds > SLOW:
            findings.append(to_fix("resolver", "slow", address=voice.name, milliseconds=round(voice.seconds * 1_000)))
        else:
            findings.append(good("resolver", address=voice.name, milliseconds=round(voice.seconds * 1_000)))
    return tuple(findings)


def judge_validation(voices: Sequence[Voice], *, declared: bool) -> tuple[Finding, ...]:
    """What the resolvers do against what the settings say of them; nothing where none is usable."""
    usable = [voice for voice in voices if voice.usable]
    lacking = tuple(voice.name for voice in usable if not voice.secure)
    if not usable:
        return ()
    if lacking and declared:
        return (stopping("dnssec", "not_done", addresses=lacking),)
    if lacking:
        return (unverifiable("dnssec", "not_done_and_not_said", addresses=lacking),)
    return (good("dnssec") if declared else to_fix("dnssec", "not_said"),)


async def refusal_of(bogus_name: str, voices: Sequence[Voice], *, declared: bool) -> tuple[Finding, ...]:
    """Whether the resolvers that verify also refuse what is wrongly signed; a resolver could say yes to everything."""
    verifying = [voice for voice in voices if voice.usable and voice.secure]
    if not verifying:
        return ()
    if not bogus_name:
        return (unverifiable("dnssec_refusal", "unset"),)
    answers = await asyncio.gather(*(_ask_bogus(bogus_name, voice.server) for voice in verifying))
    accepting = tuple(voice.name for voice, answer in zip(verifying, answers, strict=True) if answer is None)
    if accepting:
        problem = stopping if declared else to_fix
        return (problem("dnssec_refusal", "accepts", addresses=accepting, name=bogus_name),)
    if any(answer is not Reason.DNSSEC_BOGUS for answer in answers):
        return (unverifiable("dnssec_refusal", "unseen", name=bogus_name),)
    return (good("dnssec_refusal", name=bogus_name),)


async def _ask_bogus(name: str, server: Server) -> Reason | None:
    """None where the resolver hands wrong data out as good."""
    async with asking(server) as resolver:
        try:
            answer = await resolver.lookup(name, "A", Budget(SECONDS))
        except NetFailure as failure:
            return failure.reason
    return None if isinstance(answer, Records) else Reason.UNDETERMINED
