"""The one move: what facts, repeats, time, conflicts and faults do to a stored lead and its
alert.
"""

import json
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from functions.leads.arrivals import Verdict
from functions.leads.due import Refresh
from functions.leads.history import Record
from functions.leads.lead import LeadUnreadableError, read_lead
from functions.leads.lead_table import TryLater
from functions.leads.listing import home_shard
from functions.leads.rebuild import AGAIN_AFTER_MS
from functions.leads.turning_hot import LEASE_MS
from functions.leads.writing import STALE_MS
from functions.scoring.facts import Fact, distinct
from functions.scoring.instants import DAY_MS, HOUR_MS, MINUTE_MS
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import score_facts
from tests.builders import (
    ANNA,
    MONDAY,
    PRICING,
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


def test_a_form_makes_a_lead_and_a_page_makes_it_hot_with_one_alert() -> None:
    world = World()
    assert world.happen(form_submitted()) == [Verdict.APPLIED]
    assert (world.item()["score"], world.item()["band"]) == (20, "warm")
    assert world.topic.alerts == []
    world.happen(page_viewed())
    assert (world.item()["fit"], world.item()["engagement"], world.item()["band"]) == (
        20,
        12,
        "hot",
    )
    assert [alert.attributes["score"] for alert in world.topic.alerts] == [32]
    assert "alert" not in world.item()


def test_one_event_costs_a_read_a_put_into_history_and_a_write() -> None:
    world = World()
    world.happen(form_submitted())
    assert world.store.calls == ["read", "remember_once", "write"]
    world.store.calls.clear()
    world.happen(page_viewed("/pricing", at=MONDAY + 1))
    assert world.store.calls == ["read", "remember", "write", "write"]  # the last clears the alert


def test_g2_a_repeat_changes_nothing_and_writes_no_lead() -> None:
    world = World()
    world.happen(form_submitted(), page_viewed())
    before, world.store.calls[:] = world.item(), []
    world.now += DAY_MS
    assert world.happen(page_viewed(), form_submitted()) == [Verdict.UNCHANGED, Verdict.DUPLICATE]
    assert "write" not in world.store.calls
    assert world.item() == before
    assert len(world.topic.alerts) == 1


def test_a_page_that_no_rule_knows_is_kept_in_the_history_alone() -> None:
    world = World()
    world.happen(page_viewed())
    revision = world.item()["revision"]
    assert world.happen(page_viewed("/about", at=MONDAY + 5)) == [Verdict.UNCHANGED]
    assert world.item()["revision"] == revision
    assert len(world.store.facts) == 2


def test_g3_facts_give_the_same_lead_in_any_order() -> None:
    facts = [form_submitted(), page_viewed(at=MONDAY - DAY_MS), page_viewed(at=MONDAY + 3)]
    seen = set()
    for order in permutations(facts):
        world = World(now=MONDAY + 10)
        for fact in order:
            world.happen(fact)
        kept = {
            name: world.item()[name]
            for name in ("ledger", "answers", "touches", "first_seen", "score")
        }
        seen.add(json.dumps(kept, sort_keys=True))
    assert len(seen) == 1


def test_g7_the_same_submission_id_with_other_content_is_refused() -> None:
    world = World()
    assert world.apply(arrival(form_submitted(), received_hash="a", source="forms")) == [
        Verdict.APPLIED
    ]
    later = arrival(form_submitted(at=MONDAY + 9, answers={}), received_hash="b", source="forms")
    assert world.apply(later) == [Verdict.REUSED]
    same = arrival(form_submitted(at=MONDAY + 9), received_hash="a", source="forms")
    assert world.apply(same) == [Verdict.DUPLICATE]


def test_a_form_imported_again_is_compared_by_what_it_means() -> None:
    world = World()
    world.apply(arrival(form_submitted(), received_hash="as posted"))
    again = arrival(form_submitted(), received_hash="as pulled", silent=True)
    assert world.apply(again) == [Verdict.DUPLICATE]
    other = arrival(form_submitted(answers={}), received_hash="as pulled", silent=True)
    assert world.apply(other) == [Verdict.REUSED]


def test_g15_a_lead_cooled_and_hot_again_is_told_again_only_after_the_cooldown() -> None:
    short = activity_rule(steps=[[0, 12], [DAY_MS, 0]])
    world = World(model=compiled_model(answer_rule(), short))
    world.happen(form_submitted())
    for day, told in ((0, 1), (3, 1), (8, 2)):
        world.now = MONDAY + day * DAY_MS
        world.happen(page_viewed(at=world.now))
        assert len(world.topic.alerts) == told


def test_g15_a_lead_that_stays_hot_is_not_told_of_again_by_its_refresh() -> None:
    about = activity_rule(
        "about", where=["is", "path", ["/about"]], steps=[[0, 5], [9 * DAY_MS, 0]]
    )
    world = World(model=compiled_model(answer_rule(), activity_rule(), about))
    world.happen(form_submitted(), page_viewed(), page_viewed("/about", id="about"))
    world.now = world.item()["due_at"]
    assert world.now >= MONDAY + 9 * DAY_MS
    world.sweep()
    assert (world.item()["score"], world.item()["band"]) == (32, "hot")
    assert len(world.topic.alerts) == 1


@pytest.mark.parametrize("silent", [True])
def test_g15_c34_an_import_that_makes_a_lead_hot_tells_nobody(silent: bool) -> None:
    world = World()
    world.apply(arrival(form_submitted(), silent=silent), arrival(page_viewed(), silent=silent))
    assert world.item()["band"] == "hot"
    world.now += MINUTE_MS
    world.happen(page_viewed(at=world.now))
    assert world.topic.alerts == []


def test_imports_are_merged_first_and_the_live_facts_of_the_batch_decide() -> None:
    world = World()
    world.apply(arrival(form_submitted(), silent=True), arrival(page_viewed()))
    assert len(world.topic.alerts) == 1


def test_g12_k8_an_alert_that_could_not_be_published_waits_and_goes_with_the_next_sweep() -> None:
    world = World()
    world.topic.denied = True
    world.happen(form_submitted(), page_viewed())
    assert world.item()["due_at"] <= world.now + LEASE_MS
    world.topic.denied = False
    world.now += LEASE_MS
    assert world.sweep() == 1
    assert len(world.topic.alerts) == 1
    assert "alert" not in world.item()
    world.now += LEASE_MS
    world.sweep()
    assert len(world.topic.alerts) == 1


def test_d7_the_sweep_says_how_late_it_and_its_alerts_are() -> None:
    world = World()
    world.topic.denied = True
    world.happen(form_submitted(), page_viewed())
    world.now += LEASE_MS + MINUTE_MS
    world.sweep()
    assert world.gauges["oldest_due"] >= MINUTE_MS
    assert world.gauges["oldest_overdue_alert"] == LEASE_MS + MINUTE_MS


@pytest.mark.parametrize(("hot", "published"), [(True, 1), (False, 0)])
def test_g16_an_alert_a_day_late_goes_out_marked_if_still_hot_and_is_closed_if_not(
    hot: bool, published: int
) -> None:
    short = activity_rule(steps=[[0, 12], [(2 if hot else 1) * DAY_MS, 0]])
    world = World(model=compiled_model(answer_rule(), short))
    world.topic.denied = True
    world.happen(form_submitted(), page_viewed())
    world.topic.denied = False
    world.now += STALE_MS
    world.sweep()
    assert len(world.topic.alerts) == published
    assert "alert" not in world.item()
    if hot:
        assert json.loads(world.topic.alerts[0].bodies["sqs"])["delayed"] is True


def test_points_that_expired_leave_the_band_at_the_sweep() -> None:
    world = World()
    world.happen(form_submitted(), page_viewed())
    assert world.item()["due_at"] <= MONDAY + 30 * DAY_MS
    world.now = MONDAY + 30 * DAY_MS
    world.sweep()
    assert (world.item()["score"], world.item()["band"]) == (20, "warm")


def test_points_that_expired_inside_a_band_leave_the_stored_score_at_its_refresh() -> None:
    world = World(model=compiled_model(activity_rule(steps=[[0, 5], [DAY_MS, 0]])))
    world.happen(page_viewed())
    due_at = world.item()["due_at"]
    assert MONDAY + DAY_MS <= due_at < MONDAY + 2 * DAY_MS
    world.now = due_at
    world.sweep()
    assert world.item()["score"] == 0
    assert "due_at" not in world.item()


def test_a_lead_that_is_not_due_is_left_alone() -> None:
    world = World()
    world.happen(form_submitted(), page_viewed())
    assert world.sweep() == 0


def test_g12_a_penalty_that_expires_can_make_a_lead_hot_and_sales_hears_of_it() -> None:
    careers = activity_rule(
        "careers", where=["starts_with", "path", ["/careers"]], steps=[[0, -20], [DAY_MS, 0]]
    )
    world = World(model=compiled_model(answer_rule(), activity_rule(), careers))
    world.happen(page_viewed("/careers"), form_submitted(), page_viewed(id="p"))
    assert world.topic.alerts == []
    world.now = MONDAY + DAY_MS
    world.sweep()
    assert world.item()["band"] == "hot"
    assert len(world.topic.alerts) == 1


def test_g15_c31_an_unsubscribed_lead_is_marked_and_alerts_nobody_until_it_writes_again() -> None:
    world = World()
    world.happen(form_submitted())
    world.now += 1
    world.happen(page_viewed(at=world.now, kind="email_unsubscribed", id="u"))
    world.now += 1
    world.happen(page_viewed(at=world.now))
    assert world.item()["do_not_contact"] == "unsubscribed"
    assert world.item()["band"] == "hot"
    assert world.topic.alerts == []
    world.now += 1
    world.happen(page_viewed(at=world.now, id="another"))
    assert world.topic.alerts == []
    world.now += 1
    world.happen(form_submitted(at=world.now, id="again"))
    assert len(world.topic.alerts) == 1
    world.now += 1
    world.happen(form_submitted(at=world.now, id="and again"))
    assert len(world.topic.alerts) == 1


@pytest.mark.parametrize("silent", [True, False])
def test_g15_c31_who_writes_again_by_an_import_is_told_of_by_nothing(silent: bool) -> None:
    world = World()
    world.happen(form_submitted())
    world.now += 1
    world.happen(page_viewed(at=world.now, kind="email_unsubscribed", id="u"))
    world.now += 1
    world.happen(page_viewed(at=world.now))
    world.now += 1
    world.apply(arrival(form_submitted(at=world.now, id="again"), silent=silent))
    assert len(world.topic.alerts) == int(not silent)
    world.now += 1
    world.happen(page_viewed(at=world.now, id="live"))
    assert len(world.topic.alerts) == int(not silent)


def test_g15_c31_who_was_told_of_before_is_told_of_again_after_the_cooldown_alone() -> None:
    world = World()
    world.happen(form_submitted(), page_viewed())
    for after, alerts in ((DAY_MS, 1), (8 * DAY_MS, 2)):
        world.now += after
        world.happen(page_viewed(at=world.now, kind="email_unsubscribed", id=f"u{after}"))
        world.now += 1
        world.happen(form_submitted(at=world.now, id=f"f{after}"), page_viewed(at=world.now))
        assert len(world.topic.alerts) == alerts


def test_g15_who_was_not_interested_is_told_of_when_it_writes_again() -> None:
    world = World()
    world.happen(form_submitted())
    world.now += 1
    ended = {"result": "not_interested"}
    world.happen(page_viewed(at=world.now, kind="sales_concluded", id="o", properties=ended))
    world.now += 1
    world.happen(page_viewed(at=world.now))
    assert world.topic.alerts == []
    world.now += 1
    world.happen(form_submitted(at=world.now, id="again"))
    assert len(world.topic.alerts) == 1


def test_g15_c31_unsubscribing_closes_an_alert_that_still_waits() -> None:
    world = World()
    world.topic.denied = True
    world.happen(form_submitted(), page_viewed())
    world.now += 1
    world.happen(page_viewed(at=world.now, kind="email_complained", id="u"))
    assert "alert" not in world.item()
    assert world.counts["alert_suppressed"] == 1


def test_g15_a_change_of_points_rebuilds_nothing_and_tells_nobody_until_facts_come() -> None:
    world = World()
    world.happen(form_submitted(answers={}))
    world.happen(page_viewed())
    world.model = compiled_model(activity_rule(steps=[[0, 30], [30 * DAY_MS, 0]]), version="v2")
    world.now += MINUTE_MS
    world.store.leads[ANNA]["due_at"] = world.now
    world.sweep()
    assert (world.item()["model"], world.item()["band"]) == ("v2", "hot")
    assert world.topic.alerts == []
    assert "rebuilt" not in world.counts


def test_g12_an_active_lead_that_a_new_model_makes_hot_is_announced_once() -> None:
    world = World()
    world.happen(page_viewed())
    world.model = compiled_model(activity_rule(steps=[[0, 30], [30 * DAY_MS, 0]]), version="v2")
    for _ in range(2):
        world.now += MINUTE_MS
        world.happen(page_viewed(at=world.now))
    assert len(world.topic.alerts) == 1


def test_g1_new_matching_rules_rebuild_the_ledger_from_history_at_once_and_again_later() -> None:
    world = World()
    world.happen(form_submitted(), page_viewed("/webinar"))
    webinar = activity_rule("webinar", where=["is", "path", ["/webinar"]])
    world.model = compiled_model(answer_rule(), webinar, version="v2", matching="m2")
    world.now += MINUTE_MS
    world.happen(page_viewed("/about", at=world.now))
    assert world.item()["score"] == 32
    late = page_viewed("/webinar", at=MONDAY - DAY_MS, id="written by whoever read before")
    world.store.remember([_record(late)])
    world.now += AGAIN_AFTER_MS
    assert world.item()["due_at"] <= world.now
    world.sweep()
    assert len(read_lead(world.item()).merged.state.ledger.occurrences["webinar"]) == 1
    assert "rebuild_at" not in world.item()


def test_g1_matching_rules_that_change_again_before_the_second_rebuild_are_rebuilt_twice_too() -> (
    None
):
    world = World()
    world.happen(form_submitted())
    webinar = activity_rule("webinar", where=["is", "path", ["/webinar"]])
    world.model = compiled_model(answer_rule(), webinar, version="v2", matching="m2")
    world.happen(page_viewed("/about"))
    world.now += AGAIN_AFTER_MS
    world.model = compiled_model(answer_rule(), webinar, version="v3", matching="m3")
    world.sweep()
    assert world.item()["rebuild_at"] == world.now + AGAIN_AFTER_MS
    late = page_viewed("/webinar", at=MONDAY - DAY_MS, id="written by whoever read before")
    world.store.remember([_record(late)])
    world.now += AGAIN_AFTER_MS
    world.sweep()
    assert world.item()["score"] == 32
    assert "rebuild_at" not in world.item()


def test_g5_two_writers_lose_nothing() -> None:
    store = MemoryStore()
    first, second = World(store=store), World(store=store)
    first.happen(form_submitted())
    once: list[Any] = [lambda: second.happen(page_viewed())]

    def meanwhile(step: str) -> None:
        if step == "write" and once:
            once.pop()()

    store.before = meanwhile
    first.happen(page_viewed("/pricing/team", at=MONDAY + 2))
    assert json.loads(first.item()["ledger"])[0].keys() == {"pricing-page"}
    assert first.counts["conflicts"] == 1
    assert len(first.topic.alerts) + len(second.topic.alerts) == 1


def test_k5_g12_our_own_success_whose_answer_was_lost_is_no_failure_and_its_alert_still_goes() -> (
    None
):
    world = World()
    world.happen(form_submitted())
    lost: list[Any] = [True]

    def lose(step: str) -> None:
        if step == "write" and lost:
            lost.pop()
            raise TryLater

    world.store.after = lose
    with pytest.raises(TryLater):
        world.happen(page_viewed())
    assert world.happen(page_viewed()) == [Verdict.UNCHANGED]
    assert world.topic.alerts == []
    world.now += LEASE_MS
    world.sweep()
    assert len(world.topic.alerts) == 1


def test_d15_g24_a_lead_of_an_unknown_layout_is_left_as_it_is() -> None:
    world = World()
    world.store.write({"lead": ANNA, "revision": 1, "layout": 99}, expected=0)
    with pytest.raises(LeadUnreadableError):
        world.happen(page_viewed())
    assert world.item() == {"lead": ANNA, "revision": 1, "layout": 99}


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        pytest.param(name, damage, id=f"D15-{name}-{damage}")
        for name, damage in (
            ("answers", "[]"),
            ("answers", '{"job_title":[]}'),
            ("ledger", "[[],{}]"),
            ("ledger", "[{},[]]"),
            ("touches", "{}"),
            ("first_form", "{}"),
            ("first_form", '["soon","x","demo"]'),
            ("contact", "{}"),
            ("contact", "null"),
            ("contact", '["soon"]'),
            ("alert", "[]"),
            ("alert", "5"),
            ("quality", "{"),
            ("quality", "[]"),
            ("quality", 5),
            ("revision", "1"),
            ("revision", {"N": "1.5"}),
            ("score", {"NULL": True}),
            ("written_at", "soon"),
            ("due_at", ""),
            ("erased_at", "soon"),
            ("first_seen", "a"),
            ("tested_at", "a"),
            ("band", "boiling"),
            ("matching", 1),
            ("call_order", 1),
            ("email", 5),
        )
    ],
)
def test_d15_a_lead_that_is_damaged_in_whatever_way_is_left_as_it_is(
    name: str, damage: object
) -> None:
    world = World()
    world.happen(form_submitted())
    world.store.leads[ANNA][name] = damage
    damaged = world.item()
    page = arrival(page_viewed(at=MONDAY + 1))
    assert isinstance(world.move().apply_many({ANNA: [page]})[ANNA], LeadUnreadableError)
    world.now += 40 * DAY_MS
    assert world.sweep() == 0
    assert world.counts["lead_unreadable"] == 1
    assert "bug" not in world.counts
    assert world.item() == damaged


def test_d14_g24_attributes_of_a_newer_version_survive_a_write() -> None:
    world = World()
    world.happen(form_submitted())
    item = world.item() | {"mood": "curious", "tags": {"SS": ["a"]}, "revision": 2}
    world.store.write(item, expected=1)
    world.happen(page_viewed())
    assert world.item()["mood"] == "curious"
    assert world.item()["tags"] == {"SS": ["a"]}


def test_c32_b43_an_erased_lead_takes_nothing_but_a_later_form() -> None:
    world = World()
    world.happen(form_submitted())
    gone = {
        "lead": ANNA, "revision": 2, "layout": 1, "erased": 1, "erased_at": MONDAY + 5,
        "answers": "{}", "ledger": "[{},{}]", "touches": "[null,null]",
        "contact": "[]",
    }  # fmt: skip
    world.store.write(gone, expected=1)
    world.now = MONDAY + 10
    assert world.happen(page_viewed(at=MONDAY + 9)) == [Verdict.ERASED]
    assert world.happen(form_submitted(id="old", at=MONDAY + 5)) == [Verdict.ERASED]
    assert world.happen(form_submitted(id="new", at=MONDAY + 10)) == [Verdict.APPLIED]
    assert world.item()["score"] == 20
    assert world.happen(page_viewed(at=MONDAY + 4)) == [Verdict.ERASED]
    assert world.happen(page_viewed(at=MONDAY + 11)) == [Verdict.APPLIED]


@pytest.mark.parametrize("page_first", [True, False])
def test_b43_a_page_that_comes_in_one_batch_with_the_new_form_is_let_in(
    *, page_first: bool
) -> None:
    world = World()
    world.happen(form_submitted())
    world.store.leads[ANNA] |= {"erased": 1, "erased_at": MONDAY + 5}
    world.now = MONDAY + 10
    page, form = page_viewed(at=MONDAY + 9), form_submitted(id="new", at=MONDAY + 10)
    arrived = (page, form) if page_first else (form, page)
    assert world.happen(*arrived) == [Verdict.APPLIED] * 2
    assert world.item()["score"] == 32


@pytest.mark.parametrize(
    "other",
    [
        {"machine": True},
        {"test": True},
        {"consent": True},
        {"touch": {}},
        {"kind": "link_clicked"},
        {"answers": {"job_title": "CEO"}},
    ],
)
def test_c4_what_differs_in_any_part_is_another_fact(other: dict[str, Any]) -> None:
    page = page_viewed()
    another = replace(page, **other)
    assert {page.at, page.id} == {another.at, another.id}
    assert len(distinct([page, another, page, another])) == 2
    world = World()
    world.happen(page, another)
    assert len(world.store.history(ANNA)) == 2


def test_c4_a_machines_visit_first_does_not_hide_the_persons_of_the_same_instant() -> None:
    world = World()
    world.happen(page_viewed(machine=True))
    assert world.happen(page_viewed()) == [Verdict.APPLIED]
    assert world.item()["score"] == 12


def test_a_test_submission_runs_the_whole_way_and_stays_out_of_lists_and_reports() -> None:
    world = World()
    world.happen(form_submitted(test=True), page_viewed())
    assert world.topic.alerts[0].subject.startswith("TEST Hot:")
    assert world.item()["test"] == 1
    assert not {"month", "call_order"} & world.item().keys()
    world.now += 1
    world.happen(form_submitted(id="real", at=world.now))
    assert {"month", "call_order"} <= world.item().keys()


def test_a_page_that_arrives_from_the_near_future_counts_at_its_own_instant() -> None:
    world = World()
    world.happen(page_viewed(at=MONDAY + 4 * MINUTE_MS))
    assert (world.item()["score"], world.item()["as_of"]) == (12, MONDAY + 4 * MINUTE_MS)


def test_a_late_first_touch_moves_the_month_and_the_channel() -> None:
    world = World()
    world.happen(form_submitted())
    assert (world.item()["channel"], world.item()["month"]) == ("direct", "2026-11")
    early = form_submitted(id="form-0", at=MONDAY - 40 * DAY_MS, touch={"utm_medium": "cpc"})
    world.happen(early)
    assert (world.item()["channel"], world.item()["month"]) == ("ads", "2026-10")


def test_g10_the_due_index_never_misses_the_next_change_of_band() -> None:
    world = World(model=compiled_model(answer_rule(), activity_rule(), quiet_rule()))
    world.happen(form_submitted(), page_viewed())
    for _ in range(40):
        due_at = world.item().get("due_at")
        if due_at is None:
            break
        assert due_at > world.now
        assert world.item()["band"] == _band(world, world.now)
        assert _band(world, due_at - 1) == world.item()["band"]
        world.now = due_at
        assert world.sweep() == 1
    else:
        pytest.fail("the sweep never comes to rest")


def test_the_stored_shard_is_the_leads_own() -> None:
    world = World()
    world.happen(form_submitted())
    assert world.item()["due_shard"] == home_shard(ANNA)
    assert list(world.store.due(home_shard(ANNA), until=world.item()["due_at"])) == [ANNA]


def test_d3_each_lead_is_refreshed_in_its_own_minute() -> None:
    world = World()
    world.happen(form_submitted(), page_viewed())
    lead = read_lead(world.item())
    first = Refresh(1440).next(lead, change_at=MONDAY)
    assert Refresh(1440).next(lead, change_at=first + 1) == first + DAY_MS
    cold = replace(lead, band="cold", refreshed_at=first)
    assert Refresh(1440).next(cold, change_at=first + HOUR_MS) == first + 7 * DAY_MS


def _band(world: World, at: int) -> str:
    facts = [form_submitted(), page_viewed(properties=PRICING)]
    return score_facts(RuleBook(world.model), facts, at=at).band


def _record(fact: Fact) -> Record:
    return Record(fact, fact.at)
