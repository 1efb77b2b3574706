"""Observations of a stored result."""

from __future__ import annotations

from scanner.catalogue import Catalogue
from scanner.discovery import DISCOVERED
from scanner.landscape import Seen, Sight
from scanner.model import Absent, Domain, Observation, Proof, Reason, Unobserved
from scanner.observation_codec import CodecError, decode
from scanner.report.stored.node import Node
from scanner.report.stored.subjects import read_subject


def read_sights(rows: Node, domain: Domain, catalogue: Catalogue) -> Seen:
    """Every sight; what another version or a stranger observed is Unobserved(NOT_OBSERVED)."""
    kinds = {kind.__name__: kind for kind in (*DISCOVERED, *(spec.gives for spec in catalogue.probes))}
    seen = Seen()
    for row in rows.items():
        name = row.of("kind").text()
        seen.record(read_subject(row.of("subject"), domain), name, _sight(row, name, kinds.get(name)))
    return seen


def _sight(row: Node, name: str, kind: type[Observation] | None) -> Sight:
    state = row.of("state").text()
    if state == "absent":
        return Absent(row.of("proof").member_of(Proof), row.of("detail").text())
    if state == "unobserved":
        return Unobserved(row.of("reason").member_of(Reason), row.of("detail").text(), row.because())
    if state != "seen":
        row.of("state").refuse()
    version = row.of("version").integer()
    if kind is None:
        return Unobserved(Reason.NOT_OBSERVED, f"{name[:100]}: no installed check family reads it")
    if version != kind.OBSERVATION_VERSION:
        return Unobserved(Reason.NOT_OBSERVED, f"{name}: version {version}, this program reads {kind.OBSERVATION_VERSION}")
    try:
        return decode(kind, row.of("value").value)
    except CodecError as error:
        return Unobserved(Reason.NOT_OBSERVED, str(error))
