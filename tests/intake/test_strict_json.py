import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.intake.strict_json import (
    UnreadableJsonError,
    holds_bad_number,
    parse_strictly,
)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=20,
)


def depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max((depth(part) for part in value.values()), default=0)
    if isinstance(value, list):
        return 1 + max((depth(part) for part in value), default=0)
    return 0


@settings(max_examples=500, deadline=None, derandomize=True)
@given(VALUES, st.integers(0, 6))
def test_ordinary_json_is_read_unless_it_is_deeper_than_allowed(value: object, most: int) -> None:
    text = json.dumps(value)
    if depth(value) <= most:
        assert parse_strictly(text, depth_max=most) == value
    else:
        with pytest.raises(UnreadableJsonError, match="too_deep"):
            parse_strictly(text, depth_max=most)


def test_brackets_inside_a_text_are_no_depth() -> None:
    text = json.dumps({"a": "[[[[" + '"' + "{{{{", "b": "\\"})
    assert parse_strictly(text, depth_max=1) == json.loads(text)


@pytest.mark.parametrize("text", ['"' * 9999, '"\\' * 9999, '["' * 9999, "\\" * 9999])
def test_quotes_that_never_end_cost_no_more_than_their_length(text: str) -> None:
    with pytest.raises(UnreadableJsonError):
        parse_strictly(text, depth_max=5)


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e400", "-0", "-0.0", "1e20", "9" * 99])
def test_what_is_no_ordinary_number_is_found_where_it_stands(number: str) -> None:
    found = parse_strictly(f'{{"a": {{"b": [1, {number}]}}, "c": 1}}', depth_max=5)
    assert holds_bad_number(found)
    assert isinstance(found, dict)
    assert math.isnan(found["a"]["b"][1])
    assert found["c"] == 1


def test_ordinary_numbers_are_what_they_are() -> None:
    found = parse_strictly("[0, 0.0, -1, 2.5, 1e3, -1e-3]", depth_max=1)
    assert found == [0, 0.0, -1, 2.5, 1000.0, -0.001]
    assert not holds_bad_number(found)


def test_an_id_of_another_system_may_have_64_bits() -> None:
    assert parse_strictly("[706405506930370084]", depth_max=1) == [706405506930370084]
