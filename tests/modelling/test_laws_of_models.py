"""Laws of the model document: whatever people write is compiled or refused, and never breaks."""

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from functions.scoring.rule_book import RuleBook
from modelling.compile import compile_document, compile_model_text
from modelling.lint import lint_document, lint_model_text
from modelling.mistakes import ModelInvalid
from modelling.reading import read_model_text
from tests.modelling.model_texts import SOUND

CONTENT: Any = read_model_text(SOUND).content
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [
        *(None, "", "x", 0, -1, 10**9, 1.5, True, [], {}, [None], {"a": None}, "30 days", [["x"]]),
        *({"any": []}, {"not": {}}, "page_viewed", "email_opened", "forever", "demo", "c_level"),
    ]
)
SIGNS = st.sampled_from([*"*&!%@`?:,[]{}#'\"|>-\t\n 0a", ": ", "- ", "? ", "\n  ", "---\n"])


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a document, outermost first."""
    steps = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    )
    return [path, *(place for step, child in steps for place in places(child, (*path, step)))]


PLACES = [place for place in places(CONTENT) if place]


def with_odd(place: tuple[Any, ...], odd: Any) -> Any:
    document = copy.deepcopy(CONTENT)
    holder = document
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = odd
    return document


@settings(max_examples=300, deadline=None)
@given(place=st.sampled_from(PLACES), odd=ODD)
def test_any_value_anywhere_is_compiled_or_refused_with_a_reason(place: Any, odd: Any) -> None:
    document = with_odd(place, odd)
    before = copy.deepcopy(document)

    try:
        compiled = compile_document(document)
    except ModelInvalid as refused:
        assert all(mistake.reason and mistake.advice for mistake in refused.mistakes)  # noqa: PT017
        assert all(finding.level == "error" for finding in lint_document(document))
    else:
        RuleBook(json.loads(json.dumps(compiled)))
        lint_document(document)
    assert document == before


@settings(max_examples=200, deadline=None)
@given(at=st.integers(0, len(SOUND)), gone=st.integers(0, 12), sign=SIGNS)
def test_any_slip_of_the_keyboard_is_read_or_refused_with_a_line(
    at: int, gone: int, sign: str
) -> None:
    text = SOUND[:at] + sign + SOUND[at + gone :]

    try:
        compile_model_text(text)
    except ModelInvalid as refused:
        lines = text.count("\n") + 1
        assert all(1 <= (one.line or 1) <= lines for one in refused.mistakes)  # noqa: PT017
    lint_model_text(text)
