"""Scored leads as columns of numbers, for what counts over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.scored_leads import ScoredLead
from analysis.statistics import Bools, Floats


@dataclass(frozen=True, slots=True)
class ScoreColumns:
    """One row a lead, in the order the leads began. `points` has one column a rule; `bounded` is
    what caps and floors added or took. Instants are UTC ms.
    """

    won: Bools
    total: Floats
    engagement: Floats
    rules: tuple[str, ...]
    points: Floats
    bounded: Floats
    begun: Floats
    concluded: Floats

    @property
    def uncapped(self) -> Floats:
        """Sum of all rules before any bound."""
        return np.asarray(self.points.sum(axis=1), dtype=np.float64)


def columns_of(leads: Sequence[ScoredLead], rules: Sequence[str]) -> ScoreColumns:
    """Lay leads out; those without an outcome have no win, and the instant they are scored at."""
    place = {name: number for number, name in enumerate(rules)}
    points = np.zeros((len(leads), len(rules)))
    for row, lead in enumerate(leads):
        for name, worth in lead.points.items():
            points[row, place[name]] = worth
    total = np.array([lead.total for lead in leads], dtype=np.float64)
    return ScoreColumns(
        won=np.array([lead.won for lead in leads], dtype=bool),
        total=total,
        engagement=np.array([lead.engagement for lead in leads], dtype=np.float64),
        rules=tuple(rules),
        points=points,
        bounded=total - points.sum(axis=1),
        begun=np.array([lead.past.begun for lead in leads], dtype=np.float64),
        concluded=np.array([lead.past.at for lead in leads], dtype=np.float64),
    )
