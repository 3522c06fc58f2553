"""Columns of a table that look filled in after the outcome, and why they look so.

A CRM's export shows each lead as it is today. What a rep or a machine wrote down once a lead was
won or lost predicts the outcome perfectly and is worth nothing: nobody knows it beforehand. No one
sign proves it, so signs are weighed: a strong one is enough, of weak ones it takes two. What stands
in the cells is evidence; names are not. A column may be called as people please, so words raise a
suspicion that the cells have given, by one weak sign however many there are, and give none.

Strong signs:
- filled for leads with an outcome and empty for those without;
- dates later than the outcome;
- its values decide: many leads have one that nearly all win, and many one that nearly all lose.
  What is known at the first contact does not split leads so, on both sides at once.
Weak signs:
- its values decide on one side only;
- it is filled for won leads twice as often as for others: who cares for a lead writes more down;
- it tells won from lost better, among the leads where it is filled, than answers do;
- it was filled in batches: whole spans of leads have it and whole spans do not, more than once. A
  question that was added to a form, or taken out, begins or ends once; one of a form that was used
  now and then is there for the leads of that form, which another column tells;
- it is empty in exactly the same rows as a suspected column, or as another that was filled in
  batches: they were filled in by the same hand;
- words: its name or its values are those of verdicts (quality, score, reason; high, low, worst).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from functions.scoring.conditions import fold
from functions.scoring.instants import parse_instant

Floats: TypeAlias = "NDArray[np.float64]"
Bools: TypeAlias = "NDArray[np.bool_]"
Codes: TypeAlias = "NDArray[np.int64]"
Seen: TypeAlias = Literal["filling", "values", "words"]

ENOUGH = 2  # weights that make a suspicion
STRONG, WEAK = 2, 1
ROWS_MIN = 30  # of won and of lost: fewer tell nothing of a column
LEADS_OF_A_VALUE_MIN = 10  # fewer leads all won or all lost may be chance
NEARLY_ALL = 0.93  # beyond what any source, title or page of a real company reaches alone ...
NEARLY_NONE = 0.05
DECIDED_SHARE = 0.10  # ... for so many of the leads where the column is filled,
DECIDED_SIDE = 0.02  # ... and on each side
DECIDED_ALONE = 0.05  # on one side only, ...
RARER = 8.0  # ... where the other end is so many times rarer than among the rest
EXPECTED_MIN = 8  # leads of a value that would have ended otherwise, were it like the rest
MORE_WITH_WINS = 2.0  # an answer of those who care is half as frequent again, at most
MORE_LEADS = 0.1  # of few percent twice as many are few
TELLS_APART = 0.70  # AUC among filled rows: a good answer reaches 0.65
TELLS_ALL = 0.90  # whole models reach that, no answer does
VERDICTS_SHARE = 0.4
SEGMENTS = 20  # of the leads in their order: batches are seen, months are not cut to pieces
BATCH_SWING = 0.35  # of the share filled, up and down again, between neighbouring spans
SAME_ROWS = 0.995
FOLLOWS = 0.95  # of the rows: some leave a question of a form out
NEARLY_EVERY = 0.98
VALUES_OF_A_FORM = 50  # of more values each has so few leads that it tells everything
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
    """One reason to suspect a column: what was seen, in words, its weight, and where it is seen."""

    says: str
    weight: int
    seen_in: Seen = "filling"


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
    batched = [
        column for column in read if _is_batched(column, ended) and not _follows(column, read)
    ]
    for column in batched:
        signs[column.name].append(Sign(_say_batches(column, ended), WEAK))
    suspected = [column for column in read if _weight(signs[column.name]) >= ENOUGH]
    for column in read:
        others = [*suspected, *(batched if column in batched else ())]
        twin = next((o for o in others if o is not column and _same_rows(column, o)), None)
        if twin is not None:
            says = f"filled in exactly the rows where `{twin.name}` is"
            signs[column.name].append(Sign(says, WEAK))
    return [
        Suspicion(name, tuple(found)) for name, found in signs.items() if _weight(found) >= ENOUGH
    ]


def _signs(column: _Column, ended: Ended) -> Iterator[Sign]:
    yield from _only_with_outcome(column, ended)
    yield from _later_than_outcome(column, ended)
    yield from _more_with_wins(column, ended)
    yield from _decides(column, ended)
    yield from _tells_apart(column, ended)
    yield from _verdicts(column)
    yield from _name_of_a_verdict(column)


def _weight(signs: Sequence[Sign]) -> int:
    """What the cells say, and one more where words say so too. Signs of the values are different
    views of one thing, how they go with the outcome: the strongest counts.
    """
    of: dict[Seen, list[int]] = {"filling": [], "values": [], "words": []}
    for sign in signs:
        of[sign.seen_in].append(sign.weight)
    seen = sum(of["filling"]) + max(of["values"], default=0)
    return seen + max(of["words"], default=0) if seen else 0


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


def _more_with_wins(column: _Column, ended: Ended) -> Iterator[Sign]:
    with_it, without = (float(column.filled[rows].mean()) for rows in (ended.won, ended.lost))
    if with_it >= MORE_WITH_WINS * without and with_it - without >= MORE_LEADS:
        yield Sign(f"filled for {with_it:.0%} of won leads, for {without:.0%} of lost ones", WEAK)


def _decides(column: _Column, ended: Ended) -> Iterator[Sign]:
    closed = column.filled & (ended.won | ended.lost)
    if closed.sum() < 2 * ROWS_MIN:
        return
    leads, won = _counts(column, ended, closed)
    rate, base = won / np.maximum(leads, 1), float(ended.won[closed].mean())
    many = (leads * (1 - base) >= EXPECTED_MIN), (leads * base >= EXPECTED_MIN)
    wins, loses = _shares_of(leads, many[0] & (rate >= NEARLY_ALL), many[1] & (rate <= NEARLY_NONE))
    says = "decides: {:.0%} of leads have a value that wins, {:.0%} one that loses"
    if wins + loses >= DECIDED_SHARE and min(wins, loses) >= DECIDED_SIDE:
        yield Sign(says.format(wins, loses), STRONG, "values")
        return
    wins, loses = _shares_of(
        leads, many[0] & (1 - rate <= (1 - base) / RARER), many[1] & (rate <= base / RARER)
    )
    if max(wins, loses) >= DECIDED_ALONE:
        yield Sign(says.format(wins, loses), WEAK, "values")


def _shares_of(leads: Floats, *values: Bools) -> tuple[float, ...]:
    """Which share of leads has one of these values."""
    return tuple(float(leads[those].sum() / leads.sum()) for those in values)


def _tells_apart(column: _Column, ended: Ended) -> Iterator[Sign]:
    closed = column.filled & (ended.won | ended.lost)
    if min((closed & ended.won).sum(), (closed & ended.lost).sum()) < ROWS_MIN:
        return
    auc = _auc_alone(column, ended, closed)
    if auc >= TELLS_ALL:
        yield Sign(f"tells won from lost alone (AUC {auc:.2f})", STRONG, "values")
    elif auc >= TELLS_APART and len(column.values) < 2 * BINS + 10:
        yield Sign(f"tells won from lost better than answers do (AUC {auc:.2f})", WEAK, "values")


def _verdicts(column: _Column) -> Iterator[Sign]:
    if not column.filled.any():
        return
    judging = np.array([_is_verdict(value) for value in column.values], dtype=np.bool_)
    share = judging[column.codes[column.filled]].mean() if judging.size else 0.0
    if share >= VERDICTS_SHARE:
        words = [value for value, is_one in zip(column.values, judging, strict=True) if is_one]
        yield Sign(f"its values are verdicts ({', '.join(words[:3])})", WEAK, "words")


def _name_of_a_verdict(column: _Column) -> Iterator[Sign]:
    words = set(re.split(r"[^a-z]+", fold(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column.name))))
    if found := sorted(words & _VERDICT_NAMES):
        yield Sign(f"its name is that of a verdict ({found[0]})", WEAK, "words")


def _is_batched(column: _Column, ended: Ended) -> bool:
    """Whether it is filled, empty and filled again (or the other way round) along the leads."""
    if ended.order is None or column.filled.all() or column.filled.size < SEGMENTS * ROWS_MIN:
        return False
    shares = _shares(column, ended)
    return min(_falls(shares), _falls([-share for share in shares])) >= BATCH_SWING


def _say_batches(column: _Column, ended: Ended) -> str:
    shares = _shares(column, ended)
    return f"filled in batches: between {min(shares):.0%} and {max(shares):.0%} along the leads"


def _shares(column: _Column, ended: Ended) -> list[float]:
    """How many of the leads have it, span by span in their order."""
    assert ended.order is not None, "asked only of leads in an order"
    along = column.filled[np.argsort(ended.order, kind="stable")]
    return [float(part.mean()) for part in np.array_split(along, SEGMENTS)]


def _follows(column: _Column, others: Sequence[_Column]) -> bool:
    """Whether a column that every lead has, such as the form, tells where this one is filled."""
    for other in others:
        if other.filled.mean() < NEARLY_EVERY or len(other.values) > VALUES_OF_A_FORM:
            continue
        leads = np.bincount(other.codes, minlength=len(other.values))
        filled = np.bincount(other.codes[column.filled], minlength=len(other.values))
        if float(np.maximum(filled, leads - filled).sum()) >= FOLLOWS * column.filled.size:
            return True
    return False


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
