"""Lift and its interval, worked out by hand."""

import pytest

from analysis.lift import Z_99, Lift


def test_the_lift_is_the_share_among_won_leads_over_the_share_among_the_rest() -> None:
    lift = Lift(won=30, won_leads=100, rest=20, rest_leads=200)
    assert (lift.won_share, lift.rest_share) == (0.3, 0.1)
    assert lift.ratio == pytest.approx(3.0)
    assert (lift.leads, lift.conversion) == (50, 0.6)


def test_its_interval_is_normal_on_the_logarithm() -> None:
    # sqrt(1/30 - 1/100 + 1/20 - 1/200) = sqrt(0.068333) = 0.261407; times 1.96 is 0.512348;
    # ln 3 = 1.098612; exp(0.586264) = 1.7973, exp(1.610960) = 5.0076
    low, high = Lift(won=30, won_leads=100, rest=20, rest_leads=200).interval()
    assert (low, high) == pytest.approx((1.7973, 5.0076), abs=0.0005)


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
