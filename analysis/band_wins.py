"""What a band means: how many of its leads were won."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from analysis.bands import Bounds

Floats: TypeAlias = "NDArray[np.float64]"
Bools: TypeAlias = "NDArray[np.bool_]"


@dataclass(frozen=True, slots=True)
class BandEnded:
    """How many leads of a band there are, and how many of them were won."""

    leads: int
    won: int

    @property
    def share_won(self) -> float | None:
        """Share of its leads that were won (0 to 1); None where it has none."""
        return self.won / self.leads if self.leads else None


@dataclass(frozen=True, slots=True)
class BandWins:
    """The three bands of some leads."""

    hot: BandEnded
    warm: BandEnded
    cold: BandEnded

    @property
    def leads(self) -> int:
        """All leads of the three."""
        return self.hot.leads + self.warm.leads + self.cold.leads

    def each(self) -> Iterator[tuple[str, BandEnded]]:
        """Give the bands by name, the best first."""
        yield from (("hot", self.hot), ("warm", self.warm), ("cold", self.cold))


def band_wins(scores: Floats, won: Bools, bounds: Bounds) -> BandWins:
    """Count leads and won ones per band, as the product has bands (R76-R78)."""
    hot = scores > bounds.hot_above
    cold = (scores < bounds.cold_below) & ~hot
    return BandWins(*(_ended(won[rows]) for rows in (hot, ~hot & ~cold, cold)))


def _ended(won: Bools) -> BandEnded:
    return BandEnded(leads=len(won), won=int(won.sum()))


def won_in_words(wins: BandWins) -> str:
    """Say what each band means: "of the hot 61 % were won, of the warm 22 %, of the cold 4 %"."""
    told = [
        f"of the {name} {ended.share_won:.0%}".replace("%", " %")
        for name, ended in wins.each()
        if ended.share_won is not None
    ]
    return ", ".join([f"{told[0]} were won", *told[1:]]) if told else ""
