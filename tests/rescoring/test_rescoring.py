"""A changed model reaches every lead, once, and tells nobody but at the end."""

from contextlib import suppress
from typing import Any

import pytest

from functions.leads.history import Record
from functions.leads.kept_model import deployments, kept_model
from functions.leads.lead import Lead, stored_form
from functions.leads.lead_table import TryLater
from functions.leads.rescore_run import Progress, Run, all_progress, newest_run
from functions.leads.rescoring import LEADS_AT_ONCE, LEASE_MS, SETTLES_MS, Rescored
from functions.scoring.instants import DAY_MS, MINUTE_MS
from tests.builders import (
    ANNA,
    MONDAY,
    activity_rule,
    answer_rule,
    arrival,
    compiled_model,
    form_submitted,
    page_viewed,
)
from tests.machine.crashes import FAULTS, Crashed
from tests.rescoring.rescored_world import RescoredWorld, generous, looking_at_news


def test_g15_a_changed_model_reaches_every_lead_silently_and_is_told_once() -> None:
    world = RescoredWorld()
    leads = world.people(40, page_viewed())
    world.model = generous()
    told = world.rescore()
    assert {(world.lead(name).score, world.lead(name).band) for name in leads} == {(22, "hot")}
    assert {world.lead(name).model for name in leads} == {"v2"}
    assert world.topic.alerts == []
    assert (told.seen, told.written, told.moved) == (40, 40, {"warm>hot": 40})
    world.tick()
    assert len(world.told) == 1


def test_a_rescore_waits_until_whoever_works_under_the_former_model_has_ended() -> None:
    world = RescoredWorld()
    world.people(3, page_viewed())
    world.model = generous()
    world.tick()
    run = newest_run(world.models)
    assert run is not None
    assert run.starts_at == run.begun_at + SETTLES_MS
    world.now = run.starts_at - 1
    assert world.rescoring().go([0]).seen == 0


def test_before_the_first_model_there_is_nothing_to_tell_of() -> None:
    world = RescoredWorld()
    world.apply(arrival(page_viewed()))
    for _ in range(3):
        world.tick()
    run = newest_run(world.models)
    assert run is not None
    assert (run.number, run.ended_at is None) == (1, False)
    assert world.told == []


def test_where_the_model_stays_the_same_nothing_is_rescored() -> None:
    world = RescoredWorld()
    world.people(3, page_viewed())
    before = dict(world.store.leads)
    world.tick()
    world.tick()
    assert world.told == []
    assert world.store.leads == before


def test_going_back_to_an_old_model_is_a_change_like_any_other() -> None:
    world = RescoredWorld()
    (name,) = world.people(1, page_viewed())
    world.model = generous()
    world.rescore()
    world.model = compiled_model()
    told = world.rescore()
    assert (world.lead(name).score, told.moved) == (12, {"hot>warm": 1})
    assert [one.version for one in deployments(world.models)] == ["v1", "v2", "v1"]


def test_a_rescore_that_another_model_overtakes_is_told_of_as_far_as_it_came() -> None:
    world = RescoredWorld()
    world.people(40, page_viewed())
    world.model = generous()
    world.tick()
    world.tick([0, 1])
    world.model = compiled_model(version="v3")
    world.rescore()
    assert [run.version for run, _ in world.told] == ["v2", "v3"]
    overtaken, last = (done for _, done in world.told)
    assert 0 < overtaken.moved["warm>hot"] == last.moved["hot>warm"] < 40
    assert (overtaken.is_done, last.is_done) == (False, True)


def half_rescored() -> RescoredWorld:
    world = RescoredWorld()
    world.people(40, page_viewed())
    world.model = generous()
    world.tick()
    world.now += MINUTE_MS
    for segment in (0, 1):
        world.rescoring().go([segment])
    world.model = looking_at_news()
    world.now += MINUTE_MS
    return world


def ticks(world: RescoredWorld, number: int, **changes: Any) -> None:
    for _ in range(number):
        with suppress(TryLater):
            world.tick(**changes)


def test_g13_a_digest_that_fails_when_the_next_model_comes_is_sent_after_all() -> None:
    world = half_rescored()
    fails = iter([True, True])

    def tell(run: Run, done: Progress) -> None:
        if next(fails, False):
            raise TryLater
        world.told.append((run, done))

    ticks(world, 10, tell=tell)
    first, second = world.told
    assert first[0].version == "v2"
    assert not first[1].is_done
    assert first[1].moved == {"warm>hot": first[1].written}
    assert second[0].version == "v3"


def test_a_run_that_is_being_told_of_is_told_of_by_nobody_else() -> None:
    world = RescoredWorld()
    world.people(10, page_viewed())
    world.model = generous()
    refused = []

    def tell(run: Run, done: Progress) -> None:
        world.told.append((run, done))
        if len(world.told) == 1:
            world.model = generous(version="v9")
            with pytest.raises(TryLater):
                world.rescoring().begin()
            refused.append(world.rescoring().go([0]))

    ticks(world, 8, tell=tell)
    assert [run.version for run, _ in world.told] == ["v2", "v9"]
    assert refused == [Rescored("2-v2", 0, 0, is_over=False)]


def test_each_model_that_was_deployed_is_kept_as_it_was_written() -> None:
    world = RescoredWorld()
    world.tick()
    world.model = generous()
    world.rescore()
    kept = kept_model(world.models, "v2")
    assert kept is not None
    assert (kept.source, kept.compiled) == ("model: test", generous())
    assert kept_model(world.models, "v9") is None


def test_only_what_must_change_is_written() -> None:
    world = RescoredWorld()
    names = world.people(20, page_viewed("/blog"))
    world.happen(page_viewed())
    before = dict(world.store.leads)
    world.model = generous()
    told = world.rescore()
    assert (told.seen, told.written) == (21, 1)
    assert {name: world.store.leads[name] for name in names} == {n: before[n] for n in names}


def test_a_hot_lead_is_written_also_when_its_score_stays() -> None:
    """Else a stale "hot" of another model would swallow its next alert (G12)."""
    world = RescoredWorld(model=compiled_model(answer_rule(points=25)))
    (name,) = world.people(1, form_submitted())
    assert world.lead(name).band == "hot"
    world.model = compiled_model(answer_rule(points=25), version="v2")
    world.rescore()
    assert world.lead(name).model == "v2"


def test_g12_a_lead_that_no_points_keep_hot_is_written_too() -> None:
    """Where hot begins below nought no end of points is to come that would have it written."""
    bands = {"hot_above": -5, "cold_below": -10}
    world = RescoredWorld(model=compiled_model(answer_rule(points=25), bands=bands))
    (name,) = world.people(1, page_viewed("/blog"))
    assert (world.lead(name).score, world.lead(name).band) == (0, "hot")
    world.model = compiled_model(answer_rule(points=25), bands=bands, version="v2")
    world.rescore()
    assert world.lead(name).model == "v2"


def test_g12_a_lead_that_time_will_make_hot_is_told_of_then() -> None:
    """It is written though its score stays: the sweep tells of what its own model foresaw."""
    careers = activity_rule("careers", steps=[[0, -15], [10 * DAY_MS, 0]])
    world = RescoredWorld(model=compiled_model(answer_rule(points=22), careers))
    (name,) = world.people(1, form_submitted(), page_viewed())
    world.model = compiled_model(answer_rule(points=22), careers, version="v2")
    world.rescore()
    assert (world.lead(name).model, world.lead(name).band) == ("v2", "cold")
    world.now = MONDAY + 10 * DAY_MS
    world.sweep([name])
    assert [alert.attributes["kind"] for alert in world.topic.alerts] == ["hot"]


def test_within_a_page_the_place_is_kept_after_every_few_leads() -> None:
    world = RescoredWorld(page_limit=1000)
    number = 5 * LEADS_AT_ONCE
    world.people(number, page_viewed())
    world.model = generous()
    world.tick()
    world.now += MINUTE_MS
    world.rescoring().go([0])
    step = next(one for one in all_progress(world.models, _newest(world)) if one.segment == 0)
    assert step.seen > LEADS_AT_ONCE
    writes: list[str] = []

    def die(call: str) -> None:
        writes.append(call)
        if writes.count("put") == 2:  # that of the segment, and of its first leads
            raise Crashed

    world.models.after = die
    with pytest.raises(Crashed):
        world.rescoring().go([1])
    world.models.after = lambda _: None
    world.now += LEASE_MS
    assert world.rescore().moved == {"warm>hot": number}
    assert world.told[-1][1].seen == number


def _newest(world: RescoredWorld) -> Run:
    run = newest_run(world.models)
    assert run is not None
    return run


def test_other_matching_rules_have_every_ledger_built_from_the_history_twice() -> None:
    world = RescoredWorld()
    names = world.people(9, page_viewed("/news"), page_viewed(at=MONDAY - 1))
    world.model = looking_at_news()
    told = world.rescore()
    assert told.written == 9
    for name in names:
        lead = world.lead(name)
        assert set(lead.merged.state.ledger.occurrences) == {"news"}
        assert (lead.score, lead.matching) == (world.plain_score(name), "m3")
        assert lead.rebuild_at is not None
        assert lead.due_at is not None
        assert lead.due_at <= lead.rebuild_at


def test_g12_a_fact_in_flight_that_the_rebuild_finds_first_is_told_of() -> None:
    world = RescoredWorld(model=looking_at_news(version="v1", matching="m1"))
    (name,) = world.people(1, page_viewed("/blog"))
    world.model = generous(matching="m9")
    world.tick()
    fact = page_viewed(at=world.now, lead=name, email=name)
    world.store.remember([Record(fact, received_at=world.now)])
    world.rescore()
    assert [alert.attributes["kind"] for alert in world.topic.alerts] == ["hot"]
    world.apply(arrival(fact))
    assert len(world.topic.alerts) == 1


def test_g15_an_old_fact_that_other_rules_count_is_told_of_by_nobody() -> None:
    world = RescoredWorld(model=looking_at_news(version="v1", matching="m1"))
    world.people(5, page_viewed())
    world.now += DAY_MS
    world.model = generous(matching="m9")
    told = world.rescore()
    assert told.moved == {"cold>hot": 5}
    assert world.topic.alerts == []


def test_a_lead_that_live_traffic_wrote_meanwhile_is_left_alone() -> None:
    world = RescoredWorld()
    world.people(4, page_viewed())
    world.model = generous()
    world.happen(page_viewed(at=MONDAY + 1), form_submitted())
    alerts = len(world.topic.alerts)
    live = world.item()
    told = world.rescore()
    assert world.item() == live
    assert (told.seen, told.written, told.moved) == (5, 4, {"warm>hot": 4})
    assert len(world.topic.alerts) == alerts == 1


def test_what_an_earlier_rescore_moved_is_not_counted_again_where_live_traffic_was_first() -> None:
    world = RescoredWorld()
    (name,) = world.people(1, page_viewed())
    world.model = generous()
    assert world.rescore().moved == {"warm>hot": 1}
    world.model = generous(version="v3")
    world.apply(arrival(form_submitted(lead=name, email=name)))
    assert world.lead(name).model == "v3"
    assert world.rescore().moved == {}


@pytest.mark.parametrize("first", ["a sweep", "an import"])
def test_whom_the_model_moved_before_the_rescore_came_by_is_told_of_by_its_digest(
    first: str,
) -> None:
    world = RescoredWorld()
    (name,) = world.people(1, page_viewed())
    world.model = generous()
    if first == "a sweep":
        world.store.leads[name]["due_at"] = world.now  # the minute of its refresh
        world.sweep([name])
    else:
        world.apply(arrival(form_submitted(lead=name, email=name, answers={}), silent=True))
    assert (world.lead(name).band, world.topic.alerts) == ("hot", [])
    assert world.rescore().moved == {"warm>hot": 1}
    world.now += MINUTE_MS
    world.rescoring().begin()
    assert world.rescore().moved == {}
    world.model = generous(version="v3")
    assert world.rescore().moved == {}


def test_k11_a_lead_that_others_write_at_the_same_moment_is_read_and_decided_again() -> None:
    world = RescoredWorld()
    (name,) = world.people(1, page_viewed())
    world.model = generous()
    world.tick()
    meanwhile = [page_viewed(at=MONDAY + 2, id="meanwhile", lead=name, email=name)]

    def another(call: str) -> None:
        if call == "write" and meanwhile:
            world.apply(arrival(meanwhile.pop()))

    world.store.before = another
    told = world.rescore()
    assert told.written == 0
    assert world.lead(name).score == world.plain_score(name)
    assert world.counts["conflicts"] == 1


def test_g23_an_erased_lead_stays_a_tombstone() -> None:
    world = RescoredWorld()
    tombstone = stored_form(Lead(ANNA, revision=3, erased_at=MONDAY, erased=True))
    world.store.write(tombstone, expected=0)
    world.tick()
    world.model = generous()
    world.rescore()
    assert world.item() == tombstone


def test_d15_what_cannot_be_read_is_left_and_counted_and_stops_nothing() -> None:
    world = RescoredWorld()
    names = world.people(6, page_viewed())
    damaged = {**world.item(names[0]), "ledger": "{"}
    world.store.leads[names[0]] = damaged
    world.model = generous()
    told = world.rescore()
    assert (told.seen, told.written, told.failed) == (6, 5, 1)
    assert world.item(names[0]) == damaged
    assert world.counts["lead_unreadable"] == 1


def test_leads_sales_is_not_told_of_are_rescored_but_named_by_no_digest() -> None:
    world = RescoredWorld()
    (name,) = world.people(1, page_viewed(), form_submitted(test=True, answers={}))
    world.model = generous()
    told = world.rescore()
    assert world.lead(name).band == "hot"
    assert (told.moved, told.hot) == ({}, [])


def test_an_alert_that_waits_is_neither_lost_nor_sent_by_the_rescore() -> None:
    world = RescoredWorld()
    world.topic.denied = True
    world.happen(page_viewed(), form_submitted())
    world.tick()
    waiting = world.lead().outbox
    world.model = generous()
    world.topic.denied = False
    world.rescore()
    assert world.topic.alerts == []
    assert world.lead().outbox == waiting is not None
    world.now += MINUTE_MS
    world.sweep()
    assert len(world.topic.alerts) == 1


def test_somebody_may_ask_for_a_rescore_though_the_model_is_the_same() -> None:
    world = RescoredWorld()
    (name,) = world.people(1, page_viewed())
    world.store.leads[name] |= {"score": 3, "band": "cold", "model": "lost"}
    world.now += MINUTE_MS
    run = world.rescoring().begin()
    assert run.starts_at == world.now
    assert world.rescore().moved == {"cold>warm": 1}
    assert world.lead(name).score == 12
    assert [one.version for one in deployments(world.models)] == ["v1"]


def test_a_segment_belongs_to_one_call_at_a_time() -> None:
    world = RescoredWorld()
    world.people(30, page_viewed())
    world.model = generous()
    world.tick()
    world.now += MINUTE_MS
    inner: list[Rescored] = []

    def another(call: str) -> None:
        if call == "write" and not inner:
            inner.append(world.rescoring().go([0]))

    world.store.before = another
    world.rescoring().go([0])
    assert [one.seen for one in inner] == [0]


def test_a_rescore_stops_by_itself_and_the_next_minute_goes_on() -> None:
    world = RescoredWorld(page_limit=2)
    world.people(40, page_viewed())
    world.model = generous()
    world.tick()

    def slowly(call: str) -> None:
        world.now += 20_000 if call == "scan" else 0

    world.store.before = slowly
    seen = [done.seen for done in world.tick([1])]
    assert 0 < sum(seen) < 40
    assert world.rescore().moved == {"warm>hot": 40}


def test_live_traffic_comes_first_by_a_pace_that_halves_where_the_table_throttles() -> None:
    world = RescoredWorld(page_limit=100)
    world.people(60, page_viewed())
    world.model = generous()
    world.tick()
    pauses: list[int] = []
    throttled = [True]

    def throttle(call: str) -> None:
        if call == "write" and throttled:
            throttled.clear()
            raise TryLater

    world.store.before = throttle
    world.now += MINUTE_MS
    done = world.rescoring(pause=pauses.append).go([0])
    assert done.written > 10
    assert pauses == [1000, done.written * 1000 // 50]


@pytest.mark.parametrize("fault", FAULTS)
def test_wherever_it_is_killed_it_goes_on_and_counts_each_lead_once(fault: str) -> None:
    """G4, G12, G15: at each call of each table in turn, then again from the schedule."""
    side, error = FAULTS[fault]
    reached = True
    place = 0
    while reached:
        world = RescoredWorld(page_limit=3)
        names = world.people(11, page_viewed())
        world.model = generous()
        world.tick()
        countdown = [place]

        def fail(_call: str, countdown: list[int] = countdown, error: type = error) -> None:
            countdown[0] -= 1
            if countdown[0] == -1:
                raise error

        for part in (world.store, world.models):
            setattr(part, side, fail)
        try:
            world.tick()
        except (Crashed, TryLater):
            world.now += LEASE_MS
        reached = countdown[0] < 0
        for part in (world.store, world.models):
            setattr(part, side, lambda _: None)
        world.rescore()
        assert {world.lead(name).score for name in names} == {22}
        assert world.topic.alerts == []
        told = world.told[-1][1]
        assert (told.seen, told.moved) == (11, {"warm>hot": 11}), place
        assert len(told.hot) == 11
        assert len(world.told) <= 2
        assert len({run.id for run, _ in world.told}) == 1
        place += 1
    assert place > 20
