"""Where hot begins and cold ends, worked out on a few leads."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.bands import BandWish, Bounds, Reach, Sums, bounds_for
from tests.soak import times

SUMS = Sums(
    fit=np.array([30.0, 30.0, 10.0, 10.0, -10.0, -10.0, -30.0, -30.0, -30.0, -30.0]),
    engagement=np.array([30.0, 10.0, 30.0, 10.0, 10.0, -10.0, 10.0, -10.0, -10.0, -10.0]),
    known=np.ones(10),
)
WON = np.array([True, True, True, False, True, False, False, False, False, False])
REACH = Reach(fit=60, engagement=60, stranger_active=30)


def chosen(
    wish: BandWish, *, sums: Sums = SUMS, reach: Reach = REACH, turnable: tuple[int, ...] = ()
) -> Bounds:
    bounds = bounds_for(sums, WON, reach, cap=50, wish=wish, turnable=turnable)
    assert bounds is not None
    return bounds


def hot(bounds: Bounds, sums: Sums = SUMS) -> list[bool]:
    return [bool(one) for one in bounds.scores(sums) > bounds.hot_above]


def test_hot_begins_at_the_cap_or_above_and_as_many_are_hot_as_wished() -> None:
    # sums 60 40 40 20 0 -20 ...; three of ten are to be hot: those of 40 and more, so that 11
    # points lift them over the cap
    bounds = chosen(BandWish(hot_share=0.3))
    assert bounds.hot_above >= 50
    assert hot(bounds) == [True] * 3 + [False] * 7


def test_where_rules_end_below_the_caps_hot_begins_where_they_end() -> None:
    # at best 30 in either half: above 30 nobody is hot by one of them
    bounds = chosen(BandWish(hot_share=0.3), reach=Reach(30, 30, stranger_active=30))
    assert (bounds.hot_above, bounds.start) == (39, 0)


def test_what_a_stranger_has_is_added_to_what_activities_give_at_best() -> None:
    bounds = chosen(BandWish(hot_share=0.6), reach=Reach(30, 30, 8, 20))
    assert bounds.hot_above >= 38


def test_rules_are_turned_round_before_known_leads_begin_with_points() -> None:
    reach = Reach(60, 60, stranger=-23, stranger_active=7)
    turned = chosen(BandWish(hot_share=0.3), reach=reach, turnable=(15, 8))
    assert (turned.turned, turned.turned_points, turned.start) == (1, 15, 0)
    none = chosen(BandWish(hot_share=0.3))
    assert (none.turned, none.turned_points) == (0, 0)
    assert none.start > 0


def test_who_is_unknown_does_not_begin_with_points() -> None:
    half = Sums(SUMS.fit, SUMS.engagement, np.array([1.0, 0.0] * 5))
    bounds = chosen(BandWish(hot_share=0.2), sums=half)
    without = bounds.scores(Sums(half.fit, half.engagement, np.zeros(10)))
    assert bounds.start > 0
    assert (bounds.scores(half)[1::2] == without[1::2]).all()


def test_where_nothing_is_known_of_all_the_halves_stop_earlier() -> None:
    bounds = chosen(
        BandWish(hot_share=0.3), sums=Sums(SUMS.fit, SUMS.engagement, np.zeros(10))
    )  # fmt: skip
    assert bounds.cap == bounds.hot_above < 50
    assert bounds.floor == -50
    assert hot(bounds)[:3] == [True] * 3


def test_where_nobody_has_points_in_both_halves_there_are_no_bounds() -> None:
    apart = Sums(np.array([30.0] * 5 + [0.0] * 5), np.array([0.0] * 5 + [30.0] * 5), np.zeros(10))
    assert bounds_for(apart, WON, REACH, cap=50, wish=BandWish()) is None


def test_a_wished_precision_gives_the_most_hot_leads_that_keep_it() -> None:
    bounds = chosen(BandWish(hot_precision=0.75))
    assert float(WON[hot(bounds)].mean()) >= 0.75
    assert sum(hot(bounds)) == 4  # three of them won


def test_with_rules_in_one_half_hot_begins_above_what_a_stranger_has() -> None:
    only_fit = Sums(SUMS.fit, np.zeros(10), SUMS.known)
    bounds = chosen(
        BandWish(hot_share=0.4), sums=only_fit, reach=Reach(60, 0, 3, 5, is_one_half=True)
    )
    assert (bounds.start, bounds.turned) == (0, 0)
    assert sum(hot(bounds, only_fit)) == 4
    many = chosen(
        BandWish(hot_share=0.9),
        sums=Sums(SUMS.fit, np.zeros(10), np.zeros(10)),
        reach=Reach(60, 0, 3, 5, is_one_half=True),
    )
    assert many.hot_above >= 5


def test_cold_leads_are_won_at_most_half_as_often_as_all() -> None:
    bounds = chosen(BandWish(hot_share=0.3))
    cold = bounds.scores(SUMS) < bounds.cold_below
    assert cold.any()
    assert float(WON[cold].mean()) <= 0.2


@settings(max_examples=times(push=20, soak=500))
@given(
    st.lists(st.tuples(st.integers(-60, 60), st.integers(-60, 60), st.booleans(), st.booleans()),
             min_size=5, max_size=40),
    st.sampled_from([1, 5, 50]),
    st.sampled_from([0.05, 0.5, 0.95]),
    st.integers(-20, 20),
)  # fmt: skip
def test_somebody_is_hot_no_stranger_is_and_cold_never_lies_above_hot(
    leads: list[tuple[int, int, bool, bool]], cap: int, share: float, stranger: int
) -> None:
    fit, done, known = (np.array([float(lead[n]) for lead in leads]) for n in (0, 1, 3))
    won, sums = np.array([lead[2] for lead in leads]), Sums(fit, done, known)
    reach = Reach(max(0, int(fit.max())), max(0, int(done.max())), stranger, stranger + 3)
    bounds = bounds_for(sums, won, reach, cap=cap, wish=BandWish(hot_share=share))
    if bounds is None:
        return
    assert any(hot(bounds, sums))
    assert bounds.cold_below <= bounds.hot_above
    assert bounds.scores(sums).max() <= 2 * cap
    at_best = Sums(np.array([reach.fit, stranger]), np.array([0, reach.engagement]),
                   np.array([1.0, 0.0]))  # fmt: skip
    assert not any(hot(bounds, at_best))
