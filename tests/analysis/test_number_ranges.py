"""Ranges of a number: cut where leads differ, in one direction, and whole."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.number_ranges import NumberRange, ranges_of


def test_a_number_that_decides_at_one_place_is_cut_there() -> None:
    numbers = np.repeat([5.0, 20.0, 100.0, 400.0], 50)
    won = np.concatenate([np.arange(50) < 10] * 2 + [np.arange(50) < 40] * 2)
    assert ranges_of(numbers, won, leads_min=10) == [
        NumberRange(None, 100.0, 0), NumberRange(100.0, None, 1),
    ]  # fmt: skip


def test_a_number_that_tells_nothing_is_not_cut() -> None:
    numbers = np.repeat([5.0, 20.0, 100.0, 400.0], 50)
    won = np.concatenate([np.arange(50) < 20] * 4)
    assert ranges_of(numbers, won, leads_min=10) == []


def test_a_range_begins_with_its_bound_and_ends_before_the_other() -> None:
    one = NumberRange(10.0, 250.0, 1)
    assert [one.holds(number) for number in (9.9, 10, 249.9, 250)] == [False, True, True, False]


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.floats(-0.01, 0.01))
def test_every_number_lies_in_one_range_and_the_share_won_never_turns(
    seed: int, slope: float
) -> None:
    drawn = np.random.default_rng(seed)
    numbers = drawn.integers(0, 100, 300).astype(np.float64)
    won = drawn.random(300) < 0.5 + slope * (numbers - 50)
    found = ranges_of(numbers, won, leads_min=15)
    held = np.array([[one.holds(number) for one in found] for number in numbers])
    if not found:
        return
    assert held.sum(axis=1) == pytest.approx(1)
    rates = [float(won[held[:, place]].mean()) for place in range(len(found))]
    assert rates in (sorted(rates), sorted(rates, reverse=True))
