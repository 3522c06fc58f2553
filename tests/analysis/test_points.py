"""Whole points: few, shrunk where few leads have a trait, in the order of a number."""

import numpy as np
from numpy.typing import NDArray

from analysis.candidates import Candidate, Trait
from analysis.points import points_of

LEADS = 1_200


def trait(name: str, leads: NDArray[np.bool_], place: int | None = None) -> Candidate:
    asked = Trait(name, name, when={name: {"from": place or 0, "below": (place or 0) + 1}},
                  place=place)  # fmt: skip
    return Candidate(asked, leads.astype(np.float64))


def drawn(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_of_two_traits_with_the_same_wins_the_one_of_few_leads_earns_less() -> None:
    chance = drawn(1)
    many, few = (np.zeros(LEADS, dtype=np.bool_) for _ in range(2))
    many[chance.permutation(LEADS)[:300]] = True
    few[np.flatnonzero(~many)[chance.permutation(900)[:20]]] = True
    won = chance.random(LEADS) < 0.2
    for one in (many, few):
        own = np.flatnonzero(one)
        won[own] = np.arange(len(own)) < 0.8 * len(own)
    found = {
        one.trait.subject: one.points
        for one in points_of([trait("many", many), trait("few", few)], won, cap=50, rules_max=40)
    }
    assert found["many"] > found.get("few", 0) >= 0


def test_what_tells_nothing_beside_the_rest_earns_next_to_nothing() -> None:
    chance = drawn(2)
    tells = chance.random(LEADS) < 0.4
    echo = tells ^ (chance.random(LEADS) < 0.2)
    noise = chance.random(LEADS) < 0.5
    won = chance.random(LEADS) < np.where(tells, 0.6, 0.1)
    found = points_of(
        [trait("tells", tells), trait("echo", echo), trait("noise", noise)], won, cap=50,
        rules_max=40,
    )  # fmt: skip
    earned = {one.trait.subject: one.points for one in found}
    assert 40 <= earned.pop("tells") <= 55  # alone it spans a half
    assert all(abs(points) <= 6 for points in earned.values())


def test_points_never_turn_along_the_ranges_of_a_number() -> None:
    for seed in range(4):
        chance = drawn(seed)
        place = chance.integers(0, 4, LEADS)
        won = chance.random(LEADS) < np.array([0.2, 0.5, 0.4, 0.7])[place]
        ranges = [trait("size", place == number, number) for number in range(4)]
        found = points_of(ranges, won, cap=50, rules_max=40)
        in_order = sorted(found, key=lambda one: one.trait.place or 0)
        points = [one.points for one in in_order]
        assert points == sorted(points)
        assert len(points) >= 2


def test_two_traits_together_become_a_rule_where_they_are_more_than_their_sum() -> None:
    chance = drawn(3)
    boss, small = chance.random(LEADS) < 0.4, chance.random(LEADS) < 0.4
    won = chance.random(LEADS) < np.where(boss & small, 0.9, np.where(boss | small, 0.2, 0.15))
    found = points_of([trait("boss", boss), trait("small", small)], won, cap=50, rules_max=40)
    pairs = [one for one in found if len(one.trait.when or {}) == 2]
    assert [one.points > 0 for one in pairs] == [True]


def test_no_more_rules_than_asked_for_the_weightiest_first() -> None:
    chance = drawn(4)
    traits = [chance.random(LEADS) < 0.4 for _ in range(6)]
    odds = sum(weight * one for weight, one in zip((2.5, 2, 1.5, 1, 1, 1), traits, strict=True)) - 4
    won = chance.random(LEADS) < 1 / (1 + np.exp(-odds))
    candidates = [trait(f"t{number}", one) for number, one in enumerate(traits)]
    found = points_of(candidates, won, cap=50, rules_max=2)
    assert [one.trait.subject for one in found] == ["t0", "t1"]
