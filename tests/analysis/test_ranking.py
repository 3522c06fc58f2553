"""How well scores rank, worked out by hand on tables of a few leads."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.ranking import auc, auc_interval, calibration_error, chances_from, top_lift

WON = np.array([True, True, False, False])


def test_an_auc_is_the_share_of_pairs_in_the_right_order_with_ties_as_halves() -> None:
    # 3 beats 2 and 1; 2 ties with 2 and beats 1: 3.5 of 4 pairs
    assert auc(np.array([3.0, 2.0, 2.0, 1.0]), WON) == 0.875


def test_its_interval_is_that_of_hanley_and_mcneil() -> None:
    # q1 = 0.875/1.125 = 0.777778, q2 = 2*0.765625/1.875 = 0.816667;
    # (0.109375 + 0.012153 + 0.051042) / 4 = 0.043142, its root 0.207708, times 1.96 0.407100
    low, high = auc_interval(0.875, 2, 2)
    assert low == pytest.approx(0.4679, abs=0.0005)
    assert high == 1.0


def test_without_won_leads_there_is_nothing_to_rank() -> None:
    assert auc(np.array([1.0, 2.0]), np.array([False, False])) == 0.5


def test_the_top_tenth_of_ten_leads_is_the_first_of_them() -> None:
    won = np.array([True, True] + [False] * 8)
    assert top_lift(np.arange(10.0)[::-1], won) == pytest.approx(5.0)  # 1 / 0.2


def test_equal_scores_at_the_bound_count_by_their_part() -> None:
    won = np.array([True, False] * 5)
    assert top_lift(np.zeros(10), won) == pytest.approx(1.0)


def test_a_calibration_error_is_the_mean_distance_from_the_share_won() -> None:
    # two bins: chances 0.2 where 1 of 2 was won (0.3 apart), 0.9 where 2 of 2 were (0.1 apart)
    chances = np.array([0.2, 0.2, 0.9, 0.9])
    won = np.array([True, False, True, True])
    assert calibration_error(chances, won, bins=2) == pytest.approx(0.2)


def test_chances_follow_the_scores_of_other_leads() -> None:
    scores, won = np.repeat([0.0, 10.0], 100), np.array([True] * 20 + [False] * 80 + [True] * 80
                                                        + [False] * 20)  # fmt: skip
    low, high = chances_from(scores, won, np.array([0.0, 10.0]))
    assert (low, high) == pytest.approx((0.2, 0.8), abs=0.01)


@given(st.lists(st.tuples(st.integers(-5, 5), st.booleans()), min_size=2, max_size=30))
def test_reversed_scores_have_the_opposite_auc(leads: list[tuple[int, bool]]) -> None:
    scores = np.array([float(score) for score, _ in leads])
    won = np.array([is_won for _, is_won in leads])
    assert auc(scores, won) + auc(-scores, won) == pytest.approx(1.0)
