"""Lift and its interval, worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.lift import Z_99, Lift


def test_the_lift_is_the_share_among_won_leads_over_the_share_among_the_rest() -> None:
    lift = Lift(won=30, won_leads=100, rest=20, rest_leads=200)
    assert (lift.won_share, lift.rest_share) == (0.3, 0.1)
    assert lift.ratio == pytest.approx(3.0)
    assert (lift.leads, lift.conversion) == (50, 0.6)


def test_its_interval_is_made_of_those_of_both_shares() -> None:
    # Wilson: 0.3 of 100 is 0.218949 to 0.395849, 0.1 of 200 is 0.065676 to 0.149429;
    # l(2p - l) = 0.218949 * 0.381051 = 0.083431, u(2p - u) = 0.395849 * 0.204151 = 0.080813,
    # m(2q - m) = 0.065676 * 0.134324 = 0.008822, v(2q - v) = 0.149429 * 0.050571 = 0.007557;
    # pq = 0.03: 0.083431 / (0.03 + sqrt(0.0009 - 0.083431 * 0.007557)) = 0.083431 / 0.046411,
    # (0.03 + sqrt(0.0009 - 0.080813 * 0.008822)) / 0.008822 = 0.043679 / 0.008822
    low, high = Lift(won=30, won_leads=100, rest=20, rest_leads=200).interval()
    assert (low, high) == pytest.approx((1.7976, 4.9514), abs=0.0015)


def test_where_everybody_has_it_a_few_leads_still_leave_room_for_chance() -> None:
    # Wilson: 5 of 5 is 0.565518 to 1, 3 of 3 is 0.438503 to 1; l(2 - l) = 0.811225, so
    # low = 0.811225 / (1 + sqrt(1 - 0.811225)) = 0.565518; m(2 - m) = 0.684721, so
    # high = (1 + sqrt(1 - 0.684721)) / 0.684721 = 2.280486
    everybody = Lift(won=5, won_leads=5, rest=3, rest_leads=3)
    assert everybody.interval() == pytest.approx((0.565518, 2.280486), abs=1e-5)
    assert not everybody.is_sure()


def test_three_winners_of_three_are_not_taken_for_certain() -> None:
    low, high = Lift(won=3, won_leads=3, rest=3, rest_leads=1000).interval()
    assert (low, high) == pytest.approx((84.81, 979.6), abs=0.1)


@pytest.mark.parametrize(
    ("won_leads", "rest_leads", "won_share", "rest_share"),
    [
        (30, 3000, 0.5, 0.5), (25, 500, 0.9, 0.6), (100, 2000, 0.97, 0.97), (20, 2000, 0.02, 0.02),
        (100, 200, 0.3, 0.1), (40, 400, 0.95, 0.95),
    ],
)  # fmt: skip
def test_nineteen_of_twenty_intervals_hold_the_true_lift(
    won_leads: int, rest_leads: int, won_share: float, rest_share: float
) -> None:
    draw = np.random.default_rng(4)
    drawn = zip(
        draw.binomial(won_leads, won_share, 2000), draw.binomial(rest_leads, rest_share, 2000),
        strict=True,
    )  # fmt: skip
    lifts = [Lift(int(won), won_leads, int(rest), rest_leads).interval() for won, rest in drawn]
    held = sum(low <= won_share / rest_share <= high for low, high in lifts)
    assert 0.935 <= held / len(lifts) <= 0.985


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_every_interval_holds_its_lift(won: int, not_won: int, rest: int, others: int) -> None:
    lift = Lift(won, won + not_won, rest, rest + others)
    low, high = lift.interval()
    assert 0 < low < high < float("inf")
    assert low <= lift.ratio <= high


def test_where_nobody_has_it_half_a_lead_is_added_to_each_count() -> None:
    # (0.5 / 10.5) / (4.5 / 20.5) = 0.21693
    assert Lift(won=0, won_leads=10, rest=4, rest_leads=20).ratio == pytest.approx(
        0.21693, abs=1e-4
    )


def test_a_difference_is_sure_where_the_interval_leaves_out_one() -> None:
    assert Lift(won=30, won_leads=100, rest=20, rest_leads=200).is_sure()
    few = Lift(won=3, won_leads=10, rest=2, rest_leads=20)
    assert few.ratio == pytest.approx(3.0)
    assert not few.is_sure()


def test_more_certainty_asks_for_a_wider_interval() -> None:
    lift = Lift(won=16, won_leads=100, rest=14, rest_leads=200)
    assert lift.is_sure()
    assert not lift.is_sure(Z_99)
