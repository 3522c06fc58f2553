"""How far a model's rules can reach: whether a rule can ever match, and the most points a lead can
have.

An answer has one value at a time, so rules about the same answer may exclude each other. Where
that is simple to see (values, ranges, missing answers) it is seen; where it is not, a rule is
taken to be possible. So "never" is certain, and the most points are an upper bound.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from functions.scoring.conditions import compile_condition, fields_named

Term = Sequence[Any]
Truths = frozenset[bool | None]
World = Mapping[str, Any]
ANY_TRUTH: Truths = frozenset((True, False, None))
WORLDS_MAX = 20_000  # a lead's answers tried together; beyond it a rule is taken to be possible
OTHER = object()  # an answer that no condition names


def can_match(term: Term | None, only: Mapping[str, Sequence[Any]] | None = None) -> bool:
    """Tell whether a condition can be true; `only` gives the values that some names are limited
    to.
    """
    if term is None:
        return True
    worlds = _worlds([term], only or {})
    return worlds is None or any(True in truths(term, world) for world in worlds)


def most_points(
    rules: Sequence[Mapping[str, Any]],
    halves: Mapping[str, Any],
    groups: Mapping[str, Any],
    half: str,
) -> int:
    """Give an upper bound of what a lead can have in one half; 0 where nothing earns."""
    mine = [rule for rule in rules if rule["half"] == half]
    total = 0
    for name in dict.fromkeys(rule["group"] for rule in mine):
        together = sum(
            _most_of(part) for part in _linked([rule for rule in mine if rule["group"] == name])
        )
        total += together if name is None else _clamped(together, groups[name])
    return _clamped(total, halves[half])


def best_of(rule: Mapping[str, Any]) -> int:
    """Give the most that one rule can add while its `when` is true: of activities the newest ones,
    each at its height.
    """
    if rule["type"] != "activity":
        return int(rule["points"])
    highest: int = max(0, *(points for _, points in rule["steps"]))
    return highest * int(rule["at_most"])


def truths(term: Term, world: World) -> Truths:
    """Give what a condition can be in this world: true, false, unknown, or several of them."""
    kind = term[0]
    if kind == "not":
        return frozenset(None if truth is None else not truth for truth in truths(term[1], world))
    if kind in ("all", "any"):
        return _combined(kind == "any", [truths(part, world) for part in term[1]])
    value = world[term[1]]
    if value is not OTHER:
        return frozenset((compile_condition(term)({} if value is None else {term[1]: value}),))
    if kind == "missing":
        return frozenset((not term[2],))
    if kind == "range" and not any(isinstance(bound, str) for bound in term[2:]):
        return frozenset(
            (None,)
        )  # every number that a range can tell apart is a candidate of its own
    return frozenset((kind == "none_of",)) if kind in ("is", "none_of") else ANY_TRUTH


def _combined(decisive: bool, parts: Sequence[Truths]) -> Truths:
    """Give what several conditions make together; `decisive` is the truth that one of them is
    enough for.
    """
    found: set[bool | None] = set()
    if any(decisive in part for part in parts):
        found.add(decisive)
    if all((not decisive) in part for part in parts):
        found.add(not decisive)
    if any(None in part for part in parts) and all(part != {decisive} for part in parts):
        found.add(None)
    return frozenset(found)


def _worlds(terms: Iterable[Term], only: Mapping[str, Sequence[Any]]) -> Iterator[World] | None:
    """Give every combination of answers worth trying, or None where they are too many."""
    listed = list(terms)
    names = sorted(frozenset().union(*(fields_named(term) for term in listed)))
    values = [list(only[name]) if name in only else _candidates(name, listed) for name in names]
    if math.prod(len(each) for each in values) > WORLDS_MAX:
        return None
    return (dict(zip(names, choice, strict=True)) for choice in itertools.product(*values))


def _candidates(name: str, terms: Iterable[Term]) -> list[Any]:
    named = [value for term in terms for value in _values_named(name, term)]
    numbers = sorted(
        {
            value
            for value in named
            if isinstance(value, (int, float)) and not isinstance(value, bool)
        }
    )
    between = [(low + high) / 2 for low, high in itertools.pairwise(numbers)]
    beyond = [numbers[0] - 1, numbers[-1] + 1] if numbers else []
    return [None, OTHER, *dict.fromkeys((*named, *between, *beyond))]


def _values_named(name: str, term: Term) -> Iterator[Any]:
    if term[0] == "not":
        yield from _values_named(name, term[1])
    elif term[0] in ("all", "any"):
        for part in term[1]:
            yield from _values_named(name, part)
    elif term[1] == name and term[0] in ("is", "none_of"):
        yield from term[2]
    elif term[1] == name and term[0] == "range":
        yield from (bound for bound in term[2:] if bound is not None)


def _linked(rules: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Split rules into those that speak of the same answers, however indirectly."""
    parts: list[tuple[set[str], list[Mapping[str, Any]]]] = []
    for rule in rules:
        names, members = set(fields_named(rule["when"])), [rule]
        for part in [part for part in parts if part[0] & names]:
            parts.remove(part)
            names |= part[0]
            members = part[1] + members
        parts.append((names, members))
    return [members for _, members in parts]


def _most_of(rules: Sequence[Mapping[str, Any]]) -> int:
    worlds = _worlds([rule["when"] for rule in rules if rule["when"]], {})
    if worlds is None:
        return sum(max(0, best_of(rule)) for rule in rules)
    return max(sum(_adds(rule, world) for rule in rules) for world in worlds)


def _adds(rule: Mapping[str, Any], world: World) -> int:
    possible = truths(rule["when"], world) if rule["when"] else frozenset((True,))
    best = best_of(rule)
    if best > 0:
        return best if True in possible else 0
    return best if rule["type"] == "answer" and possible == {True} else 0


def _clamped(points: int, limits: Mapping[str, Any]) -> int:
    cap, floor = limits["cap"], limits["floor"]
    bounded = points if cap is None else min(points, cap)
    return bounded if floor is None else max(bounded, floor)
