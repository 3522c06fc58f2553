"""Candidates for rules: everything the examples show that a rule of a model can ask.

A candidate knows what it would be in a model and of which examples it is true, by the meaning the
rule book gives it: so a model made of candidates scores as it was learned. What few leads have is
no candidate: a name or an address tells leads apart and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import eq
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from analysis.example_leads import Example
from analysis.number_ranges import NumberRange, ranges_of
from functions.scoring.answers import EMAIL
from functions.scoring.conditions import fold
from functions.scoring.facts import FORM_SUBMITTED, Answer, Fact, Scalar

Floats: TypeAlias = "NDArray[np.float64]"
Bools: TypeAlias = "NDArray[np.bool_]"
Lifetimes: TypeAlias = Callable[[str], int]

LEADS_MIN = 15  # of a value: of fewer the share won is a guess (plus or minus 25 %)
LEADS_SHARE_MIN = 0.004
VALUES_MAX = 40  # of one field, the most frequent
TIMES_MAX = 5  # of one activity that count at once
PATH = "path"
NOT_ANSWERED = "not answered"
COUNTED_TYPES = ("text", "country", "yes_no", "")  # whose values are categories; "" is derived
FIT, ENGAGEMENT = "fit", "engagement"


@dataclass(frozen=True, slots=True)
class Trait:
    """What a candidate asks: of an answer (`when`), or of an activity (`activity`, `where`).

    `subject` is what it speaks of (a field, or an activity's property), `value` says it in words,
    `place` orders the ranges of one number, `at_most` is how often it counts.
    """

    subject: str
    value: str
    when: Mapping[str, Any] | None = None
    activity: str | None = None
    where: Mapping[str, Any] | None = None
    lasts: int = 0
    at_most: int = 1
    place: int | None = None

    @property
    def half(self) -> str:
        """The half a rule of it belongs to (R29)."""
        return ENGAGEMENT if self.activity else FIT


@dataclass(frozen=True, slots=True)
class Candidate:
    """A trait and how often each example has it, in the order of examples: 0 or 1 for answers."""

    trait: Trait
    counts: Floats

    @property
    def has(self) -> Bools:
        """Which examples have it at all."""
        return self.counts > 0


def candidates_of(
    examples: Sequence[Example],
    fields: Mapping[str, str],
    *,
    learned: Bools,
    lifetimes: Lifetimes,
    forms: Iterable[str] = (),
) -> list[Candidate]:
    """Give the candidates of examples. `fields` gives the type of each field ("" for a derived
    one); only rows where `learned` is true decide which candidates there are.
    """
    gathering = _Gathering(examples, learned)
    found = [*gathering.of_answers(fields), *gathering.of_activities(lifetimes, frozenset(forms))]
    return _distinct(found, learned)


@dataclass(frozen=True, slots=True)
class _Gathering:
    examples: Sequence[Example]
    learned: Bools

    @property
    def leads_min(self) -> int:
        return max(LEADS_MIN, round(LEADS_SHARE_MIN * int(self.learned.sum())))

    def of_answers(self, fields: Mapping[str, str]) -> Iterator[Candidate]:
        for name, type_ in fields.items():
            if name == EMAIL:
                continue
            values = [example.known.get(name) for example in self.examples]
            yield from self._missing(name, values)
            if type_ == "number":
                yield from self._numbers_answered(name, values)
            elif type_ in COUNTED_TYPES:
                yield from self._values_answered(name, values)

    def _missing(self, name: str, values: Sequence[Answer]) -> Iterator[Candidate]:
        missing = np.array([value is None for value in values])
        if self._has_enough(missing):
            trait = Trait(name, NOT_ANSWERED, when={name: {"missing": True}})
            yield Candidate(trait, missing.astype(np.float64))

    def _values_answered(self, name: str, values: Sequence[Answer]) -> Iterator[Candidate]:
        keys = [_key(value) for value in values]
        written = _spelt(zip(keys, values, strict=True))
        for key in self._frequent([[key] for key in keys]):
            has = np.array([one == key for one in keys])
            if self._has_enough(has):
                value = written[key]
                trait = Trait(name, _said(value), when={name: value})
                yield Candidate(trait, has.astype(np.float64))

    def _numbers_answered(self, name: str, values: Sequence[Answer]) -> Iterator[Candidate]:
        numbers = np.array([_number(value) for value in values])
        for one in self._ranges(numbers, np.arange(len(values))):
            has = np.array([one.holds(number) for number in numbers])
            trait = Trait(name, say_range(one), when={name: bounds(one)}, place=one.place)
            yield Candidate(trait, has.astype(np.float64))

    def of_activities(self, lifetimes: Lifetimes, forms: frozenset[str]) -> Iterator[Candidate]:
        kinds = Counter(fact.kind for example in self.examples for fact in example.done)
        for kind in sorted(kinds):
            lasts = lifetimes(kind)
            done = [
                [
                    fact for fact in example.done
                    if fact.kind == kind
                    and example.at - fact.at < lasts
                    and (kind != FORM_SUBMITTED or fact.properties.get("form") in forms)
                ]
                for example in self.examples
            ]  # fmt: skip
            if any(done):
                yield from self._of_kind(kind, lasts, done)

    def _of_kind(
        self, kind: str, lasts: int, done: Sequence[Sequence[Fact]]
    ) -> Iterator[Candidate]:
        yield from self._counted(Trait(kind, "done", activity=kind, lasts=lasts), done, _anything)
        names = {name for own in done for fact in own for name in fact.properties}
        for name in sorted(names):
            subject = f"{kind}.{name}"
            values = [
                [fact.properties[name] for fact in own if name in fact.properties] for own in done
            ]
            if _are_numbers(values):
                yield from self._numbers_of(kind, name, lasts, values)
                continue
            keys = [[_property_key(name, value) for value in own] for own in values]
            written = _spelt(
                (key, value)
                for own, named in zip(values, keys, strict=True)
                for value, key in zip(own, named, strict=True)
            )
            for key in self._frequent(keys):
                where = _where(name, key, written[key])
                trait = Trait(
                    subject, _said(next(iter(where.values()))), activity=kind, where=where,
                    lasts=lasts,
                )  # fmt: skip
                yield from self._counted(trait, keys, partial(eq, key))

    def _counted(
        self, trait: Trait, done: Sequence[Sequence[Any]], fits: Callable[[Any], bool]
    ) -> Iterator[Candidate]:
        """A candidate that counts as often as most leads who have it at all did it."""
        times = np.array([sum(map(fits, own)) for own in done], dtype=np.float64)
        if not self._has_enough(times > 0):
            return
        often = int(np.quantile(times[self.learned & (times > 0)], 0.75))
        at_most = min(max(1, often), TIMES_MAX)
        counted = Trait(
            trait.subject, trait.value, activity=trait.activity, where=trait.where,
            lasts=trait.lasts, at_most=at_most,
        )  # fmt: skip
        yield Candidate(counted, np.minimum(times, at_most))

    def _numbers_of(
        self, kind: str, name: str, lasts: int, values: Sequence[Sequence[Scalar]]
    ) -> Iterator[Candidate]:
        flat = np.array([float(value) for own in values for value in own])
        owner = np.array([place for place, own in enumerate(values) for _ in own], dtype=np.int64)
        zero = flat == 0
        if self._is_apart(zero, flat, owner):
            yield from self._number_where(
                kind, name, lasts, {name: 0}, "0", values, lambda n: n == 0
            )
            flat, owner = flat[~zero], owner[~zero]
            zeros_out = True
        else:
            zeros_out = False
        for one in self._ranges(flat, owner):
            low = one
            if zeros_out and one.low is None:
                low = NumberRange(float(flat.min()), one.high, one.place)
            yield from self._number_where(
                kind, name, lasts, {name: bounds(low)}, say_range(low), values, low.holds,
                place=low.place,
            )  # fmt: skip

    def _number_where(
        self,
        kind: str,
        name: str,
        lasts: int,
        where: Mapping[str, Any],
        said: str,
        values: Sequence[Sequence[Scalar]],
        fits: Callable[[float], bool],
        *,
        place: int | None = None,
    ) -> Iterator[Candidate]:
        has = np.array([any(fits(float(value)) for value in own) for own in values])
        if self._has_enough(has):
            trait = Trait(
                f"{kind}.{name}", said, activity=kind, where=where, lasts=lasts, place=place
            )
            yield Candidate(trait, has.astype(np.float64))

    def _is_apart(self, zero: Bools, flat: Floats, owner: NDArray[np.int64]) -> bool:
        """Whether nothing at all is another thing than little: no number below, and many zeros."""
        in_rows = self.learned[owner] if owner.size else np.zeros(0, dtype=np.bool_)
        return bool(
            (flat >= 0).all()
            and (zero & in_rows).sum() >= self.leads_min
            and (~zero & in_rows).sum() >= 4 * self.leads_min
        )

    def _ranges(self, numbers: Floats, owner: NDArray[np.int64]) -> list[NumberRange]:
        usable = np.isfinite(numbers) & self.learned[owner]
        won = np.array([example.won for example in self.examples])[owner]
        return ranges_of(numbers[usable], won[usable], leads_min=2 * self.leads_min)

    def _frequent(self, keys: Sequence[Sequence[str | None]]) -> list[str]:
        """Values that enough learned leads have, the most frequent first."""
        counts = Counter(
            key
            for own, learned in zip(keys, self.learned, strict=True) if learned
            for key in set(own) if key
        )  # fmt: skip
        enough = [(-count, key) for key, count in counts.items() if count >= self.leads_min]
        return [key for _, key in sorted(enough)[:VALUES_MAX]]

    def _has_enough(self, has: Bools) -> bool:
        """Whether enough learned leads have it, and enough do not."""
        leads, all_leads = int((has & self.learned).sum()), int(self.learned.sum())
        return self.leads_min <= leads <= all_leads - self.leads_min


def bounds(one: NumberRange) -> dict[str, int | float]:
    """Give a range as a condition's `from` and `below`."""
    written = {"from": one.low, "below": one.high}
    return {key: _plain(bound) for key, bound in written.items() if bound is not None}


def say_range(one: NumberRange) -> str:
    """Say a range in words."""
    if one.low is None:
        return f"below {_plain(one.high or 0):,}"
    if one.high is None:
        return f"{_plain(one.low):,} or more"
    return f"{_plain(one.low):,} to below {_plain(one.high):,}"


def _plain(number: float) -> int | float:
    return int(number) if float(number).is_integer() else number


def _distinct(found: Iterable[Candidate], learned: Bools) -> list[Candidate]:
    """Of candidates that the same learned leads have the first one."""
    kept: dict[bytes, Candidate] = {}
    for one in found:
        kept.setdefault(one.counts[learned].tobytes(), one)
    return list(kept.values())


def _key(value: Answer) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = fold(str(value))
    return text if text and "@" not in text and str(value).isprintable() else None


def _property_key(name: str, value: Scalar) -> str | None:
    """The value by which occurrences are counted together; of paths their first step."""
    if name == PATH and isinstance(value, str) and value.startswith("/"):
        return fold("/" + value[1:].split("?")[0].split("/")[0])
    return _key(value)


def _where(name: str, key: str, written: Answer) -> dict[str, Any]:
    if name == PATH and key.startswith("/"):
        return {name: "/"} if key == "/" else {name: {"starts_with": key}}
    return {name: written}


def _spelt(pairs: Iterable[tuple[str | None, Answer]]) -> dict[str, Answer]:
    """Give each key the spelling most leads have."""
    spellings: dict[str, Counter[Answer]] = {}
    for key, value in pairs:
        if key is not None:
            spellings.setdefault(key, Counter())[value] += 1
    return {
        key: min(c.items(), key=lambda one: (-one[1], str(one[0])))[0]
        for key, c in spellings.items()
    }


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value['starts_with']}..." if isinstance(value, Mapping) else str(value)


def _number(value: Answer) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else float("nan")  # type: ignore[arg-type]


def _are_numbers(values: Sequence[Sequence[Scalar]]) -> bool:
    flat = [value for own in values for value in own]
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in flat)


def _anything(_: object) -> bool:
    return True
