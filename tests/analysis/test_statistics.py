"""Intervals and tests on counts, each beside a case worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.statistics import (
    CalibrationBin,
    Share,
    areas_compared,
    calibration_bins,
    calibration_error,
    chance_of_square,
    chance_of_z,
    changed_sides,
    holm,
    homogeneity,
    trend,
    wilson,
)


def test_eight_of_ten_may_be_a_half_or_nearly_all() -> None:
    # (0.8 + 3.8415/20 ± 1.96 √(0.016 + 3.8415/400)) / 1.38415 = (0.99207 ± 0.31362) / 1.38415
    assert wilson(8, 10) == pytest.approx((0.49016, 0.94331), abs=1e-4)
    assert Share(8, 10).value == 0.8


def test_of_nothing_there_is_no_share() -> None:
    assert Share(0, 0).value is None
    assert wilson(0, 0) == (0.0, 1.0)


def test_none_of_ten_is_not_surely_none() -> None:
    # z² / (n + z²) = 3.8415 / 13.8415
    assert wilson(0, 10) == pytest.approx((0.0, 0.27753), abs=1e-4)


def test_one_of_twenty_times_chance_lies_outside_of_two_spreads() -> None:
    assert chance_of_z(1.959964) == pytest.approx(0.05, abs=1e-6)
    assert chance_of_z(-1.959964) == chance_of_z(1.959964)


def test_chi_squared_has_the_limits_of_every_textbook() -> None:
    assert chance_of_square(3.841459, 1) == pytest.approx(0.05, abs=1e-6)
    assert chance_of_square(5.991465, 2) == pytest.approx(0.05, abs=1e-6)
    assert chance_of_square(18.307038, 10) == pytest.approx(0.05, abs=1e-6)
    assert chance_of_square(0.0, 3) == 1.0


def test_holm_multiplies_the_least_by_all_and_keeps_the_order() -> None:
    # 0.01 x 3, then 0.03 x 2, then max(0.06, 0.04 x 1)
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=20))
def test_looking_at_more_never_makes_anything_surer(chances: list[float]) -> None:
    corrected = holm(chances)
    assert all(before <= after <= 1 for before, after in zip(chances, corrected, strict=True))


def test_a_share_that_rises_by_a_tenth_each_period() -> None:
    # won 1, 2, 3 of 10: p = 0.2; Σ t(w - n p) = -0 + 0 + 2 = 2; 0.16 x (50 - 900/30) = 3.2
    z, chance = trend([1, 2, 3], [10, 10, 10])
    assert z == pytest.approx(2 / 3.2**0.5)
    assert chance == pytest.approx(0.2636, abs=1e-4)


def test_a_share_that_stays_has_no_trend_and_all_or_none_have_none_either() -> None:
    assert trend([2, 2, 2], [10, 10, 10]) == (0.0, 1.0)
    assert trend([0, 0], [5, 5]) == (0.0, 1.0)


def test_two_groups_of_which_one_wins_thrice_as_often() -> None:
    # p = 0.2, expected 10 and 10: (5² + 5²) / (50 x 0.16) = 6.25
    value, chance = homogeneity([5, 15], [50, 50])
    assert value == pytest.approx(6.25)
    assert chance == pytest.approx(0.01242, abs=1e-4)
    assert homogeneity([0, 0], [5, 0]) == (0.0, 1.0)


def test_nine_changed_to_one_side_and_one_to_the_other() -> None:
    # (9 - 1) / √10
    z, chance = changed_sides([1.0] * 9 + [-1.0] + [0.0] * 30)
    assert z == pytest.approx(2.5298, abs=1e-4)
    assert chance == pytest.approx(0.0114, abs=1e-4)
    assert changed_sides([]) == (0.0, 1.0)


def test_calibration_is_the_mean_distance_over_bins() -> None:
    # 4 leads at 0.25 with 1 won are right; 4 at 0.5 with 4 won are 0.5 off: (0 x 4 + 0.5 x 4) / 8
    chances = np.array([0.25] * 4 + [0.5] * 4)
    won = np.array([True, False, False, False] + [True] * 4)
    bins = calibration_bins(chances, won, bins=2)
    assert bins == [CalibrationBin(4, 0.25, 1), CalibrationBin(4, 0.5, 4)]
    assert calibration_error(bins) == pytest.approx(0.25)
    assert calibration_error([]) == 0.0


def test_equal_chances_are_never_parted() -> None:
    bins = calibration_bins(np.full(10, 0.3), np.zeros(10, dtype=bool))
    assert [(one.leads, one.won) for one in bins] == [(10, 0)]


def test_areas_under_two_curves_on_the_same_four_leads() -> None:
    won = np.array([True, True, False, False])
    one, other = np.array([3.0, 1.0, 2.0, 0.0]), np.array([3.0, 2.0, 1.0, 0.0])
    # one: won above 2/2 and 1/2; the others below 1/2 and 2/2. other: all 1. Apart: 0, ½ and ½, 0:
    # variance ⅛ each, over 2, twice
    apart, error = areas_compared(one, other, won)
    assert (apart, error) == pytest.approx((0.25, (0.125 / 2 + 0.125 / 2) ** 0.5))


def test_the_same_scores_differ_by_nothing() -> None:
    scores, won = np.array([1.0, 2.0, 2.0, 5.0]), np.array([False, True, False, True])
    assert areas_compared(scores, scores, won) == (0.0, 0.0)
    assert areas_compared(scores, scores, np.array([True, False, False, False])) == (0.0, 0.0)
