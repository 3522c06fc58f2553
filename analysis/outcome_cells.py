"""What the cells of an outcome column say: won, lost, not interested, or none of these.

A cell that a mapping does not name leaves its lead open. That is right for a stage between, and
wrong for a misspelt word; so each is told with its number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from analysis.table_mapping import EMPTY, FILLED, OTHERS, OutcomeEntry
from functions.scoring.conditions import fold

WON, LOST, NOT_INTERESTED = "won", "lost", "not_interested"
NEAR_MIN = 0.5  # likeness: a word that stands for nothing is the more probable to be misspelt
SHOWN_MAX = 10
# what CRMs write; a mapping in one language meets an export in another
_WORDS = {
    WON: frozenset(
        (
            *("won", "closed won", "gewonnen", "wygrana", "wygrane", "wygrany", "wygrano", "sold"),
            *("sprzedane", "sprzedano", "customer", "klient", "kunde", "success", "sukces"),
            *("yes", "tak", "ja", "true", "1"),
        )
    ),
    LOST: frozenset(
        (
            *("lost", "closed lost", "verloren", "przegrana", "przegrane", "przegrany"),
            *("przegrano", "dropped", "stracona", "stracone", "utracona", "abandoned"),
            *("no", "nie", "nein", "false", "0"),
        )
    ),
}


@dataclass(slots=True)
class OutcomeCells:
    """Reads outcomes, and counts what it read: `others` are the cells that say none."""

    entry: OutcomeEntry
    others: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)

    def read(self, cell: str) -> str:
        """Tell how a lead ended, an empty text where it did not."""
        result = self._result(cell)
        if result:
            self.met[result] += 1
        else:
            self.others[cell] += 1
        return result

    def notes(self) -> Iterator[str]:
        """Say which cells count as open, and which words match none."""
        column = self.entry.column
        for name, words in self._named():
            if not words or self.met[name] or set(words) & {FILLED, EMPTY, OTHERS}:
                continue
            said = f"{name}: {', '.join(words)}"
            yield f"{column}: no cell says `{said}`. {self._advice(name, words)}"
        if self.others:
            told = ", ".join(told_cells(self.others))
            count = f"{self.others.total():,}"
            yield f"{column}: {count} cells are no outcome, and their leads open: {told}"

    def _result(self, cell: str) -> str:
        folded = fold(cell)
        for name, words in self._named():
            if cell and folded in [fold(word) for word in words]:
                return name
        for name, words in self._named():
            if (cell and FILLED in words) or (not cell and EMPTY in words) or OTHERS in words:
                return name
        return ""

    def _named(self) -> tuple[tuple[str, Sequence[str]], ...]:
        entry = self.entry
        return (WON, entry.won), (LOST, entry.lost), (NOT_INTERESTED, entry.not_interested)

    def _advice(self, name: str, words: Sequence[str]) -> str:
        by_key = {fold(cell): cell for cell in self.others if cell}
        near = [
            *(key for key in by_key if key in _WORDS.get(name, ())),
            *(key for word in words for key in get_close_matches(fold(word), by_key, 1, NEAR_MIN)),
        ]
        if near:
            return f"Did you mean `{by_key[near[0]]}`?"
        return "See below what it holds" if by_key else "Is that so?"


def told_cells(cells: Counter[str]) -> Iterator[str]:
    """Say cells with their numbers, the most frequent first."""
    for cell, count in cells.most_common(SHOWN_MAX):
        yield f"{count:,} `{cell}`" if cell else f"{count:,} empty"
    if len(cells) > SHOWN_MAX:
        rest = cells.total() - sum(count for _, count in cells.most_common(SHOWN_MAX))
        yield f"{rest:,} of {len(cells) - SHOWN_MAX:,} other values"
