"""When the system asks for a look at the model is written in the model."""

import pytest

from modelling.compile import compile_document
from modelling.durations import DAY_MS
from modelling.mistakes import ModelInvalid


def test_a_review_says_below_which_percentage_and_after_how_long() -> None:
    compiled = compile_document({"review": {"hot_wins_below": 20}})
    assert compiled["review"] == {"hot_wins_below": 20, "after": 180 * DAY_MS}


def test_a_model_without_a_review_is_the_model_it_was() -> None:
    assert "review" not in compile_document({})
    assert compile_document({})["version"] != compile_document({"review": {}})["version"]


@pytest.mark.parametrize(
    "review", [{"hot_wins_below": 0}, {"hot_wins_below": 101}, {"after": "1 hour"}, {"afer": 1}]
)
def test_what_cannot_be_asked_for_is_refused(review: dict[str, object]) -> None:
    with pytest.raises(ModelInvalid):
        compile_document({"review": review})
