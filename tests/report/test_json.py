import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from scanner.catalogue import Catalogue
from scanner.model import Proof
from scanner.report.json import to_dict, to_json
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


def test_json_on_a_terminal_obeys_nobody(catalogue: Catalogue) -> None:
    text = to_json(hostile_result(catalogue), indent=None)
    assert text.isprintable()
    text.encode("utf-8")
    assert HOSTILE in json.loads(text)["warnings"]


def test_two_findings_of_one_check_are_two_rows(catalogue: Catalogue) -> None:
    made = result(catalogue, outcomes(catalogue))
    findings = sum(len(outcome.findings) for outcome in made.outcomes)
    assert sum(row["verdict"] == "fail" for row in to_dict(made)["outcomes"]) == findings
