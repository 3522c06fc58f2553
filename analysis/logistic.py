"""Logistic regression as tests need it: what a column adds beside those that are there already.

The fit is Newton's method (iteratively reweighted least squares; McCullagh and Nelder, 1989, 4.4),
without a penalty worth naming, so that errors and tests mean what textbooks say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.statistics import Bools, Floats

_STEPS_MAX = 50  # it needs six; more only where two groups are parted wholly
_RIDGE = 1e-6  # keeps columns that say the same from stopping it
_LOGIT_MAX = 30.0  # beyond, a chance is 0 or 1 for every purpose


@dataclass(frozen=True, slots=True)
class Fitted:
    """Coefficients of the columns, their covariance, and the chance of each lead."""

    columns: Floats
    won: Floats
    coefficients: Floats
    covariance: Floats
    chances: Floats

    def error(self, column: int) -> float:
        """Standard error of a coefficient."""
        return float(np.sqrt(max(0.0, self.covariance[column, column])))

    def added(self, column: Floats) -> float:
        """How far this column is from adding nothing, in standard errors: Rao's score test
        (1948), positive where more of it goes with more wins than expected; 0 where it says nothing
        new.
        """
        weights = self.chances * (1 - self.chances)
        along = self.columns.T @ (weights * column)
        information = float(column @ (weights * column))
        variance = information - float(along @ self.covariance @ along)
        if variance <= 1e-9 * max(1.0, information):
            return 0.0
        return float(column @ (self.won - self.chances) / np.sqrt(variance))


def fit(columns: Floats, won: Bools) -> Fitted:
    """Fit the chance of being won to columns (leads x columns, the first of ones)."""
    hits = won.astype(np.float64)
    coefficients = np.zeros(columns.shape[1])
    ridge: Floats = np.diag(np.full(columns.shape[1], _RIDGE))
    for _ in range(_STEPS_MAX):
        chances = _chances(columns, coefficients)
        slope = columns.T @ (hits - chances) - ridge @ coefficients
        step = np.linalg.solve(_information(columns, chances) + ridge, slope)
        coefficients += np.clip(step, -5, 5)
        if np.abs(step).max() < 1e-8:
            break
    chances = _chances(columns, coefficients)
    covariance = np.asarray(np.linalg.inv(_information(columns, chances) + ridge), dtype=np.float64)
    return Fitted(columns, hits, coefficients, covariance, chances)


def standardised(column: Floats) -> Floats:
    """A column with mean 0 and spread 1; all 0 where it never changes."""
    spread = float(column.std())
    return (column - column.mean()) / spread if spread else np.zeros(len(column))


def _chances(columns: Floats, coefficients: Floats) -> Floats:
    logits = np.clip(columns @ coefficients, -_LOGIT_MAX, _LOGIT_MAX)
    return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float64)


def _information(columns: Floats, chances: Floats) -> Floats:
    weights = chances * (1 - chances)
    return np.asarray(columns.T @ (weights[:, None] * columns), dtype=np.float64)
