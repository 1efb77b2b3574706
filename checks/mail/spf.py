"""SPF (RFC 7208): which servers may send mail in the name of the town."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from checks.mail.implicit_mx import ImplicitMx
from checks.mail.providers import recognise
from checks.mail.spf_evaluation import MAX_LOOKUPS, MAX_VOIDS, Evaluation, Fault, Problem, Question, Result, SpfAnswer, evaluate
from checks.mail.spf_fix import concluding, ended, merged, readable, text_of, without
from checks.mail.spf_syntax import SpfRecord, Term, expand, is_spf, parse_spf
from checks.references import ANSSI_HYGIENE_24_R, RECYF_MAIL_2, RFC_7208, RPNT_2_5
from scanner.because import Because
from scanner.contract import check, probe
from scanner.discovery import Mx
from scanner.model import (
    Absent,
    Actor,
    Domain,
    Effort,
    Fact,
    Flaw,
    NotApplicable,
    Observation,
    Proof,
    Reason,
    Severity,
    Trace,
    TraceKind,
    Unknown,
    Unobserved,
    Verdict,
)
from scanner.net import Net, NetFailure, Records

MAX_RECORDS, MAX_OTHERS = 20, 12  # questions of one tree: TXT, and A or MX
MAX_TEXT = 8_192  # characters kept of a record, as many as the door gives; RFC 7208 3.4 recommends 450
REFERENCES = (RFC_7208, ANSSI_HYGIENE_24_R, RECYF_MAIL_2, RPNT_2_5)


@dataclass(frozen=True, slots=True)
class Spf(Observation):
    """The SPF record of the domain and the records that it leads to, as far as the verdict needs them; own record first."""

    answers: tuple[SpfAnswer, ...]

    @property
    def records(self) -> tuple[str, ...]:
        """The texts of the domain itself: one, unless it publishes several."""
        return self.answers[0].texts

    @property
    def authorises_nobody(self) -> bool:
        """Whether the domain says that it sends no mail: `v=spf1 -all`."""
        record = parse_spf(self.records[0])
        return (
            len(self.records) == 1
            and [(term.qualifier, term.name) for term in record.mechanisms] == [("-", "all")]
            and not record.bad
        )

    def traces(self) -> tuple[Trace, ...]:
        """The records that its own record leads to; what stands further down is the third party's affair."""
        return tuple(
            Trace(TraceKind.SPF, name)
            for answer in self.answers[:1]
            for term in _followed(parse_spf(next(iter(answer.texts), "")))
            if (name := expand(term.spec, answer.name, answer.name))
        )


def _followed(record: SpfRecord) -> Iterator[Term]:
    for term in (*record.mechanisms, record.redirect):
        if term is not None and term.name in ("include", "redirect") and term.qualifier == "+":
            yield term


@probe(seconds=20)
async def spf(domain: Domain, net: Net) -> Spf | Absent:
    """Fetch the record, then what it leads to while the worst case is not settled."""
    first = await net.dns.lookup(domain.name, "TXT")
    if isinstance(first, Absent):
        return first
    own = _kept(first)
    if not own:
        near = next((text for text in first.texts if "spf" in text[:12].lower()), "")
        return Absent(Proof.NONE, near[:500])
    answers = [SpfAnswer(domain.name, "TXT", own)]
    while wanted := _affordable(evaluate(domain.name, tuple(answers)).wanted, answers):
        answers += await asyncio.gather(*(_ask(net, question) for question in wanted))
    return Spf(tuple(answers))


def _affordable(wanted: tuple[Question, ...], answers: list[SpfAnswer]) -> tuple[Question, ...]:
    """What may still be asked under the caps of one tree."""
    records = sum(answer.rdtype == "TXT" for answer in answers)
    left = {True: MAX_RECORDS - records, False: MAX_OTHERS - (len(answers) - records)}
    kept: list[Question] = []
    for question in wanted:
        is_record = question[1] == "TXT"
        if left[is_record] > 0:
            left[is_record] -= 1
            kept.append(question)
    return tuple(kept)


async def _ask(net: Net, question: Question) -> SpfAnswer:
    name, rdtype = question
    try:
        answer = await net.dns.lookup(name, "A" if rdtype == "ADDRESS" else rdtype)
        if isinstance(answer, Absent) and rdtype == "ADDRESS":
            answer = await net.dns.lookup(name, "AAAA")
    except NetFailure as failure:
        return SpfAnswer(name, rdtype, failure=failure.reason)
    if isinstance(answer, Absent):
        return SpfAnswer(name, rdtype, void=True)
    return SpfAnswer(name, rdtype, _kept(answer) if rdtype == "TXT" else ())


def _kept(answer: Records) -> tuple[str, ...]:
    return tuple(text[:MAX_TEXT] for text in answer.texts if is_spf(text))[:5]


def suggested_record(mx: Mx | Absent | Unobserved, implicit: ImplicitMx | Absent | Unobserved) -> str:
    """A record to start from: nobody for a domain without mail, else the provider behind its MX, else its servers themselves."""
    if isinstance(mx, Absent):
        return "v=spf1 -all" if _unused(mx, implicit) else "v=spf1 a ~all"
    names = [exchange.name for exchange in mx.exchanges] if isinstance(mx, Mx) else []
    mechanism = next((supplier.spf_mechanism for supplier in recognise(names) if supplier.spf_mechanism), "mx")
    return f"v=spf1 {mechanism} ~all"


def _unused(mx: Mx | Absent | Unobserved, implicit: ImplicitMx | Absent | Unobserved) -> bool:
    """Whether the domain positively receives no mail: null MX, or no MX and no address that would stand for one."""
    return isinstance(mx, Absent) and (mx.proof is Proof.NULL_MX or isinstance(implicit, Absent))


@check(
    "mail.spf-missing", severity=Severity.HIGH, references=REFERENCES,
    actor=Actor.DNS_HOST, effort=Effort.MINUTES, variants=("unused",),
)  # fmt: skip
def spf_missing(
    domain: Domain, spf: Spf | Absent, mx: Mx | Absent | Unobserved, implicit: ImplicitMx | Absent | Unobserved
) -> Iterator[Verdict]:
    """Nothing says which servers may send in the name of the domain."""
    if isinstance(spf, Absent):
        evidence = (spf.detail,) if spf.detail else ()
        variant = "unused" if _unused(mx, implicit) else ""
        yield Flaw({"record": suggested_record(mx, implicit)}, evidence=evidence, variant=variant)


@check(
    "mail.spf-invalid", severity=Severity.MEDIUM, references=REFERENCES,
    actor=Actor.DNS_HOST, effort=Effort.MINUTES, variants=("several", "loop", "include"),
)  # fmt: skip
def spf_invalid(domain: Domain, spf: Spf) -> Iterator[Verdict]:
    """A receiver can't apply the record (permerror)."""
    evaluation = evaluate(domain.name, spf.answers)
    for problem in evaluation.problems:
        variant = "" if problem.fault is Fault.SYNTAX else problem.fault.value
        owners = (answer.texts for answer in spf.answers if answer.name == problem.owner and answer.rdtype == "TXT")
        texts = next(owners, ())
        facts: dict[str, Fact] = {"owner": problem.owner, "terms": problem.terms, "count": len(problem.terms)}
        facts["fixed"] = _repaired(problem, texts)
        yield Flaw(facts, evidence=tuple(text[:500] for text in texts), variant=variant)
    if evaluation.blind and not evaluation.over:
        yield _unseen(evaluation)


def _repaired(problem: Problem, texts: tuple[str, ...]) -> str:
    if problem.fault is Fault.SEVERAL:
        return merged(texts)
    record = next(iter(texts), "")
    return readable(record) if problem.fault is Fault.SYNTAX else without(record, problem.terms)


@check(
    "mail.spf-lookups", severity=Severity.MEDIUM, references=REFERENCES,
    actor=Actor.DNS_HOST, effort=Effort.HOURS, variants=("void", "ptr"),
)  # fmt: skip
def spf_lookups(domain: Domain, spf: Spf) -> Iterator[Verdict]:
    """The record costs a receiver more DNS questions than RFC 7208 4.6.4 allows."""
    evaluation = evaluate(domain.name, spf.answers)
    evidence = tuple(text[:500] for text in spf.records)
    if evaluation.lookups > MAX_LOOKUPS:
        yield Flaw({"lookups": evaluation.lookups, "names": _names(evaluation) or (domain.name,)}, evidence=evidence)
    if evaluation.voids > MAX_VOIDS:
        names = tuple(dict.fromkeys(answer.name for answer in spf.answers if answer.void))
        yield Flaw({"voids": evaluation.voids, "names": names}, evidence=evidence, variant="void")
    if domain.name in evaluation.pointers:
        yield Flaw({"lookups": evaluation.lookups}, severity=Severity.INFO, evidence=evidence, variant="ptr")
    open_voids = evaluation.voids + len(evaluation.unsettled) + len(evaluation.failures)
    if evaluation.blind or (evaluation.failures and open_voids > MAX_VOIDS) or (evaluation.wanted and not evaluation.missing):
        yield _unseen(evaluation)


@check(
    "mail.spf-permissive", severity=Severity.HIGH, references=REFERENCES,
    actor=Actor.DNS_HOST, effort=Effort.MINUTES, variants=("included", "neutral"),
)  # fmt: skip
def spf_permissive(domain: Domain, spf: Spf) -> Iterator[Verdict]:
    """The record authorises everyone, or says nothing of those it does not name."""
    evaluation = evaluate(domain.name, spf.answers)
    evidence = tuple(text[:500] for text in spf.records)
    owner, term = evaluation.cause if evaluation.result is Result.PASS else evaluation.wide
    if term and owner != domain.name:
        yield Flaw({"owner": owner, "term": term}, evidence=evidence, variant="included")
    elif term:
        fixed = ended(spf.records[0]) if evaluation.result is Result.PASS else without(spf.records[0], (term,))
        yield Flaw({"owner": owner, "term": term, "fixed": fixed}, evidence=evidence)
    elif evaluation.problems or evaluation.lookups > MAX_LOOKUPS:
        yield NotApplicable("receivers do not apply this record; see mail.spf-invalid and mail.spf-lookups")
    elif evaluation.result is Result.NEUTRAL:
        place = concluding(spf.answers, domain.name)
        facts: dict[str, Fact] = {"owner": place, "fixed": ended(text_of(spf.answers, place))}
        yield Flaw(facts, severity=Severity.LOW, evidence=evidence, variant="neutral")
    elif evaluation.blind or evaluation.result is Result.UNSEEN:
        yield _unseen(evaluation)


def _names(evaluation: Evaluation) -> tuple[str, ...]:
    return tuple(dict.fromkeys(evaluation.includes))[:15]


def _unseen(evaluation: Evaluation) -> Unknown:
    reason = evaluation.failures[0] if evaluation.failures else Reason.UNDETERMINED
    return Unknown(reason, because=Because.SPF_PARTLY_UNSEEN)
