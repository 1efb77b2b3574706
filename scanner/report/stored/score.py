"""The score of a stored result, as it was given; it is never computed again."""

from __future__ import annotations

from scanner.report.stored.node import Node
from scanner.scoring import LETTERS, PILLARS, Loss, Perimeter, Pillar, Score

_LETTERS = frozenset(letter for letter, _ in LETTERS)


def read_score(node: Node, failed: frozenset[str]) -> Score:
    """`failed` are the checks with a finding: every lost point must be traceable to one. Raises NotAResult."""
    value, grade = _mark(node)
    pillars = tuple(_pillar(item, failed) for item in node.of("pillars").items())
    if len({pillar.id for pillar in pillars}) != len(pillars):
        node.of("pillars").refuse()
    uncapped = node.of("uncapped").or_none()
    return Score(
        value,
        grade,
        node.of("coverage").count(100),
        node.of("perimeter").member_of(Perimeter),
        pillars,
        uncapped.count(100) if uncapped else None,
        node.of("caps").texts(),
        node.of("version").text(),
    )


def _mark(node: Node) -> tuple[int | None, str | None]:
    """Value and letter, which go together."""
    value, grade = node.of("value").or_none(), node.of("grade").or_none()
    if value is None and grade is None:
        return None, None
    if value is None or grade is None or grade.text() not in _LETTERS:
        node.of("grade").refuse()
    return value.count(100), grade.text()


def _pillar(node: Node, failed: frozenset[str]) -> Pillar:
    id = node.of("id").text()
    value, grade = _mark(node)
    if id not in PILLARS:
        node.of("id").refuse()
    losses = tuple(_loss(item, failed) for item in node.of("losses").items())
    return Pillar(id, value, grade, node.of("coverage").count(100), node.of("examined").flag(), losses)


def _loss(node: Node, failed: frozenset[str]) -> Loss:
    check = node.of("check").text()
    return Loss(check, node.of("points").count(), node.of("severity").severity()) if check in failed else node.refuse()
