"""The examples of docs/modelling.md, taken together, are a model that compiles and lints clean."""

import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from modelling.compile import compile_document
from modelling.lint import lint_document
from modelling.reading import read_model_text

PAGE = Path(__file__).resolve().parents[2] / "docs" / "modelling.md"
BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.DOTALL | re.MULTILINE)
MAPPING = "lead: "  # so begins a mapping of a table, which is no part of a model


def examples() -> list[dict[str, Any]]:
    blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    return [read_model_text(block).content for block in blocks if not block.startswith(MAPPING)]


def page_model() -> dict[str, Any]:
    model: dict[str, Any] = {}
    for block in examples():
        for section, content in block.items():
            if isinstance(content, list):
                model.setdefault(section, []).extend(content)
            else:
                model.setdefault(section, {}).update(content)
    return model


def test_the_examples_of_the_page_are_a_model() -> None:
    compiled = compile_document(page_model())

    assert len(compiled["rules"]) == 11
    assert [ideal["ideal"] for ideal in compiled["ideal_leads"]] == ["b2b-ceo", "online-shop-ceo"]


def test_the_linter_has_nothing_to_say_against_the_page() -> None:
    assert [str(finding) for finding in lint_document(page_model())] == []


def test_every_condition_of_the_pages_table_compiles() -> None:
    table = re.findall(r"^\| (`.*`) \| .* \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    written = [text for row in table for text in re.findall(r"`([^`]+: [^`]+)`", row)]
    fields = {"phone": {"type": "phone"}, **page_model()["fields"]}
    conditions = [text.replace("{...}", "{country: PL}") for text in written]

    assert len(conditions) == 10
    for text in conditions:
        when = YAML(typ="safe").load(f"{{{text}}}")
        compile_document({"fields": fields, "fit": [{"rule": "r", "when": when, "points": 1}]})
