"""What sales does with a lead is facts like all others: merged, repeated and late without harm."""

import json
from itertools import permutations
from typing import Any

import pytest

from functions.leads.arrivals import Verdict
from functions.leads.dealings import Dealings, merge_dealings
from functions.leads.lead import read_lead
from functions.leads.turning_hot import LEASE_MS
from functions.scoring.facts import Fact
from functions.scoring.instants import DAY_MS, HOUR_MS, MINUTE_MS, format_instant
from tests.builders import (
    ANNA,
    MONDAY,
    World,
    activity_rule,
    answer_rule,
    compiled_model,
    form_submitted,
    page_viewed,
)


def did(kind: str, *, at: int = MONDAY, id: str = "", **said: Any) -> Fact:  # noqa: A002
    """Sales did something with Anna."""
    return Fact(ANNA, at, id or f"{kind}-{at}", f"sales_{kind}", ANNA, said)


def hot_world() -> World:
    world = World()
    world.happen(form_submitted(), page_viewed())
    world.now += MINUTE_MS
    return world


def order(world: World) -> str:
    return str(world.item().get("call_order", ""))[:3]


def test_a_hot_lead_is_called_first_then_rests_until_it_moves_again() -> None:
    world = hot_world()
    assert order(world) == "0#0"
    world.happen(did("contacted", at=world.now, result="reached", by="kasia@example.com"))
    assert order(world) == "1#1"
    world.now += HOUR_MS
    world.happen(page_viewed("/pricing/plans", at=world.now))
    assert order(world) == "1#0"


def test_what_sales_does_itself_is_no_move_of_the_lead() -> None:
    no_answer = activity_rule(
        "no-answer", activity="sales_contacted", where=None, steps=[[0, -1], [DAY_MS, 0]]
    )
    world = World(model=compiled_model(answer_rule(points=40), no_answer))
    world.happen(form_submitted())
    for hour in range(1, 4):
        world.now = MONDAY + hour * HOUR_MS
        world.happen(did("contacted", at=world.now, result="no_answer"))
        assert order(world) == "1#1"
    assert world.item()["score"] == 39


def test_an_owner_has_a_list_of_its_own_and_gives_it_back() -> None:
    world = hot_world()
    world.happen(did("assigned", at=world.now, owner="kasia@example.com"))
    assert world.item()["owner_band"] == "kasia@example.com#hot"
    world.happen(did("assigned", at=world.now + 1, owner=""))
    assert "owner_band" not in world.item()


def test_a_lead_put_off_leaves_the_list_and_comes_back_in_time() -> None:
    world = hot_world()
    until = world.now + 3 * DAY_MS
    world.happen(did("postponed", at=world.now, until=format_instant(until)))
    assert "call_order" not in world.item()
    assert world.item()["due_at"] <= until
    for _ in range(10):  # refreshes may come between
        world.now = max(world.now, world.item()["due_at"])
        world.sweep()
        if world.now >= until:
            break
        assert "call_order" not in world.item()
    assert (world.now, order(world)) == (until, "0#0")


@pytest.mark.parametrize("result", ["won", "lost", "not_interested", "disqualified"])
def test_g15_an_outcome_cancels_the_alert_that_waits_and_no_other_follows(result: str) -> None:
    world = World()
    world.topic.denied = True
    world.happen(form_submitted(), page_viewed())
    assert "alert" in world.item()
    world.topic.denied = False
    world.happen(did("concluded", at=world.now, result=result))
    assert {"alert", "call_order", "owner_band"}.isdisjoint(world.item())
    world.now += LEASE_MS + 30 * DAY_MS
    world.sweep()
    world.happen(page_viewed(at=world.now))
    assert (world.item()["band"], world.topic.alerts) == ("hot", [])


def test_an_outcome_taken_back_opens_the_lead_again() -> None:
    world = hot_world()
    world.happen(did("concluded", at=world.now, result="lost", reason="too dear"))
    assert order(world) == ""
    world.happen(did("concluded", at=world.now + 1, result=""))
    assert order(world) == "0#0"


def test_r4_who_is_not_interested_gets_no_mail_until_it_agrees_and_no_alert_until_it_writes() -> (
    None
):
    world = hot_world()
    world.happen(did("concluded", at=world.now, result="not_interested"))
    assert world.item()["do_not_contact"] == "not_interested"
    world.now += 60 * DAY_MS
    world.sweep()
    world.happen(form_submitted(id="again", at=world.now), page_viewed(at=world.now))
    assert world.item()["do_not_contact"] == "not_interested"
    assert (order(world), len(world.topic.alerts)) == ("0#0", 2)
    world.happen(form_submitted(id="agrees", at=world.now + 1, consent=True))
    assert "do_not_contact" not in world.item()


def test_a_win_stays_a_win_though_the_customer_writes_again() -> None:
    world = hot_world()
    world.happen(did("concluded", at=world.now, result="won", amount=1200.5))
    world.happen(form_submitted(id="again", at=world.now + HOUR_MS))
    ended = read_lead(world.item()).merged.outcome
    assert ended is not None
    assert (ended.get("result"), ended.get("amount")) == ("won", 1200.5)


STORY = (
    did("contacted", at=MONDAY + 1, result="no_answer"),
    did("contacted", at=MONDAY + 2, result="reached"),
    did("contacted", at=MONDAY + 2, id="z", result="left_message"),
    did("ticked", at=MONDAY + 3, definition="ideal", criterion="ceo", answer="yes"),
    did("ticked", at=MONDAY + 4, definition="ideal", criterion="ceo", answer="no"),
    did("rejected", at=MONDAY + 5, reason="a student"),
)


def test_g3_dealings_are_the_same_in_any_order_and_however_often() -> None:
    whole = merge_dealings(Dealings(), STORY)
    for order_of in permutations(STORY):
        dealings = Dealings()
        for fact in (*order_of, *order_of[:3]):
            dealings = merge_dealings(dealings, [fact])
        assert dealings == whole
    assert whole.first_contacted_at == MONDAY + 1
    assert whole.contacted is not None
    assert whole.contacted.get("result") in {"reached", "left_message"}  # at one instant
    assert whole.ticks["ideal/ceo"].get("answer") == "no"


def test_g2_what_sales_did_twice_is_written_once() -> None:
    world = hot_world()
    world.happen(*STORY)
    revision = world.item()["revision"]
    assert world.happen(*STORY) == [Verdict.UNCHANGED] * len(STORY)
    assert world.item()["revision"] == revision
    read = read_lead(world.item()).merged.dealings
    assert read == merge_dealings(Dealings(), STORY)
    assert "dealings" not in json.loads(world.item()["contact"])


def test_what_a_machine_did_is_nothing_that_sales_did() -> None:
    fact = Fact(ANNA, MONDAY, "x", "sales_contacted", ANNA, {"result": "reached"}, machine=True)
    assert merge_dealings(Dealings(), [fact]) == Dealings()
