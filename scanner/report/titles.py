"""The title of one finding, with its facts, where no whole report is made."""

from __future__ import annotations

from scanner.catalogue import Catalogue
from scanner.model import Domain, Finding, Outcome
from scanner.report.findings import Group, advice_of
from scanner.report.values import visible
from scanner.report.writers import to_text


def finding_title(outcome: Outcome, finding: Finding, domain: Domain, catalogue: Catalogue, lang: str) -> str:
    """As the report says it; the id where the check exists no more."""
    spec = catalogue.check(outcome.check)
    if spec is None:
        return visible(outcome.check, 120)
    return to_text(advice_of(spec, Group(outcome.check, (outcome.subject,), (finding,)), domain, lang).title)
