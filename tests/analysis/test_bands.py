"""Where hot begins and cold ends, worked out on a few leads."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.bands import BandWish, Bounds, bounds_for
from tests.soak import times

FIT = np.array([30.0, 30.0, 10.0, 10.0, -10.0, -10.0, -30.0, -30.0, -30.0, -30.0])
DONE = np.array([30.0, 10.0, 30.0, 10.0, 10.0, -10.0, 10.0, -10.0, -10.0, -10.0])
WON = np.array([True, True, True, False, True, False, False, False, False, False])


def test_hot_begins_at_the_cap_or_above_and_as_many_are_hot_as_wished() -> None:
    # sums 60 40 40 20 0 -20 ...; three of ten are to be hot: those of 40 and more, so that 20
    # points make the fourth exactly as high as the cap
    bounds = bounds_for(FIT, DONE, WON, cap=50, wish=BandWish(hot_share=0.3))
    assert bounds.hot_above >= 50
    assert (bounds.scores(FIT, DONE) > bounds.hot_above).tolist() == [True] * 3 + [False] * 7


def test_rules_are_turned_round_before_everybody_begins_with_points() -> None:
    turned = bounds_for(FIT, DONE, WON, cap=50, wish=BandWish(hot_share=0.3), turnable=[15, 8])
    assert (turned.turned, turned.turned_points, turned.start) == (1, 15, 0)
    none = bounds_for(FIT, DONE, WON, cap=50, wish=BandWish(hot_share=0.3))
    assert (none.turned, none.turned_points) == (0, 0)
    assert none.start > 0


def test_a_wished_precision_gives_the_most_hot_leads_that_keep_it() -> None:
    bounds = bounds_for(FIT, DONE, WON, cap=50, wish=BandWish(hot_precision=0.75))
    hot = bounds.scores(FIT, DONE) > bounds.hot_above
    assert float(WON[hot].mean()) >= 0.75
    assert hot.sum() == 4  # three of them won


def test_with_rules_in_one_half_the_threshold_itself_is_chosen() -> None:
    bounds = bounds_for(FIT, np.zeros(10), WON, cap=50, wish=BandWish(hot_share=0.4))
    assert (bounds.start, bounds.turned) == (0, 0)
    assert (bounds.hot_above < FIT).sum() == 4


def test_cold_leads_are_won_at_most_half_as_often_as_all() -> None:
    bounds = bounds_for(FIT, DONE, WON, cap=50, wish=BandWish(hot_share=0.3))
    cold = bounds.scores(FIT, DONE) < bounds.cold_below
    assert cold.any()
    assert float(WON[cold].mean()) <= 0.2


@settings(max_examples=times(push=20, soak=500))
@given(
    st.lists(st.tuples(st.integers(-60, 60), st.integers(-60, 60), st.booleans()), min_size=5,
             max_size=40),
    st.sampled_from([1, 5, 50]),
    st.sampled_from([0.05, 0.5, 0.95]),
)  # fmt: skip
def test_somebody_is_hot_and_cold_never_lies_above_hot(
    leads: list[tuple[int, int, bool]], cap: int, share: float
) -> None:
    fit, done = (np.array([float(lead[n]) for lead in leads]) for n in (0, 1))
    won = np.array([lead[2] for lead in leads])
    bounds = bounds_for(fit, done, won, cap=cap, wish=BandWish(hot_share=share))
    assert (bounds.scores(fit, done) > bounds.hot_above).any()
    assert bounds.cold_below <= bounds.hot_above
    assert isinstance(bounds, Bounds)
    assert bounds.scores(fit, done).max() <= 2 * cap
