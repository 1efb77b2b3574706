import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from scanner.catalogue import Catalogue
from scanner.model import Proof
from scanner.report.json import to_dict, to_json
from scanner.report.stored import read_result
from scanner.result import ScanResult
from scanner.rpnt import LEVELS, Attainment, Importance, Kind, rpnt
from scanner.rpnt import Status as RpntStatus
from tests.judging import DOMAIN
from tests.lab.model import Town
from tests.lab.towns import TOWNS
from tests.report.sample import HOSTILE, hostile_result, outcomes, result


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(files("scanner.report").joinpath("result.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("hostile", [False, True])
def test_a_result_is_what_the_schema_publishes(
    catalogue: Catalogue, validator: jsonschema.Draft202012Validator, hostile: bool
) -> None:
    made = hostile_result(catalogue) if hostile else result(catalogue, outcomes(catalogue))
    text = to_json(made)
    assert json.loads(text) == to_dict(made)
    validator.validate(json.loads(text))


def test_the_schema_refuses_what_is_not_a_result(catalogue: Catalogue, validator: jsonschema.Draft202012Validator) -> None:
    made: dict[str, Any] = to_dict(result(catalogue, outcomes(catalogue)))
    assert not validator.is_valid({**made, "surprise": 1})
    failed = next(row for row in made["outcomes"] if row["verdict"] == "fail")
    assert not validator.is_valid({**made, "outcomes": [{**failed, "severity": None}]})


def test_the_schema_names_every_reason_and_proof() -> None:
    from scanner.model import Reason

    schema = json.loads(files("scanner.report").joinpath("result.schema.json").read_text("utf-8"))
    assert set(schema["$defs"]["reason"]["enum"]) == {reason.value for reason in Reason}
    assert set(schema["$defs"]["proof"]["enum"]) == {proof.value for proof in Proof}


def test_a_result_of_before_a_key_was_added_still_validates_and_reads(
    catalogue: Catalogue, validator: jsonschema.Draft202012Validator
) -> None:
    made = to_dict(result(catalogue, outcomes(catalogue)))
    for key in ("links", "rpnt"):
        del made[key]
    for row in made["outcomes"]:
        row.pop("dates", None)
        row.pop("missing", None)
    validator.validate(made)
    assert read_result(json.dumps(made), catalogue).domain == DOMAIN


def test_a_key_of_a_later_program_is_passed_over(catalogue: Catalogue) -> None:
    made = result(catalogue, outcomes(catalogue))
    later = to_dict(made)
    later["later"] = later["score"]["later"] = later["outcomes"][0]["later"] = {"x": 1}
    assert read_result(json.dumps(later), catalogue) == made


@pytest.mark.lab
@pytest.mark.parametrize("town", TOWNS, ids=lambda town: town.domain)
def test_every_town_is_what_the_schema_publishes(
    scanned: dict[str, ScanResult], validator: jsonschema.Draft202012Validator, town: Town
) -> None:
    made = to_dict(scanned[town.domain])
    validator.validate(made)
    judged = rpnt(scanned[town.domain])
    assert [(each["id"], each["status"]) for each in made["rpnt"]["criteria"]] == [
        (each.id, each.status.value) for each in judged.criteria
    ]
    assert made["rpnt"]["level"] == judged.level


def test_the_schema_names_every_word_of_the_rpnt() -> None:
    schema = json.loads(files("scanner.report").joinpath("result.schema.json").read_text("utf-8"))
    parts = schema["$defs"]["rpnt"]["properties"]
    level, criterion = (parts[name]["items"]["properties"] for name in ("levels", "criteria"))
    assert level["attainment"]["enum"] == [each.value for each in Attainment]
    assert level["id"]["enum"] == list(LEVELS)
    assert criterion["status"]["enum"] == [each.value for each in RpntStatus]
    assert criterion["importance"]["enum"] == [each.value for each in Importance]
    assert criterion["kind"]["enum"] == [each.name.lower() for each in Kind]


def test_json_on_a_terminal_obeys_nobody(catalogue: Catalogue) -> None:
    text = to_json(hostile_result(catalogue), indent=None)
    assert text.isprintable()
    text.encode("utf-8")
    assert HOSTILE in json.loads(text)["warnings"]


def test_two_findings_of_one_check_are_two_rows(catalogue: Catalogue) -> None:
    made = result(catalogue, outcomes(catalogue))
    findings = sum(len(outcome.findings) for outcome in made.outcomes)
    assert sum(row["verdict"] == "fail" for row in to_dict(made)["outcomes"]) == findings
