"""Whether bands are as the team wished them, and what was reached where they are not."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.band_wins import BandWins
from analysis.bands import BandWish

NEAR = 0.05  # of all leads: scores are whole points, many leads have the same


@dataclass(frozen=True, slots=True)
class WishReached:
    """A wish (`hot_precision` or `hot_share`, 0 to 1), and what it came to among the leads that
    were learned from and, by a model of the earlier ones, among the later; None without hot leads.
    """

    asked: str
    wished: float
    learned: float | None
    later: float | None
    is_met: bool

    def __str__(self) -> str:
        """Say it in a sentence."""
        what = "of hot leads to be won" if self.asked == "hot_precision" else "of leads to be hot"
        told = "The wish is met" if self.is_met else "The wish is not met"
        later = "" if self.later is None else f", {_percent(self.later)} among later ones"
        reached = "none are hot" if self.learned is None else _percent(self.learned)
        return (
            f"{told}: {_percent(self.wished)} {what} were asked for; reached are {reached} "
            f"among the leads learned from{later}."
        )


def wish_reached(wish: BandWish, learned: BandWins, later: BandWins | None) -> WishReached:
    """Hold a wish against the bands that came of it."""
    if wish.hot_precision is None:
        shares = [wins.hot.leads / wins.leads if wins else None for wins in (learned, later)]
        here = shares[0] or 0.0
        met = abs(here - wish.hot_share) <= NEAR
        return WishReached("hot_share", wish.hot_share, here, shares[1], met)
    won, won_later = learned.hot.share_won, later.hot.share_won if later else None
    met = all(one is None or one >= wish.hot_precision for one in (won, won_later))
    return WishReached("hot_precision", wish.hot_precision, won, won_later, met and won is not None)


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")
