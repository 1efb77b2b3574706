"""DNS questions through the configured resolvers: each asked once a scan, four typed answers.

Found, absent (NXDOMAIN, NODATA), bogus and failed are never mixed up: a DNS failure read as an
absence is the commonest bug of this field.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import dns.asyncquery
import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rdtypes.ANY.TXT
import dns.rrset

from scanner.model import Absent, Proof, Reason
from scanner.net.budget import Budget
from scanner.net.meter import Meter
from scanner.net.types import NetFailure, Records

QUERY_SECONDS = 3.0
TRIES = 2
MAX_RECORDS = 100
MAX_TEXT = 8_192
#: Extended errors that speak of the signatures (RFC 8914 4.2, 4.3 and 4.6 to 4.13); any other one is a failure of something else.
SIGNATURE_ERRORS = frozenset({1, 2, *range(5, 13)})
Question = tuple[str, str]


class Resolver:
    """The memory and the accounting of one scan's questions."""

    def __init__(self, servers: Sequence[tuple[str, int]], meter: Meter, *, validating: bool) -> None:
        self._servers = tuple(servers)
        self._meter = meter
        self._validating = validating
        self._asked: dict[Question, asyncio.Task[Records | Absent]] = {}
        self._alive: asyncio.Task[bool] | None = None
        self._pending = asyncio.Semaphore(20)

    async def lookup(self, name: str, rdtype: str, budget: Budget) -> Records | Absent:
        """One question, asked once a scan whoever asks. Raises NetFailure (DNS_FAILURE, DNSSEC_BOGUS, OURS, MALFORMED)."""
        question = (name.lower().rstrip("."), rdtype.upper())
        task = self._asked.get(question)
        if task is None or task.cancelled():
            task = self._asked[question] = asyncio.create_task(self._ask(*question))
            task.add_done_callback(lambda done: done.cancelled() or done.exception())  # seen by whoever awaits
        async with budget.spend():
            return await asyncio.shield(task)

    async def addresses(self, name: str, budget: Budget) -> tuple[str, ...]:
        """The IPv4 addresses of a name, else its IPv6 ones. Raises NetFailure(DNS_FAILURE) where it has none."""
        for rdtype in ("A", "AAAA"):
            answer = await self.lookup(name, rdtype, budget)
            if not isinstance(answer, Absent):
                return answer.texts
        raise NetFailure(Reason.DNS_FAILURE, f"{name} has no address")

    async def close(self) -> None:
        """End the questions that are still under way."""
        pending = [task for task in (*self._asked.values(), self._alive) if task is not None and not task.done()]
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)

    async def _ask(self, name: str, rdtype: str) -> Records | Absent:
        query = _query(name, rdtype)
        answer = await self._exchange(query)
        if answer is None:
            if await self._resolvers_answer():
                raise NetFailure(Reason.DNS_FAILURE, f"{name} {rdtype}: no answer from the resolver")
            raise NetFailure(Reason.OURS, "no resolver of this machine answers")
        if self._validating and _may_be_bogus(answer) and await self._answers_unchecked(name, rdtype):
            # the authority may have come back in between: only a second refusal is one of the signatures
            again = await self._exchange(query)
            if again is not None and again.rcode() == dns.rcode.SERVFAIL:
                raise NetFailure(Reason.DNSSEC_BOGUS, f"{name} {rdtype}: signatures rejected{_extended_error(answer)}")
            answer = again or answer
        if answer.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
            raise NetFailure(Reason.DNS_FAILURE, f"{name} {rdtype}: {dns.rcode.to_text(answer.rcode())}{_extended_error(answer)}")
        return self._read(name, rdtype, answer)

    async def _exchange(self, query: dns.message.QueryMessage) -> dns.message.Message | None:
        """The first usable answer of any resolver; None where all stay silent or unreachable."""
        refused: dns.message.Message | None = None
        for server, port in self._servers * TRIES:
            tally = self._meter.at(server)
            tally.queries += 1
            try:
                async with self._pending:
                    answer, by_tcp = await dns.asyncquery.udp_with_fallback(
                        query, server, timeout=QUERY_SECONDS, port=port, ignore_unexpected=True
                    )
            except (OSError, EOFError, dns.exception.DNSException, ValueError):
                continue
            tally.queries += by_tcp
            tally.bytes += len(query.to_wire()) + len(answer.wire or b"")
            if answer.rcode() not in (dns.rcode.REFUSED, dns.rcode.SERVFAIL):
                return answer
            refused = answer
            if len(self._servers) == 1:
                break
        return refused

    async def _answers_unchecked(self, name: str, rdtype: str) -> bool:
        """Whether the same question succeeds with checking disabled: then it is the signatures that fail."""
        query = _query(name, rdtype)
        query.flags |= dns.flags.CD
        answer = await self._exchange(query)
        return answer is not None and answer.rcode() in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN)

    async def _resolvers_answer(self) -> bool:
        """Canary: whether any resolver answers for the root; asked once a scan."""
        if self._alive is None:
            self._alive = asyncio.create_task(self._canary())
        return await asyncio.shield(self._alive)

    async def _canary(self) -> bool:
        return await self._exchange(_query(".", "NS")) is not None

    def _read(self, name: str, rdtype: str, answer: dns.message.Message) -> Records | Absent:
        secure = bool(answer.flags & dns.flags.AD) if self._validating else None
        try:
            chain = answer.resolve_chaining()  # type: ignore[attr-defined]
        except dns.exception.DNSException as error:
            raise NetFailure(Reason.MALFORMED, f"{name} {rdtype}: {type(error).__name__}") from error
        if chain.answer is None:
            proof = Proof.NXDOMAIN if answer.rcode() == dns.rcode.NXDOMAIN else Proof.NODATA
            return Absent(proof, f"{name} {rdtype}: {proof.value.upper()}")
        aliases = tuple(_plain(rrset[0].target) for rrset in chain.cnames)
        texts = tuple(sorted(_text(rdata) for rdata in list(chain.answer)[:MAX_RECORDS]))
        return Records(name, rdtype, texts, aliases, secure, chain.minimum_ttl)


def _query(name: str, rdtype: str) -> dns.message.QueryMessage:
    try:
        query = dns.message.make_query(name or ".", rdtype, use_edns=0, ednsflags=dns.flags.DO, payload=1232)
    except (dns.exception.DNSException, ValueError) as error:
        raise NetFailure(Reason.MALFORMED, f"{name[:80]!r} is not a DNS name") from error
    query.flags |= dns.flags.AD
    return query


def _text(rdata: object) -> str:
    if isinstance(rdata, dns.rdtypes.ANY.TXT.TXT):
        return b"".join(rdata.strings).decode("utf-8", "backslashreplace")[:MAX_TEXT]
    target = getattr(rdata, "exchange", None) or getattr(rdata, "target", None)
    if isinstance(target, dns.name.Name):
        preference = getattr(rdata, "preference", None)
        plain = _plain(target)
        return plain if preference is None else f"{preference} {plain}"
    return str(rdata)[:MAX_TEXT]


def _plain(name: dns.name.Name) -> str:
    """Lower case, no final dot; the root is "."."""
    text = name.to_text(omit_final_dot=True).lower()
    return text if text not in ("", "@") else "."


def _may_be_bogus(answer: dns.message.Message) -> bool:
    """Whether a SERVFAIL may come from the signatures: the resolver says so, or says nothing."""
    codes = {int(option.code) for option in answer.options if isinstance(option, dns.edns.EDEOption)}
    return answer.rcode() == dns.rcode.SERVFAIL and (not codes or not codes.isdisjoint(SIGNATURE_ERRORS))


def _extended_error(answer: dns.message.Message) -> str:
    """The resolver's own explanation (RFC 8914), where it gives one."""
    for option in answer.options:
        if isinstance(option, dns.edns.EDEOption):
            return f" ({dns.edns.EDECode(option.code).name}: {option.text or ''})"[:200]
    return ""
