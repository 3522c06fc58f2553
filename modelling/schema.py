"""The JSON Schema of the scoring model, by which an editor completes, explains and underlines.

Made from the same description that validates: `python -m modelling.schema` writes it beside the
model, and a test fails when the file is not what would be written.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from modelling.document import CONDITION_MARK, ModelDocument
from modelling.document_mistakes import MAY_BE_NOTHING

FILE = Path(__file__).resolve().parent.parent / "scoring-model.schema.json"
REQUIRED = {"RuleEntry": ["rule", "points"], "FormEntry": ["thanks"], "Words": ["any"]}
_SCALAR = {"type": ["string", "number", "boolean"]}
_TEXTS = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]
}
_VALUES = {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR, "minItems": 1}]}
_BOUND = {"type": ["number", "string"]}
_CONDITIONS = {"type": "array", "items": {"$ref": "#/$defs/Condition"}, "minItems": 1}
_CONDITION = {
    "title": "Condition",
    "description": (
        "Names and what they must be; several are all asked. A condition on what nobody "
        "answered earns nothing."
    ),
    "type": "object",
    "minProperties": 1,
    "properties": {
        "any": {**_CONDITIONS, "description": "One of these conditions is true."},
        "all": {**_CONDITIONS, "description": "All of these conditions are true."},
        "not": {"$ref": "#/$defs/Condition", "description": "This condition is known to be false."},
    },
    "additionalProperties": {"$ref": "#/$defs/Test"},
    "examples": [{"seniority": "c_level", "company_size": {"from": 10, "below": 250}}],
}
_TEST = {
    "title": "Test",
    "description": "A value, a list (is one of them), or tests.",
    "anyOf": [
        *_VALUES["anyOf"],
        {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": False,
            "properties": {
                "none_of": {**_VALUES, "description": "Answered, and none of these."},
                "from": {**_BOUND, "description": "This number (or date) or more."},
                "below": {**_BOUND, "description": "Less than this number (or before this date)."},
                "starts_with": {**_TEXTS, "description": "The text begins with one of these."},
                "ends_with": {**_TEXTS, "description": "The text ends with one of these."},
                "contains": {**_TEXTS, "description": "One of these stands in the text."},
                "like": {
                    **_TEXTS,
                    "description": "The whole text, with * for anything and ? for one character.",
                },
                "missing": {
                    "type": "boolean",
                    "description": "true: nobody answered it; false: somebody did.",
                },
            },
        },
    ],
}


def schema() -> dict[str, Any]:
    """Give the schema as a document of JSON Schema 2020-12."""
    made = _tidied(ModelDocument.model_json_schema())
    definitions = made.pop("$defs")
    for name, keys in REQUIRED.items():
        definitions[name]["required"] = keys
    definitions |= {"Condition": _CONDITION, "Test": _TEST}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **made,
        "$defs": dict(sorted(definitions.items())),
    }


def _tidied(node: Any) -> Any:
    """Put in the condition's definition; allow what the compiler allows and no more; drop titles
    made from names, and defaults in milliseconds.
    """
    if isinstance(node, list):
        return [_tidied(one) for one in node]
    if not isinstance(node, dict):
        return node
    kept = {key: _tidied(one) for key, one in node.items() if not _is_noise(key, one)}
    if kept.pop(CONDITION_MARK, False):
        kept["$ref"] = "#/$defs/Condition"
    if "patternProperties" in kept:
        kept["additionalProperties"] = False
    for name, entry in kept.get("properties", {}).items():
        if name not in MAY_BE_NOTHING and isinstance(entry, dict) and "anyOf" in entry:
            kept["properties"][name] = _without_nothing(entry)
    return kept


def _without_nothing(entry: dict[str, Any]) -> dict[str, Any]:
    """Drop the branch of an optional key that pydantic takes and the compiler refuses."""
    branches = [branch for branch in entry["anyOf"] if branch != {"type": "null"}]
    rest = {key: value for key, value in entry.items() if key != "anyOf"}
    return {**branches[0], **rest} if len(branches) == 1 else {"anyOf": branches, **rest}


def _is_noise(key: str, value: object) -> bool:
    return (key == "title" and isinstance(value, str)) or (
        key == "default" and not isinstance(value, (bool, str))
    )


def schema_text() -> str:
    """Give the text of the schema's file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(schema_text(), encoding="utf-8")
    sys.stdout.write(f"wrote {FILE.name}\n")
