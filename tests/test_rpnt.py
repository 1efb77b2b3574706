"""The levels of the RPNT, and what each embedded town must give."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.landscape import Seen
from scanner.model import Absent, MailServer, Proof
from scanner.model import Status as Verdict
from scanner.result import ScanResult
from scanner.rpnt import CRITERIA, LEVELS, Attainment, Kind, Status, rpnt
from tests.lab.model import Town
from tests.lab.towns import TOWNS
from tests.test_rpnt_rules import (
    MET,
    NOT_MET,
    NULL_MX,
    ON_EACH_SITE,
    ON_THE_DOMAIN,
    UNKNOWN,
    UNSEEN,
    F,
    U,
    Verdicts,
    result,
    seen_mail,
)

ALL_DECLARED = {id: True for id, (_, kind) in CRITERIA.items() if kind is Kind.DECLARED}


@pytest.mark.parametrize(
    ("verdicts", "declared", "level", "attained"),
    [
        ({}, ALL_DECLARED, "AA", ("reached", "reached")),
        ({"mail.dmarc-none": F}, ALL_DECLARED, "A", ("reached", "not_reached")),
        ({"mail.dmarc-none": U}, ALL_DECLARED, "A", ("reached", "not_verifiable")),
        ({"web.unreachable": U}, ALL_DECLARED, None, ("not_verifiable", "not_verifiable")),
        ({}, {}, None, ("not_verifiable", "not_verifiable")),
        ({"mail.spf-missing": F}, {}, None, ("not_reached", "not_reached")),
        ({}, {**ALL_DECLARED, "2.2": False}, None, ("not_reached", "not_reached")),
    ],
)
def test_levels(verdicts: Verdicts, declared: Mapping[str, bool], level: str | None, attained: tuple[str, str]) -> None:
    found = rpnt(result(verdicts, seen_mail()), declared)
    assert found.level == level
    assert tuple(each.attainment.value for each in found.levels) == attained


def test_a_level_says_what_is_unmet_and_what_is_unknown() -> None:
    low, high = rpnt(result({"mail.spf-missing": F, "mail.dmarc-none": F}, seen_mail())).levels
    assert (low.unmet, high.unmet) == (("2.5",), ("2.5", "2.7"))
    assert low.unknown == ("1.1", "1.2", "2.1", "2.2", "2.3")


@given(
    verdicts=st.dictionaries(
        st.sampled_from((*ON_THE_DOMAIN, *ON_EACH_SITE)),
        st.sampled_from(tuple(Verdict)) | st.tuples(st.sampled_from(tuple(Verdict)), st.sampled_from(tuple(Verdict))),
    ),
    mail=st.sampled_from((seen_mail(), seen_mail(NULL_MX), seen_mail(UNSEEN), seen_mail(Absent(Proof.NODATA)))),
    declared=st.dictionaries(st.sampled_from(tuple(ALL_DECLARED)), st.booleans()),
    without=st.sets(st.sampled_from((*ON_THE_DOMAIN, *ON_EACH_SITE))).map(tuple),
)
def test_a_level_is_reached_exactly_where_all_that_it_needs_is_met(
    verdicts: Verdicts,
    mail: tuple[Seen, tuple[MailServer, ...]],
    declared: Mapping[str, bool],
    without: tuple[str, ...],
) -> None:
    found = rpnt(result(_one_each(verdicts), mail, without=without), declared)
    assert [criterion.id for criterion in found.criteria] == list(CRITERIA)
    for level in found.levels:
        needed = [found.criterion(id).status for id in LEVELS[level.id]]
        assert (level.attainment is Attainment.REACHED) == all(status is MET for status in needed)
        assert (level.attainment is Attainment.NOT_REACHED) == (NOT_MET in needed)
    assert found.level != "AA" or found.levels[0].attainment is Attainment.REACHED


def _one_each(verdicts: Verdicts) -> Verdicts:
    """A check of the domain has one subject only."""
    return {check: said[0] if isinstance(said, tuple) and check in ON_THE_DOMAIN else said for check, said in verdicts.items()}


#: What each town must give on 1.3 to 1.7 and 2.4 to 2.8: M met, x not met, ? unknown. Loopback addresses have no country.
TRUTH = {
    "exemplaire": ("MMMMM", "MMMM?"),
    "ordinaire": ("MMMMM", "MMxx?"),
    "negligee": ("MMxMx", "Mxxx?"),
    "muette": ("?????", "M????"),
    "piegee": ("MMx?x", "MxMx?"),
    "sans-courriel": ("MMMMM", "?????"),
}
MARKS = {"M": MET, "x": NOT_MET, "?": UNKNOWN}


@pytest.mark.parametrize("town", TOWNS, ids=lambda town: town.name)
def test_each_embedded_town_gives_what_it_must(town: Town, scanned: dict[str, ScanResult]) -> None:
    found = rpnt(scanned[town.domain])
    tested = {criterion.id: criterion.status for criterion in found.criteria if criterion.kind is Kind.TESTED}
    assert tested == dict(zip(tested, (MARKS[mark] for marks in TRUTH[town.name] for mark in marks), strict=True))
    assert {criterion.status for criterion in found.criteria if criterion.kind is Kind.DECLARED} == {Status.UNKNOWN}
