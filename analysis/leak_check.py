"""Columns of a table that look filled in after the outcome, and why they look so.

A CRM's export shows each lead as it is today. What a rep or a machine wrote down once a lead was
won or lost predicts the outcome perfectly and is worth nothing: nobody knows it beforehand. No one
sign proves it, so signs are weighed: a strong one is enough, of weak ones it takes two.

Strong signs:
- filled for leads with an outcome and empty for those without;
- dates later than the outcome;
- its values decide: many leads have one that nearly all win, and many one that nearly all lose.
  What is known at the first contact does not split leads so, on both sides at once.
Weak signs:
- it tells won from lost better, among the leads where it is filled, than answers do;
- its values are verdicts (high, low, worst, potential);
- its name is that of a verdict (quality, score, status, reason);
- it was filled in batches: whole spans of leads have it and whole spans do not, more than once. A
  question that was added to a form, or taken out, begins or ends once.
What is empty in exactly the same rows as a suspected column was filled in by the same hand: that is
a weak sign too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from functions.scoring.conditions import fold
from functions.scoring.instants import parse_instant

Floats: TypeAlias = "NDArray[np.float64]"
Bools: TypeAlias = "NDArray[np.bool_]"
Codes: TypeAlias = "NDArray[np.int64]"

ENOUGH = 2  # weights that make a suspicion
STRONG, WEAK = 2, 1
ROWS_MIN = 30  # of won and of lost: fewer tell nothing of a column
LEADS_OF_A_VALUE_MIN = 10  # fewer leads all won or all lost may be chance
NEARLY_ALL = 0.93  # beyond what any source, title or page of a real company reaches alone ...
NEARLY_NONE = 0.05
DECIDED_SHARE = 0.10  # ... for so many of the leads where the column is filled,
DECIDED_SIDE = 0.02  # ... and on each side
TELLS_APART = 0.70  # AUC among filled rows: a good answer reaches 0.65
TELLS_ALL = 0.90  # whole models reach that, no answer does
VERDICTS_SHARE = 0.4
SEGMENTS = 20  # of the leads in their order: batches are seen, months are not cut to pieces
BATCH_SWING = 0.35  # of the share filled, up and down again, between neighbouring spans
SAME_ROWS = 0.995
NUMBERS_SHARE = 0.95
NUMBERS_MIN = 12  # distinct ones: fewer are categories
BINS = 10
EMPTY_ELSE = 0.02  # so few leads without an outcome (or a win) have it by a slip

_VERDICT_NAMES = frozenset(
    (
        *(
            "quality",
            "score",
            "scores",
            "index",
            "grade",
            "rating",
            "rank",
            "tag",
            "tags",
            "status",
        ),
        *("stage", "profile", "reason", "result", "outcome", "disposition", "probability", "won"),
        *("lost", "closed", "close", "converted", "conversion", "verdict", "segment", "likelihood"),
        *("ocena", "wynik", "jakosc", "etap", "powod", "zamkniecia"),
    )
)
_VERDICT_WORDS = frozenset(
    (
        *(
            "high",
            "medium",
            "low",
            "worst",
            "best",
            "hot",
            "warm",
            "cold",
            "potential",
            "relevance",
        ),
        *("relevant", "might", "sure", "unsure", "likely", "unlikely", "qualified", "unqualified"),
        *("good", "bad", "poor", "junk", "dead", "wysoki", "niski", "sredni", "goracy", "zimny"),
    )
)
_NOTHING = frozenset(("select", "please select", "choose", "-", "--", "n/a", "null", "nan", "?"))
_NO_VERDICTS = re.compile(r"high school|high.?tech|low.?code|best western")


@dataclass(frozen=True, slots=True)
class Sign:
    """One reason to suspect a column: what was seen, in words, and its weight."""

    says: str
    weight: int


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A column that looks filled in after the outcome, with every sign of it."""

    column: str
    signs: tuple[Sign, ...]

    def __str__(self) -> str:
        """Say the column and its signs in one line."""
        return f"{self.column}: {'; '.join(sign.says for sign in self.signs)}"


@dataclass(frozen=True, slots=True)
class Ended:
    """How each row ended: `won` and `lost` are masks, neither is still open; `order` rises with
    time, `at` (UTC ms) is when it ended, NaN where unknown.
    """

    won: Bools
    lost: Bools
    order: Floats | None = None
    at: Floats | None = None


@dataclass(slots=True)
class _Column:
    name: str
    cells: Sequence[str]
    filled: Bools = field(init=False)
    codes: Codes = field(init=False)
    values: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.cells = ["" if fold(cell) in _NOTHING else cell for cell in self.cells]
        self.filled = np.array([bool(cell) for cell in self.cells], dtype=np.bool_)
        self.values, self.codes = _coded(self.cells, self.filled)


def suspicions(columns: Mapping[str, Sequence[str]], ended: Ended) -> list[Suspicion]:
    """Give the columns that look filled in after the outcome, in the table's order.

    `columns` has one cell a row, an empty text where nothing is; what forms show before anything
    is chosen counts as nothing too.
    """
    if min(ended.won.sum(), ended.lost.sum()) < ROWS_MIN:
        return []
    read = [_Column(name, cells) for name, cells in columns.items()]
    signs = {column.name: list(_signs(column, ended)) for column in read}
    suspected = [column for column in read if _weight(signs[column.name]) >= ENOUGH]
    for column in read:
        twin = next((one for one in suspected if _same_rows(column, one)), None)
        if twin is not None and column.name != twin.name:
            says = f"filled in exactly the rows where `{twin.name}` is"
            signs[column.name].append(Sign(says, WEAK))
    return [
        Suspicion(name, tuple(found)) for name, found in signs.items() if _weight(found) >= ENOUGH
    ]


def _signs(column: _Column, ended: Ended) -> Iterator[Sign]:
    yield from _only_with_outcome(column, ended)
    yield from _later_than_outcome(column, ended)
    yield from _decides(column, ended)
    yield from _tells_apart(column, ended)
    yield from _verdicts(column)
    yield from _name_of_a_verdict(column)
    yield from _batches(column, ended)


def _weight(signs: Sequence[Sign]) -> int:
    return sum(sign.weight for sign in signs)


def _only_with_outcome(column: _Column, ended: Ended) -> Iterator[Sign]:
    """Filled once there is an outcome, or once a lead is won, and before that empty."""
    closed = ended.won | ended.lost
    for those, what in ((closed, "an outcome"), (ended.won, "a win")):
        others = ~those
        if others.sum() < ROWS_MIN or those.sum() < ROWS_MIN:
            continue
        with_it, without = column.filled[those].mean(), column.filled[others].mean()
        rarely = without == 0 and column.filled[those].sum() >= ROWS_MIN
        if rarely or (without <= EMPTY_ELSE and with_it >= max(0.1, 5 * without)):
            says = f"filled for {with_it:.0%} of leads with {what}, for {without:.0%} of the others"
            yield Sign(says, STRONG)
            return


def _later_than_outcome(column: _Column, ended: Ended) -> Iterator[Sign]:
    if ended.at is None:
        return
    sample = [cell for cell in column.cells if cell][:ROWS_MIN]
    if not sample or any(_instant(cell) is None for cell in sample):
        return
    read = np.array([_instant(cell) or np.nan for cell in column.cells], dtype=np.float64)
    both = np.isfinite(read) & np.isfinite(ended.at)
    later = read[both] > ended.at[both]
    if both.sum() >= ROWS_MIN and later.mean() > 0.1:
        yield Sign(f"later than the outcome in {later.mean():.0%} of the rows", STRONG)


def _decides(column: _Column, ended: Ended) -> Iterator[Sign]:
    closed = column.filled & (ended.won | ended.lost)
    if closed.sum() < 2 * ROWS_MIN:
        return
    leads, won = _counts(column, ended, closed)
    rate = won / np.maximum(leads, 1)
    many = leads >= LEADS_OF_A_VALUE_MIN
    wins = float(leads[many & (rate >= NEARLY_ALL)].sum() / closed.sum())
    loses = float(leads[many & (rate <= NEARLY_NONE)].sum() / closed.sum())
    if wins + loses >= DECIDED_SHARE and min(wins, loses) >= DECIDED_SIDE:
        says = f"decides: {wins:.0%} of leads have a value that wins, {loses:.0%} one that loses"
        yield Sign(says, STRONG)


def _tells_apart(column: _Column, ended: Ended) -> Iterator[Sign]:
    closed = column.filled & (ended.won | ended.lost)
    if min((closed & ended.won).sum(), (closed & ended.lost).sum()) < ROWS_MIN:
        return
    auc = _auc_alone(column, ended, closed)
    if auc >= TELLS_ALL:
        yield Sign(f"tells won from lost alone (AUC {auc:.2f})", STRONG)
    elif auc >= TELLS_APART and len(column.values) < 2 * BINS + 10:
        yield Sign(f"tells won from lost better than answers do (AUC {auc:.2f})", WEAK)


def _verdicts(column: _Column) -> Iterator[Sign]:
    if not column.filled.any():
        return
    judging = np.array([_is_verdict(value) for value in column.values], dtype=np.bool_)
    share = judging[column.codes[column.filled]].mean() if judging.size else 0.0
    if share >= VERDICTS_SHARE:
        words = [value for value, is_one in zip(column.values, judging, strict=True) if is_one]
        yield Sign(f"its values are verdicts ({', '.join(words[:3])})", WEAK)


def _name_of_a_verdict(column: _Column) -> Iterator[Sign]:
    words = set(re.split(r"[^a-z]+", fold(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column.name))))
    if found := sorted(words & _VERDICT_NAMES):
        yield Sign(f"its name is that of a verdict ({found[0]})", WEAK)


def _batches(column: _Column, ended: Ended) -> Iterator[Sign]:
    """Filled, empty and filled again (or the other way round) along the order of leads."""
    if ended.order is None or column.filled.all() or column.filled.size < SEGMENTS * ROWS_MIN:
        return
    along = column.filled[np.argsort(ended.order, kind="stable")]
    shares = [float(part.mean()) for part in np.array_split(along, SEGMENTS)]
    if _falls(shares) >= BATCH_SWING and _falls([-share for share in shares]) >= BATCH_SWING:
        low, high = min(shares), max(shares)
        yield Sign(f"filled in batches: between {low:.0%} and {high:.0%} along the leads", WEAK)


def _falls(shares: Sequence[float]) -> float:
    """Give the deepest fall from an earlier height, however long it takes."""
    deepest, height = 0.0, shares[0]
    for share in shares:
        height = max(height, share)
        deepest = max(deepest, height - share)
    return deepest


def _same_rows(column: _Column, other: _Column) -> bool:
    empty = float((~other.filled).mean())
    if not 0.05 <= empty <= 0.95:
        return False
    return bool((column.filled == other.filled).mean() >= SAME_ROWS)


def _counts(column: _Column, ended: Ended, rows: Bools) -> tuple[Floats, Floats]:
    """Leads and won leads of each value, among these rows."""
    size = max(1, len(column.values))
    leads = np.bincount(column.codes[rows], minlength=size).astype(np.float64)
    won = np.bincount(column.codes[rows & ended.won], minlength=size).astype(np.float64)
    return leads, won


def _auc_alone(column: _Column, ended: Ended, rows: Bools) -> float:
    """AUC of the share won of a row's value, counted without the row itself, drawn towards the mean
    by ten leads; so what has a value of its own in every row tells nothing.
    """
    leads, won = _counts(column, ended, rows)
    is_won = ended.won[rows].astype(np.float64)
    codes = column.codes[rows]
    mean = is_won.mean()
    without = (won[codes] - is_won + 10 * mean) / (leads[codes] - 1 + 10)
    alone = leads[codes] < LEADS_OF_A_VALUE_MIN
    return _auc(np.where(alone, mean, without), is_won > 0)


def _auc(scores: Floats, won: Bools) -> float:
    """Chance that a won row has the higher score, ties as halves (Mann-Whitney)."""
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    winners, losers = int(won.sum()), int((~won).sum())
    return float((ranks[won].sum() - winners * (winners + 1) / 2) / (winners * losers))


def _coded(cells: Sequence[str], filled: Bools) -> tuple[list[str], Codes]:
    """Give values and each row's place among them (0 where empty); many numbers become tenths."""
    numbers = _numbers(cells)
    if numbers is not None:
        edges = np.unique(np.quantile(numbers[filled], np.linspace(0, 1, BINS + 1)[1:-1]))
        codes = np.where(filled, np.digitize(numbers, edges), 0).astype(np.int64)
        return [f"tenth {place + 1}" for place in range(len(edges) + 1)], codes
    places: dict[str, int] = {}
    texts = [fold(cell) if cell else "" for cell in cells]
    listed = [places.setdefault(text, len(places)) if text else 0 for text in texts]
    return list(places), np.array(listed, dtype=np.int64)


def _numbers(cells: Sequence[str]) -> Floats | None:
    """Numbers of a column of numbers, 0 where none stands; None for a column of categories."""
    filled = [cell for cell in cells if cell]
    if len(set(filled)) <= NUMBERS_MIN:
        return None
    read = [_number(cell) for cell in cells]
    known = sum(number is not None for number in read)
    if known < NUMBERS_SHARE * len(filled):
        return None
    return np.array([number or 0.0 for number in read], dtype=np.float64)


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def _instant(cell: str) -> int | None:
    text = cell.strip().replace(" ", "T", 1)
    for ending in ("", "Z", "T00:00:00Z"):
        try:
            return parse_instant(text + ending)
        except ValueError:
            continue
    return None


def _is_verdict(value: Any) -> bool:
    words = set(re.split(r"[^a-z]+", fold(str(value))))
    return bool(words & _VERDICT_WORDS) and not _NO_VERDICTS.search(str(value))
