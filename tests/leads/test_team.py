"""Leads find their owner by territory, once, and keep it."""

import json
from collections import Counter
from dataclasses import replace
from itertools import permutations

import pytest

from functions.leads.dealings import Dealings, merge_dealings
from functions.leads.lead import read_lead
from functions.leads.lead_table import TryLater
from functions.leads.team import Member, Team, read_team
from functions.scoring.facts import TEAM_ASSIGNED, Fact
from functions.scoring.instants import DAY_MS, HOUR_MS, MINUTE_MS
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
)
from tests.leads.test_what_sales_did import did

KASIA, PIOTR, OLA, JAN = (f"{name}@example.com" for name in ("kasia", "piotr", "ola", "jan"))
POLAND = {"country": frozenset({"pl"})}
POLISH_ADS = POLAND | {"channel": frozenset({"ads"})}
PLAIN = form_submitted()
POLISH = replace(PLAIN, answers={**PLAIN.answers, "country": "PL"})


def world(*members: Member) -> World:
    return World(team=Team(members))


def owner(of: World, lead: str = ANNA) -> str | None:
    return read_lead(of.item(lead)).merged.dealings.owner


def handed(of: World) -> list[Fact]:
    return [one.fact for one in of.store.history(ANNA) if one.fact.kind == TEAM_ASSIGNED]


@pytest.mark.parametrize(
    ("told", "whose"),
    [
        ({"country": "pl"}, {KASIA}),
        ({"country": "pl", "channel": "ads"}, {PIOTR}),
        ({"country": "de", "channel": "ads"}, {OLA}),
        ({}, {OLA}),
    ],
    ids=["by country", "by two conditions", "another country", "nothing known"],
)
def test_the_narrowest_territory_takes_a_lead(told: dict[str, str], whose: set[str]) -> None:
    team = Team((Member(KASIA, owns=POLAND), Member(PIOTR, owns=POLISH_ADS), Member(OLA)))
    assert {team.owner_of(str(number), told, at=0) for number in range(50)} == whose


def test_several_of_one_territory_get_as_many_whatever_the_order_of_the_list() -> None:
    members = [Member(KASIA), Member(PIOTR), Member(OLA)]
    each = [
        [Team(order).owner_of(f"lead {number}", {}, at=0) for number in range(3_000)]
        for order in permutations(members)
    ]
    assert all(owners == each[0] for owners in each)
    assert all(900 <= number <= 1_100 for number in Counter(each[0]).values())


def test_who_joins_takes_leads_from_nobody_that_was_not_to_be_shared() -> None:
    before, after = (
        Team((Member(KASIA), Member(PIOTR))),
        Team(tuple(map(Member, (KASIA, PIOTR, OLA)))),
    )
    moved = {
        (before.owner_of(str(number), {}, at=0), after.owner_of(str(number), {}, at=0))
        for number in range(500)
    }
    assert moved == {(KASIA, KASIA), (PIOTR, PIOTR), (KASIA, OLA), (PIOTR, OLA)}


def test_managers_take_leads_only_of_a_territory_of_their_own() -> None:
    assert Team((Member(JAN, role="manager"),)).owner_of(ANNA, {"country": "pl"}, at=0) is None
    owning = Team((Member(JAN, role="manager", owns=POLAND),))
    assert owning.owner_of(ANNA, {"country": "pl"}, at=0) == JAN


@pytest.mark.parametrize(
    ("at", "whose"), [(9, KASIA), (10, PIOTR), (19, PIOTR), (20, KASIA)], ids=str
)
def test_who_is_away_is_passed_over_from_the_first_instant_to_the_last(at: int, whose: str) -> None:
    team = Team((Member(KASIA, owns=POLAND, away=(10, 20)), Member(PIOTR)))
    assert team.owner_of(ANNA, {"country": "pl"}, at=at) == whose


def test_where_all_are_away_one_of_them_gets_it_all_the_same() -> None:
    team = Team((Member(KASIA, owns=POLAND, away=(0, 20)), Member(PIOTR, away=(0, 20))))
    assert team.owner_of(ANNA, {"country": "pl"}, at=5) == KASIA


def test_what_was_compiled_is_read_as_texts_compare() -> None:
    (member,) = read_team(
        [{"mail": KASIA, "name": "Kasia", "role": "rep", "owns": {"industry": ["Przemysł"]},
          "away": [1, 2], "calls_a_day": 20}]
    ).members  # fmt: skip
    assert member == Member(
        KASIA, "Kasia", "rep", {"industry": frozenset({"przemysl"})}, 20, (1, 2)
    )


def test_a_cold_lead_is_nobodys_and_a_warm_one_has_an_owner_a_list_and_a_fact() -> None:
    here = world(Member(KASIA, owns=POLAND), Member(PIOTR))
    here.happen(page_viewed("/about"))
    assert owner(here) is None
    here.happen(POLISH)
    assert (owner(here), here.item()["owner_band"]) == (KASIA, f"{KASIA}#warm")
    assert json.loads(here.item()["quality"])["owner"] == KASIA
    assert [fact.properties for fact in handed(here)] == [{"owner": KASIA}]
    assert here.counts["handed_out"] == 1


def test_the_alert_of_a_new_lead_says_already_whose_it_is() -> None:
    here = world(Member(KASIA))
    here.happen(form_submitted(), page_viewed())
    (alert,) = here.topic.alerts
    assert alert.attributes["owner"] == KASIA
    assert "owner_away" not in alert.attributes
    assert f"\nOwner: {KASIA}\n" in alert.bodies["email"]


@pytest.mark.parametrize(("until", "away"), [(1, True), (0, False)], ids=["away", "back"])
def test_of_an_owner_who_is_away_the_alert_says_so(until: int, away: bool) -> None:
    here = world(Member(KASIA, away=(MONDAY - DAY_MS, MONDAY + until)))
    here.happen(form_submitted(), page_viewed())
    (alert,) = here.topic.alerts
    assert (alert.attributes.get("owner_away") == "true") is away
    assert (f"\nOwner: {KASIA} (away)\n" in alert.bodies["email"]) is away


def test_of_an_owner_who_left_the_team_managers_hear_as_of_nobody() -> None:
    here = world(Member(KASIA))
    here.happen(form_submitted())
    here.team = Team((Member(PIOTR),))
    here.now += MINUTE_MS
    here.happen(page_viewed(at=here.now))
    (alert,) = here.topic.alerts
    assert (alert.attributes["owner"], alert.attributes["owner_away"]) == (KASIA, "true")
    assert f"\nOwner: {KASIA} (not in the team)\n" in alert.bodies["email"]


def test_without_a_team_an_owner_is_never_called_absent() -> None:
    here = World()
    here.happen(form_submitted(), did("assigned", owner=KASIA))
    here.happen(page_viewed())
    assert "owner_away" not in here.topic.alerts[0].attributes


def test_an_owner_stays_though_team_territory_and_answers_change() -> None:
    here = world(Member(KASIA, owns=POLAND), Member(PIOTR))
    here.happen(POLISH)
    here.team = Team((Member(OLA), Member(PIOTR, owns=POLAND)))
    here.now += HOUR_MS
    here.happen(form_submitted(id="2", at=here.now, answers={"job_title": "CEO", "country": "DE"}))
    here.now += 2 * DAY_MS
    here.sweep()
    assert (owner(here), len(handed(here))) == (KASIA, 1)


def test_who_has_an_owner_costs_no_further_call() -> None:
    here = world(Member(KASIA))
    here.happen(form_submitted())
    here.store.calls.clear()
    here.now += MINUTE_MS
    here.happen(page_viewed("/docs", at=here.now), page_viewed(at=here.now))
    assert here.store.calls == ["read", "remember", "write", "write"]  # the second clears the alert


def test_a_lead_that_time_alone_makes_warm_is_handed_out_by_the_schedule() -> None:
    penalty = activity_rule(
        "careers", where=["starts_with", "path", ["/careers"]], steps=[[0, -15], [DAY_MS, 0]]
    )
    here = world(Member(KASIA))
    here.model = compiled_model(answer_rule(), penalty)
    here.happen(form_submitted(), page_viewed("/careers"))
    assert owner(here) is None
    here.now += DAY_MS
    here.sweep()
    assert (owner(here), len(handed(here))) == (KASIA, 1)


def test_whom_sales_names_outranks_the_team_whenever_it_was_said() -> None:
    here = world(Member(KASIA))
    here.happen(form_submitted())
    here.now += MINUTE_MS
    here.happen(did("assigned", at=MONDAY - DAY_MS, owner=PIOTR))
    assert owner(here) == PIOTR


def test_a_lead_given_back_to_everybody_is_not_handed_out_again() -> None:
    here = world(Member(KASIA))
    here.happen(form_submitted())
    here.now += MINUTE_MS
    here.happen(did("assigned", at=here.now, owner=""))
    here.now += 2 * DAY_MS
    here.sweep()
    assert owner(here) is None


@pytest.mark.parametrize("fact", [form_submitted(test=True)], ids=["a test"])
def test_who_is_in_no_list_is_handed_to_nobody(fact: Fact) -> None:
    here = world(Member(KASIA))
    here.happen(fact)
    assert (owner(here), handed(here)) == (None, [])


def test_a_lead_that_came_with_its_outcome_is_handed_to_nobody() -> None:
    here = world(Member(KASIA))
    here.happen(form_submitted(), did("concluded", result="lost"))
    assert handed(here) == []


def test_without_a_team_nothing_is_asked_and_nothing_written() -> None:
    here = World()
    here.happen(form_submitted())
    assert here.store.calls == ["read", "remember_once", "write"]


def test_after_an_erasure_a_new_lead_is_handed_out_anew() -> None:
    here = world(Member(KASIA))
    here.happen(form_submitted())
    before = here.item()
    here.store.leads[ANNA] = {
        "lead": ANNA, "layout": 1, "revision": before["revision"] + 1, "erased": 1,
        "erased_at": MONDAY + HOUR_MS, "answers": "{}", "ledger": "[{},{}]",
        "touches": "[null,null]",
        "contact": before["contact"],
    }  # fmt: skip
    here.team = Team((Member(PIOTR),))
    here.now = MONDAY + 2 * HOUR_MS
    here.happen(form_submitted(id="again", at=here.now))
    assert owner(here) is None  # what the erasure is about to delete is no answer, and stands
    here.store.facts.pop((ANNA, "team#team"))
    here.now += 2 * DAY_MS
    here.sweep()
    assert owner(here) == PIOTR


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(4))
def test_whatever_step_fails_the_repeat_finds_the_same_owner(when: str, number: int) -> None:
    here = world(Member(KASIA), Member(PIOTR))
    steps: list[str] = []

    def fail(step: str) -> None:
        steps.append(step)
        if len(steps) - 1 == number:
            raise TryLater

    setattr(here.store, when, fail)
    with pytest.raises(TryLater):
        here.happen(form_submitted())
    here.store.before = here.store.after = lambda _: None
    first = handed(here)
    here.now += HOUR_MS
    here.team = Team((Member(OLA),)) if first else here.team
    here.apply(arrival(form_submitted()))
    assert len(handed(here)) == 1
    assert owner(here) in {KASIA, PIOTR}
    assert not first or handed(here) == first


def test_the_first_word_of_the_team_counts_in_any_order_and_however_often() -> None:
    facts = [
        Fact(ANNA, MONDAY + hour, f"team-{hour}", TEAM_ASSIGNED, ANNA, {"owner": who})
        for hour, who in enumerate((KASIA, PIOTR, OLA))
    ]
    for order in permutations(facts + facts[:1]):
        dealings = Dealings()
        for fact in order:
            dealings = merge_dealings(dealings, [fact])
        assert dealings.owner == KASIA
