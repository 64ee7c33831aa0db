"""The JSON Schema that ships for editors is the one that the records give, and the shipped scenarios satisfy it."""

from __future__ import annotations

import json
import tomllib
from datetime import date

import jsonschema
import pytest

from nevsim.scenario.schema import json_schema
from nevsim.shipped import folder, names

KEPT = folder() / "nevsim.schema.json"


def test_the_kept_schema_is_the_generated_one() -> None:
    """Made anew with ``nevsim schema > scenarios/nevsim.schema.json``."""
    assert json.loads(KEPT.read_text(encoding="utf-8")) == json_schema()


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("name", names())
def test_shipped_scenarios_satisfy_it(name: str, validator: jsonschema.Draft202012Validator) -> None:
    text = (folder() / f"{name}.toml").read_text(encoding="utf-8")
    validator.validate(_plain(tomllib.loads(text)))


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
