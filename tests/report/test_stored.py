import json
from contextlib import suppress
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.advice import LANGUAGES
from scanner.catalogue import Catalogue, load_catalogue
from scanner.discovery import Addresses
from scanner.dossier import Dossier
from scanner.landscape import Landscape
from scanner.model import Fact, Finding, Host, Outcome, Reason, Severity, Site, Status, Unobserved
from scanner.report.csv import to_csv
from scanner.report.json import to_json
from scanner.report.sarif import to_sarif
from scanner.report.stored import MAX_SIZE, NotAResult, read_result, read_results
from scanner.report.technical import render_technical
from scanner.result import ScanResult
from tests.judging import DOMAIN
from tests.lab.model import Town
from tests.lab.towns import TOWNS
from tests.report.sample import hostile_result, outcomes, result


def assert_same(found: ScanResult, wanted: ScanResult) -> None:
    """Field by field first: the first that differs is named."""
    for each in fields(ScanResult):
        assert getattr(found, each.name) == getattr(wanted, each.name), each.name
    assert found == wanted
    for before, after in zip(wanted.outcomes, found.outcomes, strict=True):
        assert [kinds(each) for each in before.findings] == [kinds(each) for each in after.findings]


def kinds(finding: Finding) -> dict[str, type]:
    """The class of every fact: True == 1 == 1.0, and they are not shown alike."""
    return {name: type(value) for name, value in finding.facts.items()}


@pytest.mark.lab
@pytest.mark.parametrize("town", TOWNS, ids=lambda town: town.domain)
def test_a_town_comes_back_as_it_was(scanned: dict[str, ScanResult], catalogue: Catalogue, town: Town) -> None:
    made = scanned[town.domain]
    back = read_result(to_json(made), catalogue)
    assert_same(back, made)
    for lang in LANGUAGES:
        for render in (render_technical, to_csv, to_sarif):
            assert render(Dossier(back), catalogue, lang) == render(Dossier(made), catalogue, lang)
    assert to_json(back) == to_json(made)


@pytest.mark.parametrize("hostile", [False, True])
def test_every_finding_that_a_check_can_give_comes_back_as_it_was(catalogue: Catalogue, hostile: bool) -> None:
    made = hostile_result(catalogue) if hostile else result(catalogue, outcomes(catalogue))
    assert any(
        isinstance(fact, datetime) for outcome in made.outcomes for each in outcome.findings for fact in each.facts.values()
    )
    assert_same(read_result(to_json(made), catalogue), made)
    assert_same(read_result(to_json(made, indent=None), catalogue), made)


def test_every_kind_of_fact_keeps_its_class(catalogue: Catalogue) -> None:
    paris = timezone(timedelta(hours=2))
    facts: dict[str, Fact] = {
        "moment": datetime(2026, 7, 1, 23, 30, tzinfo=paris), "text": "2026-07-01T00:00:00", "none": (), "many": ("a", "b"),
        "yes": True, "one": 1, "half": 0.5, "whole": 1.0,
    }  # fmt: skip
    finding = Finding(Severity.LOW, facts, ("é\x00\ud800",), "odd")
    other = Finding(Severity.HIGH, {"moment": "not a date here"})
    judged = (Outcome("web.hsts-missing", DOMAIN, Status.FAIL, (finding, other), detail="d", missing=("HomePage",)),)
    assert_same(read_result(to_json(result(catalogue, judged)), catalogue), result(catalogue, judged))


def test_which_address_belongs_to_which_name_comes_back(catalogue: Catalogue) -> None:
    site, host = Site(DOMAIN.name, DOMAIN), Host("203.0.113.7")
    landscape = Landscape(DOMAIN, (DOMAIN, site, host), {site: (host,), DOMAIN: (site, host)})
    made = result(catalogue, (), landscape=landscape)
    assert_same(read_result(to_json(made), catalogue), made)
    older = edited(made, lambda stored: stored.pop("links"))
    assert read_result(older, catalogue).landscape == replace(landscape, links={})


def edited(made: ScanResult, change: Any) -> str:
    """The JSON of a result after a change to its plain values."""
    stored = json.loads(to_json(made))
    change(stored)
    return json.dumps(stored)


def test_what_another_version_observed_is_not_observed(catalogue: Catalogue) -> None:
    made = result(catalogue, ())
    site = Site(DOMAIN.name, DOMAIN)

    def sight(**changes: Any) -> Unobserved:
        back = read_result(edited(made, lambda stored: stored["observations"][0].update(changes)), catalogue)
        found = next(sight for subject, _, sight in back.seen if subject == site)
        assert isinstance(found, Unobserved)
        return found

    assert isinstance(made.seen.exactly(site, Addresses), Addresses)
    for changes in ({"version": 99}, {"value": {"ipv4": [7]}}, {"kind": "OfAnotherFamily"}):
        assert sight(**changes).reason is Reason.NOT_OBSERVED


def test_a_finding_that_nobody_can_word_is_left_out_and_said(catalogue: Catalogue) -> None:
    made = result(catalogue, outcomes(catalogue))
    fewer = catalogue.chosen(skip=("mail",))
    back = read_result(to_json(made), fewer)
    assert not [each for each in back.outcomes if each.family == "mail" and each.findings]
    assert [each for each in back.outcomes if each.family == "mail"] == [
        each for each in made.outcomes if each.family == "mail" and not each.findings
    ]
    assert back.score.value == made.score.value
    lost = {outcome.check for outcome in made.outcomes if outcome.family == "mail" and outcome.findings}
    assert {warning.partition(":")[0] for warning in back.warnings} == lost
    assert "\n" not in "".join(back.warnings)
    for lang in LANGUAGES:
        for render in (render_technical, to_csv, to_sarif):
            assert render(Dossier(back), fewer, lang)
    assert_same(read_result(to_json(back), fewer), back)


def test_a_file_of_lines_gives_every_result_until_a_broken_one(catalogue: Catalogue) -> None:
    first, second = result(catalogue, ()), result(catalogue, outcomes(catalogue))
    lines = [to_json(each, indent=None) for each in (first, second)]
    assert list(read_results("\n".join([*lines, ""]), catalogue)) == [first, second]
    reading = read_results(f"{lines[0]}\n\n{lines[1][:500]}", catalogue)
    assert next(reading) == first
    with pytest.raises(NotAResult, match=r"^line 3: its JSON ends or breaks"):
        next(reading)


def put(key: str, value: object) -> Any:
    return lambda stored: stored.update({key: value})


WRONG: list[tuple[str, Any]] = [
    ("version 7, this program reads version 1. Update", put("schema_version", "7")),
    ("“schema_version”", put("schema_version", 1)),
    ("not the result of a scan", lambda stored: stored.pop("schema_version")),
    ("the key “score.coverage” is missing", lambda stored: stored["score"].pop("coverage")),
    ("“started_at”", put("started_at", "yesterday")),
    ("“started_at”", put("started_at", "2026-11-23T09:12:00")),
    ("“finished_at”", put("finished_at", "0001-01-01T00:00:00+23:00")),
    ("“domain”", put("domain", "../../etc/passwd")),
    ("“domain”", put("domain", "mairie-exemple.fr\n")),
    ("“subjects”", put("subjects", [])),
    ("“left_out[0]”", put("left_out", ["203.0.113.7; reboot"])),
    ("“interrupted”", put("interrupted", 1)),
    ("“cost.connections”", lambda stored: stored["cost"].update(connections=-1)),
    ("number or a depth", lambda stored: stored["cost"].update(bytes=10**30)),
    ("“outcomes[0].check”", lambda stored: stored["outcomes"][0].update(check="Web/../x")),
    ("“outcomes[0].subject”", lambda stored: stored["outcomes"][0].update(subject="domain:autre.fr")),
    ("“outcomes[0].subject”", lambda stored: stored["outcomes"][0].update(subject="host:rm -rf")),
    ("“outcomes[0].subject”", lambda stored: stored["outcomes"][0].update(subject="planet:mars")),
    ("“outcomes[0].severity”", lambda stored: stored["outcomes"][0].update(verdict="pass")),
    ("“outcomes[0].reason”", lambda stored: stored["outcomes"][0].update(verdict="unknown", severity=None)),
    ("“outcomes[0].facts.a”", lambda stored: stored["outcomes"][0].update(facts={"a": {"b": 1}})),
    ("“outcomes[0].facts.a”", lambda stored: stored["outcomes"][0].update(facts={"a": "soon"}, dates=["a"])),
    ("“observations[0].state”", lambda stored: stored["observations"][0].update(state="dreamt")),
    ("“score.grade”", lambda stored: stored["score"].update(grade="F")),
    ("“score.pillars[0].id”", lambda stored: stored["score"]["pillars"][0].update(id="weather")),
    ("“score.pillars”", lambda stored: stored["score"]["pillars"].append(stored["score"]["pillars"][0])),
    ("“score.pillars[0].losses[0]”", lambda stored: stored["score"]["pillars"][0]["losses"][0].update(check="web.unheard-of")),
]  # fmt: skip


@pytest.mark.parametrize(("message", "change"), WRONG, ids=[message for message, _ in WRONG])
def test_what_is_no_result_is_refused_in_one_line_that_says_what_to_do(catalogue: Catalogue, message: str, change: Any) -> None:
    failed = tuple(each for each in outcomes(catalogue) if each.findings)
    made = result(catalogue, failed)
    with pytest.raises(NotAResult) as caught:
        read_result(edited(made, change), catalogue)
    assert message in str(caught.value)
    for lang in LANGUAGES:
        told = caught.value.in_words(lang)
        assert told.isprintable() or "\u202f" in told or "\u00a0" in told
        assert "\n" not in told
        assert told.endswith((".", "».", "`--out` wrote."))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "not_json"), ("beffroi", "not_json"), ('{"schema_version": "1",', "not_json"), ("{}\n{}", "several"),
        ("[" * 100_000, "no_such_json"), ('{"schema_version": NaN}', "no_such_json"), ('{"a": 1e999}', "no_such_json"),
        (f'{{"a": {"9" * 5_000}}}', "no_such_json"), ("[]", "other_json"), ("7", "other_json"), ("null", "other_json"),
    ],
    ids=str.__len__,
)  # fmt: skip
def test_text_that_is_no_json_of_ours_is_refused(catalogue: Catalogue, text: str, problem: str) -> None:
    with pytest.raises(NotAResult) as caught:
        read_result(text, catalogue)
    assert caught.value.problem == problem


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_the_bytes_of_a_file_are_read_as_they_were_redirected(catalogue: Catalogue, encoding: str) -> None:
    made = result(catalogue, outcomes(catalogue))
    assert read_result(to_json(made).encode(encoding), catalogue) == made


@given(st.binary(max_size=200))
def test_no_bytes_at_all_give_anything_but_a_refusal(catalogue: Catalogue, content: bytes) -> None:
    with pytest.raises(NotAResult):
        read_result(content, catalogue)


def test_what_is_no_text_is_said_to_be_none(catalogue: Catalogue) -> None:
    with pytest.raises(NotAResult, match="it is not text"):
        read_result(b"%PDF-1.7\n\xb5\xb5\xb5", catalogue)


def test_a_file_of_another_size_is_refused_before_it_is_parsed(catalogue: Catalogue) -> None:
    with pytest.raises(NotAResult, match="larger than 50 MB"):
        read_result(" " * (MAX_SIZE + 1), catalogue)


# --- hostile files --------------------------------------------------------------------------------

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("9999-12-31T23:59:59+00:00"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@lru_cache(maxsize=1)
def originals() -> tuple[Catalogue, tuple[str, ...]]:
    known = load_catalogue()
    small = result(known, outcomes(known)[::9])
    return known, (to_json(small, indent=None), to_json(hostile_result(known), indent=None))


def holders(value: Any) -> list[Any]:
    """Every object and list below a value, itself first."""
    found = [value]
    for each in found:
        members = each.values() if isinstance(each, dict) else each
        found += [member for member in members if isinstance(member, dict | list)]
    return found


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_changed_value_is_read_and_shown_or_refused(data: st.DataObject) -> None:
    catalogue, texts = originals()
    stored = json.loads(data.draw(st.sampled_from(texts)))
    for _ in range(data.draw(st.integers(1, 3))):
        holder = data.draw(st.sampled_from(holders(stored)))
        places = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        if not places:
            continue
        place = data.draw(st.sampled_from(places))
        if data.draw(st.booleans()):
            holder[place] = data.draw(VALUES | st.sampled_from(holders(stored)).map(json.dumps).map(json.loads))
        else:
            del holder[place]
    try:
        back = read_result(json.dumps(stored), catalogue)
    except NotAResult:
        return
    assert read_result(to_json(back), catalogue) == back
    for render in (to_csv, to_sarif, render_technical):
        assert render(Dossier(back), catalogue, "fr")


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    catalogue, texts = originals()
    text = data.draw(st.sampled_from(texts))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 200)))
    damaged = text[:start] + data.draw(st.text(max_size=10)) + text[end:]
    with suppress(NotAResult):
        read_result(damaged, catalogue)


def test_the_moment_of_a_result_is_read_in_its_own_zone(catalogue: Catalogue) -> None:
    made = result(catalogue, (), started_at=datetime(2026, 11, 23, 10, 12, tzinfo=timezone(timedelta(hours=1))))
    back = read_result(to_json(made), catalogue)
    assert back.started_at.utcoffset() == timedelta(hours=1)
    assert back.started_at.astimezone(UTC) == made.started_at
