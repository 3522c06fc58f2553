"""R100: which differences between two periods are more than chance; each verdict was computed by
hand beside the tables of Student's t.
"""

import pytest

from functions.sales.chance import (
    critical_t,
    means_differ,
    medians_differ,
    shares_differ,
    variances_differ,
)

SPREAD = [0] * 5 + [2] * 5  # mean 1, variance 10/9
NARROW = [1, 1, 1, 2, 2, 2, 2, 3, 3, 3]  # six are 1 from the median


@pytest.mark.parametrize(
    ("ours", "theirs", "verdict"),
    [
        ((50, 100), (30, 100), True),  # z = 2.89
        ((36, 100), (30, 100), False),  # z = 0.90
        ((3, 10), (1, 10), None),  # two expected: nothing can be told
        ((0, 0), (5, 10), None),
        ((0, 100), (0, 100), None),
    ],
)
def test_shares_are_told_from_chance(
    ours: tuple[int, int], theirs: tuple[int, int], verdict: bool | None
) -> None:
    assert shares_differ(*ours, *theirs) is verdict


@pytest.mark.parametrize(
    ("theirs", "verdict"),
    [
        ([1] * 5 + [3] * 5, True),  # t = 1 / sqrt(2/9) = 2.12, beyond 2.10 of 18 degrees
        ([1] * 5 + [2] + [3] * 4, False),  # t = 0.9 / sqrt(0.21) = 1.964: beyond z, within t
        (SPREAD, False),
        ([2] * 9, None),
        ([], None),
    ],
)
def test_means_are_told_from_chance(theirs: list[float], verdict: bool | None) -> None:
    assert means_differ(SPREAD, theirs) is verdict
    assert means_differ(theirs, SPREAD) is verdict


def test_means_of_periods_that_say_one_thing_all_over_differ_if_it_is_another() -> None:
    assert means_differ([0.1] * 10, [0.3] * 12) is True
    assert means_differ([0.1] * 10, [0.1] * 12) is False


@pytest.mark.parametrize(
    ("theirs", "verdict"),
    [
        ([0] * 4 + [1, 3] + [4] * 4, True),  # from the median 1.8, not 0.6: t = 1.2 / 0.211 = 5.7
        ([0] * 3 + [2] * 4 + [4] * 3, False),  # 1.2, not 0.6: t = 0.6 / 0.365 = 1.6
        ([one + 7 for one in NARROW], False),  # elsewhere, and as narrow
        ([0, 4], None),
        ([], None),
    ],
)
def test_variances_are_told_from_chance_wherever_the_means_lie(
    theirs: list[float], verdict: bool | None
) -> None:
    assert variances_differ(NARROW, theirs) is verdict


@pytest.mark.parametrize(
    ("ours", "theirs", "verdict"),
    [
        (range(10), range(10, 20), True),  # above 9.5: none of ten, ten of ten
        (range(0, 20, 2), range(1, 20, 2), False),  # five of ten, five of ten
        ([5] * 9 + [9000], [5] * 10, None),  # one above the common median: few expected
        (range(9), range(9, 18), None),  # four and a half expected
        ([], range(20), None),
    ],
)
def test_medians_are_told_from_chance(
    ours: list[float], theirs: list[float], verdict: bool | None
) -> None:
    assert medians_differ(ours, theirs) is verdict


@pytest.mark.parametrize(("freedom", "beyond"), [(9, 2.262), (18, 2.101), (60, 2.000)])
def test_students_t_is_that_of_the_tables(freedom: int, beyond: float) -> None:
    assert critical_t(freedom) == pytest.approx(beyond, abs=0.001)
