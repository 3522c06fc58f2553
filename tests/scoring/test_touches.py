"""Where a lead came from: first touch kept, last beside it, in any order."""

from itertools import permutations

import pytest

from functions.scoring.touches import (
    FORM_BYTES_MAX,
    Naming,
    Touches,
    merge_first_form,
    merge_touches,
)
from tests.builders import MONDAY, compiled_model, form_submitted, page_viewed


def test_first_and_last_touch_are_the_same_in_any_order() -> None:
    facts = [
        form_submitted(id=str(number), at=MONDAY + number, touch={"utm_source": str(number)})
        for number in range(3)
    ]
    for order in permutations(facts):
        touches = merge_touches(Touches(), order[:1])
        touches = merge_touches(touches, order[1:])
        assert touches.first is not None
        assert touches.last is not None
        assert (touches.first.raw, touches.last.raw) == ({"utm_source": "0"}, {"utm_source": "2"})


def test_a_fact_without_a_touch_moves_nothing() -> None:
    assert merge_touches(Touches(), [page_viewed()]) == Touches()


def test_a_lead_that_sales_entered_came_by_sales_whatever_the_model_says() -> None:
    naming = Naming(compiled_model(channels=[["all", ["is", "entered_by", ["sales"]]]]))
    entered = merge_touches(Touches(), [form_submitted(touch={"entered_by": "sales"})])
    assert naming(entered.first).channel == "sales"
    later = form_submitted(id="f2", at=MONDAY + 1, touch={"utm_medium": "cpc"})
    both = merge_touches(entered, [later])
    assert (naming(both.first).channel, both.last and both.last.id) == ("sales", "f2")


def test_the_first_form_is_the_earliest_real_one_whatever_else_happened() -> None:
    forms = [
        form_submitted(id=name, at=MONDAY + at, properties={"form": name}, test=name == "trial")
        for at, name in enumerate(("trial", "demo", "contact"))
    ]
    for order in permutations([*forms, page_viewed()]):
        first = merge_first_form(None, order)
        assert first is not None
        assert first.name == "demo"
        assert merge_first_form(first, order) == first
    assert merge_first_form(None, [page_viewed(), forms[0]]) is None


@pytest.mark.parametrize(
    ("said", "name"), [({}, ""), ({"form": "ł" * 200}, "ł" * 32), ({"form": 5}, "5")]
)
def test_a_form_is_called_what_was_said_as_far_as_there_is_room(
    said: dict[str, str], name: str
) -> None:
    first = merge_first_form(None, [form_submitted(properties=said)])
    assert first is not None
    assert first.name == name
    assert len(name.encode()) <= FORM_BYTES_MAX


@pytest.mark.parametrize(
    ("raw", "channel"),
    [
        ({}, "direct"),
        ({"utm_medium": ""}, "direct"),
        ({"utm_medium": "CPC"}, "ads"),
        ({"utm_medium": "carrier pigeon"}, "other"),
        ({"referrer": "https://news.example"}, "other"),
    ],
)
def test_the_models_rules_name_the_channel(raw: dict[str, str], channel: str) -> None:
    touches = merge_touches(Touches(), [form_submitted(touch=raw)])
    assert Naming(compiled_model())(touches.first).channel == channel


def test_campaign_and_experiment_come_from_the_fields_the_model_names() -> None:
    raw = {"utm_campaign": "spring", "utm_content": "blue button"}
    touches = merge_touches(Touches(), [form_submitted(touch=raw)])
    assert Naming(compiled_model())(touches.first)[1:] == ("spring", "blue button")
    assert Naming(compiled_model())(None) == ("direct", None, None)
