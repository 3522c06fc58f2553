"""How much more often won leads have something than the rest, and how sure that is.

The lift is the share among won leads over the share among the rest. Its interval is that of a ratio
of two shares, normal on the logarithm (Katz et al., Biometrics 34, 1978):
exp(ln(lift) +- z * sqrt(1/a - 1/n + 1/b - 1/m)) with a of n won and b of m others. Where a count is
nothing, half a lead is added to each, so that the ratio exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt

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
        spread = z * sqrt(max(0.0, 1 / won - 1 / won_leads + 1 / rest - 1 / rest_leads))
        middle = log(self.ratio)
        return exp(middle - spread), exp(middle + spread)

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
