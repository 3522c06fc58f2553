"""Categorical naive Bayes as Odoo's predictive lead scoring has it, to compare with.

Odoo counts, for each field and value, won and lost leads, and adds 0.1 to each, so that nothing is
impossible. The chance of a lead is S_won / (S_won + S_lost), where
S_won = P(won) * product over its fields of won(value) / won(field), and S_lost likewise; won(field)
sums the field's counts; fields without a value, and values never seen, are passed over.
Source: odoo/odoo, addons/crm/models/crm_lead.py, _pls_get_naive_bayes_probabilities and
_pls_prepare_frequencies; documentation "Assign leads with predictive lead scoring". Numbers are
categories there; here they are tenths of the leads learned from, which is kinder to it.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

EXTRA = 0.1
Cells = Sequence[Sequence[str]]  # one row a lead, one cell a field, an empty text where nothing is


class NaiveBayes:
    """Counts of won and lost leads by field and value."""

    def __init__(self, rows: Cells, won: Sequence[bool]) -> None:
        self.won_leads, self.lost_leads = sum(won), len(won) - sum(won)
        fields = range(len(rows[0]))
        self.counts = [
            {
                ended: Counter(
                    row[field] for row, is_won in zip(rows, won, strict=True)
                    if row[field] and is_won == ended
                )
                for ended in (True, False)
            }
            for field in fields
        ]  # fmt: skip

    def chance(self, row: Sequence[str]) -> float:
        """Chance of being won, 0 to 1."""
        total = self.won_leads + self.lost_leads
        chances = {True: self.won_leads / total, False: self.lost_leads / total}
        for counts, value in zip(self.counts, row, strict=True):
            values = counts[True].keys() | counts[False].keys()
            if not value or value not in values:
                continue
            for ended in (True, False):
                seen = sum(counts[ended].values()) + EXTRA * len(values)
                chances[ended] *= (counts[ended][value] + EXTRA) / seen
        return chances[True] / (chances[True] + chances[False])


def tenths(numbers: NDArray[np.float64], learned: NDArray[np.bool_]) -> list[str]:
    """Give each number the tenth of the learned ones it lies in; empty where none is."""
    known = numbers[learned & np.isfinite(numbers)]
    edges = np.unique(np.quantile(known, np.linspace(0, 1, 11)[1:-1]))
    places = np.digitize(numbers, edges)
    return [
        str(place) if np.isfinite(number) else ""
        for place, number in zip(places, numbers, strict=True)
    ]
