"""Conditions: true, false or unknown, and only true earns."""

from typing import Any

import pytest

from functions.scoring.conditions import compile_condition, fields_named, fold

KNOWN: dict[str, str | int | float | bool | None] = {
    "title": "  Prezeska ZARZĄDU ", "size": 50, "half": 0.5, "agreed": True,
    "founded": "2020-05-01", "path": "/Pricing/Team", "country": "PL", "file": "spec.v2.pdf",
}  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        (["is", "country", ["pl"]], True),
        (["is", "country", ["de", "PL"]], True),
        (["is", "country", ["de"]], False),
        (["is", "title", ["prezeska zarzadu"]], True),
        (["is", "size", [50.0]], True),
        (["is", "size", ["50"]], False),
        (["is", "agreed", [True]], True),
        (["is", "agreed", [1]], False),
        (["is", "size", [True]], False),
        (["is", "city", ["x"]], None),
        (["none_of", "country", ["de"]], True),
        (["none_of", "country", ["pl"]], False),
        (["none_of", "city", ["pl"]], None),
        (["range", "size", 50, 51], True),
        (["range", "size", 51, None], False),
        (["range", "size", None, 50], False),
        (["range", "half", 0, 1], True),
        (["range", "agreed", 0, 2], None),
        (["range", "title", 0, 2], None),
        (["range", "size", "a", None], None),
        (["range", "founded", "2020-05-01", "2020-05-02"], True),
        (["range", "founded", None, "2020-05-01"], False),
        (["range", "city", 1, None], None),
        (["starts_with", "path", ["/x", "/pricing"]], True),
        (["starts_with", "path", ["pricing"]], False),
        (["starts_with", "size", ["5"]], None),
        (["ends_with", "path", ["/TEAM"]], True),
        (["contains", "title", ["zarząd"]], True),
        (["contains", "title", ["x", "y"]], False),
        (["contains", "city", ["x"]], None),
        (["like", "file", ["*.doc", "spec.?2.*"]], True),
        (["like", "file", ["spec"]], False),
        (["like", "file", ["spec[.]v2.pdf"]], False),
        (["like", "size", ["*"]], None),
        (["missing", "city", True], True),
        (["missing", "city", False], False),
        (["missing", "size", True], False),
        (["not", ["is", "country", ["pl"]]], False),
        (["not", ["is", "city", ["x"]]], None),
        (["all", [["is", "city", ["x"]], ["is", "country", ["de"]]]], False),
        (["all", [["is", "city", ["x"]], ["is", "country", ["pl"]]]], None),
        (["all", [["is", "size", [50]], ["is", "country", ["pl"]]]], True),
        (["all", [["is", "country", ["pl"]]]], True),
        (["any", [["is", "city", ["x"]], ["is", "country", ["pl"]]]], True),
        (["any", [["is", "city", ["x"]], ["is", "country", ["de"]]]], None),
        (["any", [["is", "size", [1]], ["is", "country", ["de"]]]], False),
    ],
)
def test_a_condition_is_true_false_or_unknown(condition: list[Any], truth: bool | None) -> None:
    assert compile_condition(condition)(KNOWN) is truth


def test_text_compares_without_case_diacritics_and_spare_spaces() -> None:
    assert fold(" ŁÓDŹ  Straße\tØre ﬁ ") == "lodz strasse ore fi"


def test_an_operator_of_another_version_is_an_error_not_a_guess() -> None:
    with pytest.raises(KeyError):
        compile_condition(["sounds_like", "title", ["x"]])


def test_a_condition_that_is_no_list_is_an_error() -> None:
    with pytest.raises(TypeError):
        compile_condition(["not", "x"])


def test_the_fields_a_condition_looks_at_are_known() -> None:
    condition = ["all", [["not", ["is", "a", [1]]], ["any", [["missing", "b", True]]]]]
    assert fields_named(condition) == {"a", "b"}
    assert fields_named(None) == frozenset()
