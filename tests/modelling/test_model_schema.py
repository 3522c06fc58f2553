"""The JSON Schema beside the model is current, and says of a model what the compiler says."""

import json
from typing import Any

import jsonschema
import pytest

from modelling.reading import read_model_text
from modelling.schema import FILE, schema, schema_text
from tests.modelling.model_texts import SOUND, changed

MODEL = FILE.with_name("scoring-model.yaml")


def errors(text: str) -> list[str]:
    validator = jsonschema.Draft202012Validator(schema())
    return [error.message for error in validator.iter_errors(read_model_text(text).content)]


def test_the_file_is_what_would_be_written() -> None:
    assert FILE.read_text(encoding="utf-8") == schema_text(), "run `python -m modelling.schema`"


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


def test_the_default_model_and_the_sound_one_fit_the_schema() -> None:
    assert errors(MODEL.read_text(encoding="utf-8")) == []
    assert errors(SOUND) == []


def test_the_first_line_of_the_default_model_names_the_schema() -> None:
    assert MODEL.read_text(encoding="utf-8").startswith(
        f"# yaml-language-server: $schema={FILE.name}\n"
    )


@pytest.mark.parametrize(
    "change",
    [
        ("    at_most: 2", "    atmost: 2"),
        ("points: 30", 'points: "30"'),
        ("lasts: 30 days", "lasts: 30"),
        ("above 70", "over 70"),
        ("{company_size: {from: 10, below: 250}}", "{company_size: {above: 10}}"),
        ("country: {type: country}", "country: {type: land}"),
    ],
)
def test_an_editor_underlines_the_mistake(change: tuple[str, str]) -> None:
    assert errors(changed(change)) != []


def test_every_key_is_explained() -> None:
    for name, part in schema()["$defs"].items():
        assert part.get("description"), name
        for key, entry in part.get("properties", {}).items():
            assert entry.get("description"), f"{name}.{key}"


def test_the_schema_holds_no_milliseconds() -> None:
    def numbers(node: Any) -> list[int]:
        if isinstance(node, dict):
            return [number for value in node.values() for number in numbers(value)]
        if isinstance(node, list):
            return [number for value in node for number in numbers(value)]
        return [node] if isinstance(node, int) else []

    assert max(numbers(json.loads(schema_text()))) <= 100_000
