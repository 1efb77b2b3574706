"""JSON -> ScanResult: the other way of json.py, so that every document can be made again without the network."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from scanner.catalogue import Catalogue
from scanner.landscape import Landscape
from scanner.net.cost import Cost, HostCost
from scanner.report.stored.node import Node, NotAResult, parse
from scanner.report.stored.outcomes import read_outcomes
from scanner.report.stored.score import read_score
from scanner.report.stored.sights import read_sights
from scanner.report.stored.subjects import read_address, read_domain_of, read_links, read_subjects
from scanner.result import SCHEMA_VERSION, Authorisation, ScanResult

__all__ = ["MAX_SIZE", "NotAResult", "read_result", "read_results"]

MAX_SIZE = 50_000_000  # characters, or bytes, of one result; those of the laboratory have less than 200,000


def read_result(text: str | bytes, catalogue: Catalogue) -> ScanResult:
    """The result that `to_json` wrote; bytes in UTF-8, or in UTF-16 as some shells redirect them. Raises NotAResult.

    Findings of a check that the catalogue does not have are left out, since nobody has their text; `warnings` says so.
    Observations of another version, or of a class that is not installed, are Unobserved(NOT_OBSERVED).
    """
    if len(text) > MAX_SIZE:
        raise NotAResult("too_large", limit=MAX_SIZE // 1_000_000)
    root = parse((text if isinstance(text, str) else _decoded(text)).removeprefix("\ufeff"))
    if not isinstance(root.value, dict) or "schema_version" not in root.value:
        raise NotAResult("other_json")
    version = root.of("schema_version").text()
    if version != SCHEMA_VERSION:
        raise NotAResult("version", found=version[:40], known=SCHEMA_VERSION)
    return _with_known_checks(_result(root, catalogue), catalogue)


def read_results(text: str, catalogue: Catalogue) -> Iterator[ScanResult]:
    """The results of a JSONL file, one a line. Raises NotAResult with the number of the line, after those before it."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                result = read_result(line, catalogue)
            except NotAResult as problem:
                raise problem.on_line(number) from problem
            yield result


def _decoded(content: bytes) -> str:
    try:
        return content.decode(json.detect_encoding(content))
    except UnicodeDecodeError as error:
        raise NotAResult("not_text") from error


def _result(root: Node, catalogue: Catalogue) -> ScanResult:
    domain = read_domain_of(root.of("domain"))
    outcomes = read_outcomes(root.of("outcomes"), domain)
    mandate = root.of("authorisation").or_none()
    return ScanResult(
        domain=domain,
        started_at=root.of("started_at").moment(),
        finished_at=root.of("finished_at").moment(),
        landscape=Landscape(domain, read_subjects(root.of("subjects"), domain), read_links(root.maybe("links"), domain)),
        seen=read_sights(root.of("observations"), domain, catalogue),
        outcomes=outcomes,
        score=read_score(root.of("score"), frozenset(outcome.check for outcome in outcomes if outcome.findings)),
        cost=_cost(root.of("cost")),
        authorisation=_authorisation(mandate) if mandate else None,
        left_out=tuple(read_address(item) for item in root.of("left_out").items()),
        warnings=root.of("warnings").texts(),
        interrupted=root.of("interrupted").flag(),
    )


def _authorisation(node: Node) -> Authorisation:
    return Authorisation(node.of("text").text(), node.of("authority").text(), node.of("signatory").text())


def _cost(node: Node) -> Cost:
    connections, attempts, queries, size = (node.of(name).count() for name in ("connections", "attempts", "dns_queries", "bytes"))
    hosts = {host: _host_cost(cost) for host, cost in node.of("per_host").members()}
    return Cost(connections, attempts, queries, size, node.of("seconds").number(), hosts, _datagrams(node))


def _host_cost(node: Node) -> HostCost:
    connections, attempts, queries, size = (node.of(name).count() for name in ("connections", "attempts", "queries", "bytes"))
    return HostCost(connections, attempts, queries, size, _datagrams(node))


def _datagrams(node: Node) -> int:
    """Results of before datagrams were sent do not count them."""
    counted = node.maybe("datagrams")
    return counted.count() if counted else 0


def _with_known_checks(result: ScanResult, catalogue: Catalogue) -> ScanResult:
    """What passed, or was not seen, is shown by its id; a finding needs a text, and is left out with its lost points."""
    known = {spec.id for spec in catalogue.checks}
    strange = Counter(outcome.check for outcome in result.outcomes for _ in outcome.findings if outcome.check not in known)
    if not strange:
        return result
    notes = tuple(
        f"{check}: {count} of its findings left out, no check of this name is installed; install the family that it came from"
        for check, count in strange.items()
    )
    pillars = tuple(
        replace(pillar, losses=tuple(loss for loss in pillar.losses if loss.check not in strange))
        for pillar in result.score.pillars
    )
    kept = tuple(outcome for outcome in result.outcomes if not outcome.findings or outcome.check in known)
    return replace(result, outcomes=kept, score=replace(result.score, pillars=pillars), warnings=result.warnings + notes)
