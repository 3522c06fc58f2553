"""What a band means, counted by hand."""

import numpy as np

from analysis.band_wins import BandEnded, band_wins, won_in_words
from analysis.bands import BandWish, Bounds
from analysis.wish_reached import wish_reached

BOUNDS = Bounds(hot_above=50, cold_below=10, cap=50, floor=-50)
SCORES = np.array([60.0, 51.0, 50.0, 10.0, 9.0, -5.0, 0.0, 1.0])
WON = np.array([True, False, True, False, True, False, False, False])


def test_hot_begins_above_its_bound_and_cold_ends_below_its_own() -> None:
    wins = band_wins(SCORES, WON, BOUNDS)
    assert (wins.hot, wins.warm, wins.cold) == (BandEnded(2, 1), BandEnded(2, 1), BandEnded(4, 1))
    assert wins.leads == 8


def test_it_is_said_in_words_and_of_empty_bands_nothing() -> None:
    wins = band_wins(SCORES, WON, BOUNDS)
    assert won_in_words(wins) == "of the hot 50 % were won, of the warm 50 %, of the cold 25 %"
    cold = band_wins(SCORES - 100, WON, BOUNDS)
    assert won_in_words(cold) == "of the cold 38 % were won"
    assert cold.hot.share_won is None


def test_a_wished_precision_is_met_only_where_both_reach_it() -> None:
    learned = band_wins(SCORES, WON, BOUNDS)
    worse = band_wins(SCORES, ~WON & (SCORES > 100), BOUNDS)
    wish = BandWish(hot_precision=0.5)
    assert wish_reached(wish, learned, learned).is_met
    assert wish_reached(wish, learned, None).is_met
    assert not wish_reached(wish, learned, worse).is_met
    assert not wish_reached(BandWish(hot_precision=0.51), learned, None).is_met


def test_a_wished_share_is_met_within_what_equal_scores_leave_open() -> None:
    learned = band_wins(SCORES, WON, BOUNDS)
    assert wish_reached(BandWish(hot_share=0.25), learned, None).is_met
    missed = wish_reached(BandWish(hot_share=0.5), learned, None)
    assert not missed.is_met
    assert "50 % of leads to be hot were asked for; reached are 25 %" in str(missed)
