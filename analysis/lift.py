"""How much more often won leads have something than the rest, and how sure that is.

The lift is the share p among won leads over the share q among the rest. Its interval is made of
Wilson's intervals (l, u) of p and (m, v) of q (MOVER-R; Donner and Zou, Stat. Methods Med. Res. 21,
2012; recommended by Fagerland, Lydersen and Laake, same journal 24, 2015):

    low  = l (2p - l) / (pq + sqrt((pq)^2 - l (2p - l) v (2q - v)))
    high = (pq + sqrt((pq)^2 - u (2p - u) m (2q - m))) / (m (2q - m))

An interval normal on the logarithm (Katz et al. 1978) is of no width where everybody has it, and
takes three of three for certain. Where a count is nothing, half a lead is added to each, so that
the ratio and both ends exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from analysis.statistics import wilson

Z_95, Z_99 = 1.959964, 2.575829  # two-sided


@dataclass(frozen=True, slots=True)
class Lift:
    """`won` of `won_leads` and `rest` of `rest_leads` have it."""

    won: int
    won_leads: int
    rest: int
    rest_leads: int

    @property
    def won_share(self) -> float:
        """Share of won leads that have it, 0 to 1."""
        return self.won / self.won_leads if self.won_leads else 0.0

    @property
    def rest_share(self) -> float:
        """Share of the other leads that have it, 0 to 1."""
        return self.rest / self.rest_leads if self.rest_leads else 0.0

    @property
    def leads(self) -> int:
        """How many leads have it: its support."""
        return self.won + self.rest

    @property
    def conversion(self) -> float:
        """Share of those who have it that were won, 0 to 1."""
        return self.won / self.leads if self.leads else 0.0

    @property
    def ratio(self) -> float:
        """The lift."""
        won, won_leads, rest, rest_leads = self._counts()
        return (won / won_leads) / (rest / rest_leads)

    def interval(self, z: float = Z_95) -> tuple[float, float]:
        """The interval of the lift, 95 % unless `z` says otherwise."""
        won, won_leads, rest, rest_leads = self._counts()
        p, q = won / won_leads, rest / rest_leads
        won_low, won_high = (end * (2 * p - end) for end in wilson(won, won_leads, z=z))
        rest_low, rest_high = (end * (2 * q - end) for end in wilson(rest, rest_leads, z=z))
        square = (p * q) ** 2
        low = won_low / (p * q + sqrt(max(0.0, square - won_low * rest_high)))
        return low, (p * q + sqrt(max(0.0, square - won_high * rest_low))) / rest_low

    def turned(self) -> Lift:
        """The same of those who do not have it."""
        return Lift(
            self.won_leads - self.won, self.won_leads, self.rest_leads - self.rest, self.rest_leads
        )

    def is_sure(self, z: float = Z_95) -> bool:
        """Whether the interval leaves out 1: won leads differ from the rest in this."""
        low, high = self.interval(z)
        return low > 1 or high < 1

    def _counts(self) -> tuple[float, float, float, float]:
        extra = 0.0 if self.won and self.rest else 0.5
        return (
            self.won + extra, max(1, self.won_leads) + extra,
            self.rest + extra, max(1, self.rest_leads) + extra,
        )  # fmt: skip
