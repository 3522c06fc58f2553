"""A filter that would silently lose alerts is refused with what to write."""

from typing import Any

import pytest

from infra.territories import FILTERS, READERS, mistakes_in

CODES = "write two capital letters, as in"
CHANNELS = 'channel: write a channel, as in ["ads"], or an object of exists, anything-but or prefix'
HOT = 'only hot leads are told of: write ["hot"] or leave it out'
SCORES = 'score: a score is a number: write [{"numeric": [">", 90]}]'


@pytest.mark.parametrize(
    "territory",
    [
        {},
        {"country": ["PL", "CZ"]},
        {"country": ["PL", {"exists": False}]},
        {"country": [{"anything-but": ["PL", "CZ"]}]},
        {"country": [{"anything-but": "PL"}]},
        {"country": [{"prefix": "P"}]},
        {"country": [{"anything-but": {"prefix": "P"}}]},
        {"score": [{"numeric": [">", 90]}]},
        {"score": [{"numeric": [">=", 80, "<", 90.5]}]},
        {"score": [{"exists": True}]},
        {"kind": ["hot"], "band": ["hot"]},
        {"kind": ["escalation"], "owner": ["kasia@example.com", {"exists": False}]},
        {"channel": ["ads", "direct"]},
        {"channel": [{"exists": True}]},
        {"channel": [{"prefix": "ad"}]},
        {"channel": [{"anything-but": ["ads"]}]},
        {"channel": [{"anything-but": {"prefix": "ad"}}]},
    ],
)
def test_a_filter_that_alerts_can_fit_is_taken(territory: Any) -> None:
    assert not list(mistakes_in(territory))


@pytest.mark.parametrize(
    ("territory", "said"),
    [
        ({"country": ["Poland"]}, "country: write PL, not Poland"),
        ({"country": ["pl"]}, "country: write PL, not pl"),
        ({"country": ["UK"]}, "country: write GB, not UK"),
        ({"country": ["XX"]}, f"country: XX is no country: {CODES} PL"),
        ({"country": [{"anything-but": ["Poland"]}]}, "country: write PL, not Poland"),
        ({"country": [{"prefix": "Pol"}]}, f'country: {CODES} ["PL"], or an object of exists'),
        ({"country": [{"anything-but": []}]}, f"country: {CODES}"),
        ({"country": [48]}, f"country: {CODES}"),
        ({"country": "PL"}, "country: write an object of lists"),
        ({"country": []}, "country: write an object of lists"),
        ({"score": ["80"]}, SCORES),
        ({"score": [80]}, SCORES),
        ({"score": [{"numeric": [">", "80"]}]}, SCORES),
        ({"score": [{"numeric": ["over", 80]}]}, SCORES),
        ({"score": [{"numeric": [">"]}]}, SCORES),
        ({"band": ["warm"]}, f"band: {HOT}"),
        ({"kind": ["hot", "cold"]}, "kind: an alert is of kind hot, escalation or summary"),
        ({"channel": [5]}, CHANNELS),
        ({"channel": [{"prefix": "a", "exists": True}]}, CHANNELS),
        ({"channel": [{"exists": "yes"}]}, CHANNELS),
        ({"owner": ["anna"]}, "owner: write an address in small letters"),
        ({"owner": ["Anna@example.com"]}, "owner: write an address in small letters"),
        ({"colour": ["red"]}, "colour is no attribute of an alert; known are band, channel"),
        (["PL"], "write an object of lists"),
    ],
)
def test_a_filter_that_would_lose_alerts_is_refused(territory: Any, said: str) -> None:
    (sentence,) = mistakes_in(territory)
    assert sentence.startswith(said)


def test_each_attribute_that_is_set_has_its_reader() -> None:
    assert set(READERS) == FILTERS
