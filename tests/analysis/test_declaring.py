"""What facts speak of and a model does not declare."""

from typing import Any

from analysis.declaring import declared_by
from modelling.compile import compile_document

BASE = {"model": "Trial", "fields": {"company_size": {"type": "number", "also": ["employees"]}}}


def line(kind: str, **answers: Any) -> dict[str, Any]:
    return {"kind": kind, "answers": answers} if answers else {"kind": kind}


def test_fields_are_declared_as_what_their_values_are() -> None:
    found = declared_by(
        [line("form_submitted", branch="it", budget=5, wants_call=True), line("demo_seen")],
        compile_document(BASE),
    )
    assert found.fields == {"branch": "text", "budget": "number", "wants_call": "yes_no"}
    assert found.kinds == ("demo_seen",)


def test_what_the_model_knows_under_any_name_is_not_declared_again() -> None:
    lines = [line("form_submitted", Employees=5, company_size=6), line("page_viewed")]
    found = declared_by(lines, compile_document(BASE))
    assert (found.fields, found.kinds) == ({}, ())


def test_values_of_several_types_long_texts_and_odd_names_are_left_out() -> None:
    lines = [
        line("form_submitted", mixed=1, long="x" * 300, zażółć="x", utm_x="y"),
        line("form_submitted", mixed="one"), line("page_viewed", path="/"),
    ]  # fmt: skip
    assert declared_by(lines, compile_document(BASE)).fields == {}


def test_a_compiled_model_extended_by_them_keeps_what_it_had() -> None:
    compiled = compile_document(BASE)
    extended = declared_by([line("form_submitted", branch="it")], compiled).extend(compiled)
    assert extended["fields"].keys() == {"company_size", "branch"}
    assert set(extended["kinds"]) >= set(compiled["kinds"])
