"""What "what would make it hot" names makes that lead hot, once it is done: through the one
move, at the instant the lead was read; and where nothing is named, nothing alone does.

Done plainly: by an activity that meets the rule, and others only where it must.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.leads.lead import read_lead
from functions.leads.lead_as_of import as_of
from functions.sales.lead_view import TO_HOT_MAX, LeadView, lead_view
from functions.scoring.facts import Fact
from functions.scoring.instants import DAY_MS, HOUR_MS
from functions.scoring.model import ActivityRule
from functions.scoring.score import Score
from modelling.compile import compile_document
from tests.builders import (
    ANNA,
    MONDAY,
    World,
    activity_rule,
    answer_rule,
    arrival,
    compiled_model,
    form_submitted,
    page_viewed,
    quiet_rule,
)
from tests.fakes import MemoryStore
from tests.laws.asked_product import by_lead
from tests.laws.drawn_histories import PROPERTIES, Case, cases
from tests.laws.drawn_models import FORM
from tests.laws.law_profile import law
from tests.soak import times

MODELS = times(push=200, soak=20_000)
SHARE_MIN = 0.1  # of the leads that are not hot yet, something is named of so many, nothing too
WAYS_GONE_MIN = 0.8  # of what is named can be done plainly by what is drawn


def test_doing_what_it_says_makes_that_lead_hot_and_nothing_else_alone_does() -> None:
    counted = {"not hot": 0, "something": 0, "nothing": 0, "ways": 0, "gone": 0}

    @law(MODELS)
    @given(cases(), st.sampled_from((0, 4, 11, None)))
    def holds(case: Case, short_by: int | None) -> None:
        for world, view in views(case, short_by):
            if view.score.band == "hot":
                continue
            named = [way["rule"] for way in told(view)]
            counted["not hot"] += 1
            counted["something" if named else "nothing"] += 1
            for way in told(view):
                fact = plainly(view, way["rule"])
                counted["ways"] += 1
                if fact is not None:
                    counted["gone"] += 1
                    after = done(world, view, fact)
                    assert (after.band, after.total) == ("hot", way["score"]), way
                    assert way["points"] == after.total - view.score.total
            if len(named) < TO_HOT_MAX:
                for rule in giving(view):
                    fact = None if rule in named else plainly(view, rule)
                    assert fact is None or done(world, view, fact).band != "hot", rule

    holds()
    assert counted["something"] >= SHARE_MIN * counted["not hot"], counted
    assert counted["gone"] >= WAYS_GONE_MIN * counted["ways"], counted
    assert counted["nothing"] >= SHARE_MIN * counted["not hot"], counted


@pytest.mark.parametrize(
    ("rule", "seen", "named"),
    [
        ({"at_most": 2}, 45 * DAY_MS, True),  # what ended long ago takes no place
        ({"at_most": 1}, HOUR_MS, False),  # it counts once, and did
        ({"at_most": 2, "once_per": DAY_MS}, HOUR_MS, False),  # nor twice on a day
        ({"at_most": 2, "once_per": DAY_MS}, 2 * DAY_MS, True),
        ({"activity": "email_opened", "where": None}, None, False),  # opens count nothing (C30)
    ],
)
def test_a_way_counts_as_the_rule_counts(
    rule: dict[str, Any], seen: int | None, named: bool
) -> None:
    world = World(model=compiled_model(answer_rule(points=15), activity_rule(**rule)))
    world.happen(form_submitted())
    if seen is not None:
        world.happen(page_viewed(at=MONDAY - seen))
        world.model["bands"]["hot_above"] = viewed(world, ANNA).score.total + 5
    assert [way["rule"] for way in told(viewed(world, ANNA))] == ["pricing-page"] * named


def test_a_way_ends_a_silence_and_brings_what_comes_with_each_such_activity() -> None:
    any_page = activity_rule("any-page", where=None, steps=[[0, -3], [30 * DAY_MS, 0]])
    world = World(model=compiled_model(answer_rule(), activity_rule(), quiet_rule(), any_page))
    world.happen(form_submitted(), page_viewed(at=MONDAY - 70 * DAY_MS))
    assert viewed(world, ANNA).score.total == 15
    (way,) = told(viewed(world, ANNA))
    assert (way["points"], way["score"]) == (12 + 5 - 3, 29)


def views(case: Case, short_by: int | None) -> Iterator[tuple[World, LeadView]]:
    """Each lead of a case as sales reads it, in a world in which that is all there is; a lead
    turns hot as the model says, or with more than so many points above what it has.
    """
    document, retention, lines, now = case
    for lead, facts in by_lead(lines).items():
        world = World(model=compile_document(document, retention_days=retention), now=now)
        world.happen(*facts)
        if short_by is not None:
            bands = world.model["bands"]
            bands["hot_above"] = max(viewed(world, lead).score.total + short_by, 5)
        yield world, viewed(world, lead)


def viewed(world: World, name: str) -> LeadView:
    lead, around = read_lead(world.item(name)), world.around()
    at = max(world.now, lead.last_seen or 0)
    merged = as_of(lead, around.book, world.store, at=at)
    return lead_view(lead, merged, around.book, around.naming, at=at)


def told(view: LeadView) -> list[dict[str, Any]]:
    ways: list[dict[str, Any]] = view.whole([], language="en")["to_hot"]
    return ways


def giving(view: LeadView) -> list[str]:
    rules = view.book.rules
    return [rule.name for rule in rules if isinstance(rule, ActivityRule) and rule.points[1] > 0]


def done(world: World, view: LeadView, fact: Fact) -> Score:
    """The lead's score after this fact, in a copy of the world."""
    store = MemoryStore(leads=dict(world.store.leads), facts=dict(world.store.facts))
    then = World(model=world.model, now=view.score.at, store=store)
    then.apply(arrival(fact))
    return viewed(then, view.lead.id).score


def plainly(view: LeadView, name: str) -> Fact | None:
    """An activity now that meets this rule, and others only where they ask nothing or the same;
    None where none of those that are drawn does.
    """
    compiled = {rule["rule"]: rule for rule in view.book.model["rules"]}
    rule = view.book.rules[view.book.place[name]]
    assert isinstance(rule, ActivityRule)
    may = {
        other
        for other, one in compiled.items()
        if one["type"] == "activity" and one.get("where") in (None, compiled[name].get("where"))
    }
    for fact in activities(view, rule.activity):
        met = {one.name for one in view.book.rules_met(fact)}
        if name in met and met <= may:
            return fact
    opened = rule.activity == "email_opened"  # meets no rule, and has to be tried all the same
    return next(activities(view, rule.activity)) if opened else None


def activities(view: LeadView, kind: str) -> Iterator[Fact]:
    """Every activity of this kind that could be drawn, at the instant of reading."""
    values = {"form": ("demo", "contact", "else")} if kind == FORM else PROPERTIES[kind]
    for chosen in product(*((*each, None) for each in values.values())):
        said = {one: value for one, value in zip(values, chosen, strict=True) if value is not None}
        touch: Any = {} if kind == FORM else None
        yield Fact(view.lead.id, view.score.at, "one more", kind, view.lead.id, said, touch=touch)
