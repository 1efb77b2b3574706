"""An old result by today's rules: the same observations, judged and graded anew. Pure: no network, no clock."""

from __future__ import annotations

from dataclasses import replace

from scanner.catalogue import Catalogue
from scanner.judge import judge
from scanner.result import ScanResult
from scanner.scan import own_port_25
from scanner.scoring import score


def rejudged(result: ScanResult, catalogue: Catalogue) -> ScanResult:
    """As the scan would have concluded with this catalogue, at its own time; what it did not observe is UNKNOWN."""
    outcomes = own_port_25(judge(catalogue.checks, result.landscape, result.seen, result.started_at))
    severities = {spec.id: spec.severity for spec in catalogue.checks}
    return replace(result, outcomes=outcomes, score=score(outcomes, result.score.perimeter, severities))
