from pathlib import Path

import pytest

from scanner.model import Domain, Finding, Outcome, Reason, Severity, Site, Status
from scanner.scoring import CAPS, LETTERS, PILLARS, POINTS, SCORING_VERSION, SEVERITY_CAPS, Perimeter, Score, letter, score

TOWN = Domain("mairie-exemple.fr")
WWW = Site("www.mairie-exemple.fr", TOWN)
FAMILIES = [family for _, families in PILLARS.values() for family in families]
SEVERITIES = {f"{family}.{number}": Severity.MEDIUM for family in FAMILIES for number in range(10)}


def passing() -> dict[str, Outcome]:
    return {check: Outcome(check, TOWN, Status.PASS) for check in SEVERITIES}


def failing(check: str, severity: Severity, variant: str = "") -> Outcome:
    return Outcome(check, TOWN, Status.FAIL, (Finding(severity, {}, variant=variant),))


def unknown(check: str, reason: Reason = Reason.TIMEOUT) -> Outcome:
    return Outcome(check, TOWN, Status.UNKNOWN, reason=reason)


def graded(outcomes: dict[str, Outcome], extra: tuple[Outcome, ...] = (), severities: dict[str, Severity] | None = None) -> Score:
    return score((*outcomes.values(), *extra), Perimeter.MANDATED, severities or SEVERITIES)


def test_a_town_without_a_finding_has_a_hundred_points_and_full_coverage() -> None:
    result = graded(passing())
    assert (result.value, result.grade, result.coverage) == (100, "A", 100)


@pytest.mark.parametrize("severity", list(Severity))
def test_one_failed_check_takes_the_points_of_its_severity_from_its_pillar(severity: Severity) -> None:
    outcomes = passing() | {"mail.0": failing("mail.0", severity)}
    pillar = next(pillar for pillar in graded(outcomes).pillars if pillar.id == "mail")
    assert pillar.value == 100 - POINTS[severity]
    assert sum(loss.points for loss in pillar.losses) == POINTS[severity]


def test_a_check_costs_once_by_its_worst_subject() -> None:
    twice = Outcome("web.0", WWW, Status.FAIL, (Finding(Severity.LOW, {}),))
    outcomes = passing() | {"web.0": failing("web.0", Severity.MEDIUM)}
    assert graded(outcomes, (twice,)).value == graded(outcomes).value


def test_what_was_not_seen_lowers_coverage_and_never_the_grade() -> None:
    unseen = passing() | {check: unknown(check) for check in ("web.0", "mail.0", "dns.0")}
    result = graded(unseen)
    assert result.value == 100
    assert result.coverage < 100


def test_below_the_floor_of_coverage_there_is_no_grade() -> None:
    result = graded({check: unknown(check) if not check.startswith("mail") else outcome for check, outcome in passing().items()})
    assert result.grade is None
    assert result.value is None


@pytest.mark.parametrize(("pillar", "grade"), [("web", None), ("mail", None), ("dns", "A"), ("software", "A")])
def test_hiding_a_main_pillar_buys_no_grade(pillar: str, grade: str | None) -> None:
    families = PILLARS[pillar][1]
    hidden = {check: unknown(check, Reason.CHALLENGED) for check in SEVERITIES if check.partition(".")[0] in families}
    assert graded(passing() | hidden).grade == grade


def test_a_pillar_seen_by_less_than_half_has_no_grade_of_its_own() -> None:
    result = graded(passing() | {check: unknown(check) for check in SEVERITIES if check.startswith("dns") and check != "dns.0"})
    pillar = next(pillar for pillar in result.pillars if pillar.id == "dns")
    assert pillar.grade is None
    assert pillar.examined


def test_without_mandate_a_pillar_is_not_examined_and_left_out_of_coverage() -> None:
    closed = {check: unknown(check, Reason.NO_MANDATE) for check in SEVERITIES if check.startswith("services")}
    result = graded(passing() | closed)
    pillar = next(pillar for pillar in result.pillars if pillar.id == "services")
    assert not pillar.examined
    assert result.coverage == 100


@pytest.mark.parametrize("cap", list(CAPS))
def test_a_severe_fact_caps_the_grade_and_is_named(cap: tuple[str, str]) -> None:
    check, variant = cap
    severities = {**SEVERITIES, check: Severity.CRITICAL}
    result = graded(passing(), (failing(check, Severity.CRITICAL, variant),), severities)
    assert result.value is not None
    assert result.value <= CAPS[cap]
    assert result.caps == (check,)
    assert result.uncapped is not None
    assert result.uncapped > result.value


@pytest.mark.parametrize("severity", list(SEVERITY_CAPS))
def test_a_serious_finding_alone_forbids_the_best_letters(severity: Severity) -> None:
    result = graded(passing() | {"dns.0": failing("dns.0", severity)})
    assert result.value == SEVERITY_CAPS[severity]
    assert result.caps == ("dns.0",)


def test_not_applicable_counts_nowhere() -> None:
    outcomes = passing() | {check: Outcome(check, TOWN, Status.NOT_APPLICABLE) for check in SEVERITIES if check.startswith("tls")}
    assert graded(outcomes).coverage == 100


@pytest.mark.parametrize(
    ("value", "name"), [(100, "A"), (90, "A"), (89, "B"), (75, "B"), (74, "C"), (60, "C"), (40, "D"), (39, "E"), (0, "E")]
)
def test_letters(value: int, name: str) -> None:
    assert letter(value) == name


def test_the_tables_hold_together() -> None:
    assert sum(weight for weight, _ in PILLARS.values()) == 100
    assert [floor for _, floor in LETTERS] == sorted((floor for _, floor in LETTERS), reverse=True)


@pytest.mark.parametrize(
    ("lost", "value", "grade"),
    [
        ({"dns.0": (Severity.LOW, "")}, 100, "A"),
        ({"mail.0": (Severity.HIGH, ""), "mail.1": (Severity.HIGH, ""), "web.0": (Severity.MEDIUM, "")}, 81, "B"),
        (
            {
                "mail.0": (Severity.HIGH, ""),
                "mail.1": (Severity.HIGH, ""),
                "web.0": (Severity.MEDIUM, ""),
                "tls.certificate-expired": (Severity.HIGH, ""),
            },
            59,
            "D",
        ),
    ],
)
def test_the_worked_examples_of_the_method_page(lost: dict[str, tuple[Severity, str]], value: int, grade: str) -> None:
    """docs/score.md, examples 1 to 3: no mandate, so the services are not examined."""
    closed = {check: unknown(check, Reason.NO_MANDATE) for check in SEVERITIES if check.startswith("services")}
    failed = {check: failing(check, severity, variant) for check, (severity, variant) in lost.items()}
    result = score((passing() | closed | failed).values(), Perimeter.PUBLIC, SEVERITIES | dict.fromkeys(lost, Severity.HIGH))
    assert (result.value, result.grade) == (value, grade)


def test_the_method_page_prints_the_numbers_of_the_tables() -> None:
    page = (Path(__file__).parent.parent / "docs" / "score.md").read_text("utf-8")
    for weight, _ in PILLARS.values():
        assert f"| {weight} |" in page
    for points in POINTS.values():
        assert f"| {points} |" in page
    for cap in CAPS.values():
        assert f"| {cap} (" in page
    assert f"version {SCORING_VERSION}" in page
