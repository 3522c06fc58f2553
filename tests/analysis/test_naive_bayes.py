"""The naive Bayes that learned models are compared with, worked out by hand."""

import numpy as np
import pytest

from tests.analysis.naive_bayes import NaiveBayes, tenths

ROWS = [("ads", "boss"), ("ads", ""), ("fair", "boss"), ("fair", "clerk")]
WON = [True, False, True, False]


def test_chances_multiply_and_every_count_has_a_tenth_more() -> None:
    # half were won: of the won 1.1 in 2.2 came by a fair and 2.1 in 2.2 are bosses, 0.238636;
    # of the lost 1.1 in 2.2 came by a fair, and the field of jobs has 0.1 in 1.2, 0.020833
    assert NaiveBayes(ROWS, WON).chance(("fair", "boss")) == pytest.approx(0.919708, abs=1e-6)


def test_what_is_empty_or_was_never_seen_is_passed_over() -> None:
    bayes = NaiveBayes(ROWS, WON)
    assert bayes.chance(("", "")) == 0.5
    assert bayes.chance(("radio", "boss")) == bayes.chance(("", "boss"))


def test_numbers_are_the_tenth_they_lie_in() -> None:
    numbers = np.array([*range(1, 101), np.nan])
    found = tenths(numbers.astype(np.float64), np.ones(101, dtype=np.bool_))
    assert (found[0], found[99], found[100]) == ("0", "9", "")
