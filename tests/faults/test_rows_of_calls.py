"""Rows K1-K11: what each call does when its answer is lost, when it is throttled, when it meets a
conflict, when the process dies before it or after it.

A time-out means "unknown", never "failed": the next step is a re-read, or the repeat of a step that
may be repeated. K12, which is a setting, is asked of the template.
"""

import json
from collections import defaultdict
from itertools import pairwise

import pytest

from functions.leads.listing import home_shard
from functions.scoring.instants import DAY_MS, MINUTE_MS
from tests.faults.call_table import (
    DUE,
    HISTORIES,
    HISTORY,
    PARK,
    PUBLISH,
    PUT,
    READ,
    REFUSE,
    Cell,
    Strike,
    answered,
    attempts,
    backs_off,
    cleared,
    comes_again_by_itself,
    counted,
    died,
    in_queue,
    lead_writes,
    one_lead_whole,
    others_attribute_is_kept,
    pending,
    published,
    refused_alike,
    somebody_writes,
    stored,
    swept,
    unanswered,
)
from tests.faults.fault_injector import ANSWER, ANY_CALL, Fault, Mode
from tests.faults.fault_scenarios import (
    ACTIVITY_HOT,
    AWAY,
    BATCH,
    FORM_HOT,
    FORM_NEW,
    NOW,
    REFUSED,
    SWEEP,
    Scenario,
    earlier,
    lead,
)
from tests.faults.fault_stage import FaultStage
from tests.faults.living_platform import GROUPS
from tests.handlers.told_lines import Ear

TIMED_OUT, THROTTLED, FAILED, LOST, BEFORE, AFTER = ANY_CALL
AGAIN, UNHEARD, FULL, OTHERS, FIRST, SECOND = (
    "answer lost",
    "every answer lost",
    "throttle",
    "conflict",
    "crash before",
    "crash after",
)
COLUMNS = {  # of the table, where it says something
    "K1": {AGAIN, UNHEARD, FULL, FIRST, SECOND},
    "K2": {AGAIN, FULL, OTHERS, FIRST, SECOND},
    "K3": {AGAIN, FULL, FIRST, SECOND},
    "K4": {AGAIN, FULL, FIRST},
    "K5": {AGAIN, FULL, OTHERS, FIRST, SECOND},
    "K6": {AGAIN, FULL, FIRST, SECOND},
    "K7": {AGAIN},
    "K8": {AGAIN, FULL, FIRST, SECOND},
    "K9": {AGAIN, FULL, OTHERS, FIRST, SECOND},
    "K10": {AGAIN, FULL, FIRST},
    "K11": {AGAIN, FULL, OTHERS, FIRST, SECOND},
}


def all_of(label: str, mode: Mode, nth: int = 0) -> Strike:
    """Strike every attempt of a call."""
    return Strike(label, mode, nth, whole_call=True)


def form_calls() -> list[Cell]:
    """K1: the read of the lead and the put into the history, with a visitor waiting."""
    cells = []
    for call, facts_before in ((READ, 0), (HISTORY, 0)):
        kept = 1 if call == HISTORY else 0
        cells += [
            Cell("K1", AGAIN, FORM_NEW, (Strike(call, LOST),), at_once=(answered(201),)),
            Cell(
                "K1",
                UNHEARD,
                FORM_NEW,
                (all_of(call, LOST),),
                at_once=(answered(202), attempts(call, 2), stored(facts=kept, leads=0)),
            ),
            *(
                Cell(
                    "K1",
                    FULL,
                    FORM_NEW,
                    (all_of(call, mode),),
                    at_once=(answered(202), attempts(call, 2), stored(facts=0, leads=0)),
                )
                for mode in (THROTTLED, FAILED)
            ),
            Cell(
                "K1",
                FIRST,
                FORM_NEW,
                (Strike(call, BEFORE),),
                at_once=(unanswered, stored(facts=facts_before, leads=0)),
                in_the_end=(answered(201),),
            ),
            Cell(
                "K1",
                SECOND,
                FORM_NEW,
                (Strike(call, AFTER),),
                at_once=(unanswered, stored(facts=kept, leads=0)),
                in_the_end=(answered(201),),
            ),
        ]
    return cells


def form_puts() -> list[Cell]:
    """K2: the form's conditional put of the lead."""
    seen_again = (answered(201), attempts(PUT, 2), pending, published(0))
    return [
        Cell("K2", AGAIN, FORM_HOT, (Strike(PUT, LOST),), (), seen_again, (published(1),)),
        *(
            Cell(
                "K2",
                FULL,
                FORM_HOT,
                (all_of(PUT, mode),),
                at_once=(answered(202), attempts(PUT, 2), lead_writes(1)),
            )
            for mode in (THROTTLED, FAILED)
        ),
        Cell(
            "K2",
            OTHERS,
            FORM_HOT,
            others=(0, 1, 2),
            at_once=(answered(201), attempts(PUT, 5), counted("conflicts", 3), published(1)),
            in_the_end=(others_attribute_is_kept,),
        ),
        Cell(
            "K2",
            OTHERS,
            FORM_HOT,
            others=(0, 1, 2, 3),
            at_once=(answered(202), attempts(PUT, 4), in_queue("parked", 1)),
            in_the_end=(others_attribute_is_kept, published(1)),
        ),
        Cell(
            "K2",
            FIRST,
            FORM_HOT,
            (Strike(PUT, BEFORE),),
            at_once=(unanswered, lead_writes(1)),
            in_the_end=(answered(201), published(1)),
        ),
        Cell(
            "K2",
            SECOND,
            FORM_HOT,
            (Strike(PUT, AFTER),),
            at_once=(unanswered, pending, lead_writes(2)),
            in_the_end=(answered(201), published(1)),
        ),
    ]


def parkings() -> list[Cell]:
    """K3: the form's way to the parking queue, while the table is away."""
    twice = (answered(202), in_queue("parked", 2))
    return [
        Cell("K3", AGAIN, AWAY, (Strike(PARK, LOST),), at_once=twice),
        Cell(
            "K3",
            FULL,
            AWAY,
            (all_of(PARK, THROTTLED),),
            at_once=(answered(202), attempts(PARK, 3), in_queue("parked", 1)),
        ),
        *(
            Cell(
                "K3",
                FULL,
                AWAY,
                (all_of(PARK, mode), all_of(PARK, mode, nth=2)),
                at_once=(answered(503), attempts(PARK, 4), in_queue("parked", 0)),
            )
            for mode in (THROTTLED, FAILED)
        ),
        Cell(
            "K3", FIRST, AWAY, (Strike(PARK, BEFORE),), at_once=(unanswered, in_queue("parked", 0))
        ),
        Cell(
            "K3", SECOND, AWAY, (Strike(PARK, AFTER),), at_once=(unanswered, in_queue("parked", 1))
        ),
    ]


def activity_calls() -> list[Cell]:
    """K4, K5: what a batch of activities reads and puts."""
    later = (backs_off(30, 3), stored(facts=0, leads=0))
    puts_done = (lead_writes(3), in_queue("activities", 0))
    return [
        *(
            Cell("K4", column, BATCH, (all_of(READ, mode),), at_once=later)
            for column, mode in ((AGAIN, LOST), (AGAIN, TIMED_OUT), (FULL, THROTTLED))
        ),
        Cell("K4", FIRST, BATCH, (Strike(READ, BEFORE),), at_once=(died, comes_again_by_itself)),
        Cell("K5", AGAIN, BATCH, (Strike(HISTORIES, LOST),), at_once=puts_done),
        Cell("K5", AGAIN, BATCH, (Strike(PUT, LOST, 1),), at_once=puts_done),
        Cell("K5", FULL, BATCH, (all_of(HISTORIES, THROTTLED),), at_once=later),
        Cell(  # the second lead's message holds a fact of the first, whose neighbours are through
            "K5",
            FULL,
            BATCH,
            (all_of(PUT, THROTTLED, 1),),
            at_once=(backs_off(30, 1), lead_writes(2)),
            in_the_end=puts_done,
        ),
        Cell(
            "K5",
            OTHERS,
            ACTIVITY_HOT,
            others=(0, 1, 2, 3),
            at_once=(counted("conflicts", 4), in_queue("activities", 0), published(1)),
            in_the_end=(others_attribute_is_kept,),
        ),
        Cell(
            "K5",
            OTHERS,
            ACTIVITY_HOT,
            others=(0, 1, 2, 3, 4),
            at_once=(attempts(PUT, 5), backs_off(30, 1), published(0)),
            in_the_end=(others_attribute_is_kept, published(1)),
        ),
        Cell(
            "K5",
            FIRST,
            BATCH,
            (Strike(PUT, BEFORE),),
            at_once=(died, comes_again_by_itself, stored(facts=4, leads=0)),
            in_the_end=(lead_writes(4),),  # each message by itself
        ),
        Cell(
            "K5",
            SECOND,
            BATCH,
            (Strike(PUT, AFTER),),
            at_once=(died, comes_again_by_itself, one_lead_whole),
            in_the_end=(lead_writes(3),),
        ),
        Cell(
            "K5",
            SECOND,
            ACTIVITY_HOT,
            (Strike(PUT, AFTER),),
            at_once=(died, pending, published(0)),
            in_the_end=(published(1),),
        ),
    ]


def refusals() -> list[Cell]:
    """K6: what is refused goes aside before its message goes."""
    twice = (in_queue("refused", 3), refused_alike)
    return [
        Cell("K6", AGAIN, REFUSED, (Strike(REFUSE, LOST),), at_once=twice),
        Cell(
            "K6",
            FULL,
            REFUSED,
            (all_of(REFUSE, THROTTLED),),
            at_once=(in_queue("activities", 1), in_queue("refused", 1), backs_off(30, 1)),
        ),
        Cell(
            "K6",
            FIRST,
            REFUSED,
            (Strike(REFUSE, BEFORE),),
            at_once=(died, comes_again_by_itself, in_queue("refused", 0)),
        ),
        Cell("K6", SECOND, REFUSED, (Strike(REFUSE, AFTER),), at_once=(died,), in_the_end=twice),
        Cell(
            "K7",
            AGAIN,
            BATCH,
            (Strike(ANSWER, LOST),),
            at_once=(comes_again_by_itself, in_queue("activities", 3), lead_writes(3)),
            in_the_end=(in_queue("activities", 0), lead_writes(3)),
        ),
    ]


def alerts() -> list[Cell]:
    """K8, K9: the alert goes out, and out of its lead."""
    twice = (published(2), cleared)
    return [
        Cell("K8", AGAIN, FORM_HOT, (Strike(PUBLISH, LOST),), at_once=twice),
        *(
            Cell(
                "K8",
                FULL,
                FORM_HOT,
                (all_of(PUBLISH, mode),),
                at_once=(answered(201), pending, published(0)),
                in_the_end=(published(1),),
            )
            for mode in (THROTTLED, FAILED)
        ),
        Cell(
            "K8",
            FIRST,
            FORM_HOT,
            (Strike(PUBLISH, BEFORE),),
            at_once=(pending, published(0)),
            in_the_end=(published(1),),
        ),
        Cell(
            "K8",
            SECOND,
            FORM_HOT,
            (Strike(PUBLISH, AFTER),),
            at_once=(pending, published(1)),
            in_the_end=(published(2),),
        ),
        Cell("K9", AGAIN, FORM_HOT, (Strike(PUT, LOST, 1),), at_once=(cleared, published(1))),
        Cell(
            "K9",
            FULL,
            FORM_HOT,
            (all_of(PUT, THROTTLED, 1),),
            at_once=(answered(201), pending, published(1)),
            in_the_end=(published(2),),
        ),
        Cell("K9", OTHERS, FORM_HOT, others=(1,), at_once=(cleared, published(1))),
        Cell(
            "K9",
            FIRST,
            FORM_HOT,
            (Strike(PUT, BEFORE, 1),),
            at_once=(pending, published(1)),
            in_the_end=(published(2),),
        ),
        Cell(
            "K9",
            SECOND,
            FORM_HOT,
            (Strike(PUT, AFTER, 1),),
            at_once=(cleared, published(1)),
            in_the_end=(published(1),),
        ),
    ]


def sweeps() -> list[Cell]:
    """K11: the sweep's conditional put; the second is Anna's, whose penalty ends."""
    return [
        Cell("K11", AGAIN, SWEEP, (Strike(PUT, LOST, 1),), at_once=(swept("anna", "ewa"),)),
        Cell(
            "K11",
            FULL,
            SWEEP,
            (all_of(PUT, THROTTLED, 1),),
            at_once=(swept("ewa"), counted("sweep_put_off", 1)),
            in_the_end=(published(1),),
        ),
        Cell("K11", OTHERS, SWEEP, others=(1,), at_once=(swept("anna", "ewa"), published(1))),
        Cell(
            "K11",
            OTHERS,
            SWEEP,
            others=(1, 2),
            at_once=(swept("ewa"), published(0)),
            in_the_end=(swept("anna", "ewa"), published(1), others_attribute_is_kept),
        ),
        Cell("K11", FIRST, SWEEP, (Strike(PUT, BEFORE, 1),), at_once=(died, swept("ewa"))),
        Cell(
            "K11",
            SECOND,
            SWEEP,
            (Strike(PUT, AFTER, 1),),
            at_once=(died, swept("anna", "ewa"), pending),
            in_the_end=(published(1),),
        ),
    ]


CELLS = [
    *form_calls(), *form_puts(), *parkings(), *activity_calls(), *refusals(), *alerts(), *sweeps(),
]  # fmt: skip


def row(name: str) -> pytest.MarkDecorator:
    """The cells of one row, each with the row and its column in its id."""
    found = [
        pytest.param(cell, id=f"{cell.row}-{cell.column}-{number}")
        for number, cell in enumerate(one for one in CELLS if one.row == name)
    ]
    return pytest.mark.parametrize("cell", found)


@row("K1")
def test_k1_a_form_repeats_a_read_and_a_history_put_once_and_then_parks(
    stage: FaultStage, cell: Cell
) -> None:
    cell.play(stage)


@row("K2")
def test_k2_a_form_whose_put_is_unknown_decides_again_or_parks(
    stage: FaultStage, cell: Cell
) -> None:
    cell.play(stage)


@row("K3")
def test_k3_b45_parking_is_repeated_once_and_then_the_visitor_is_asked_to(
    stage: FaultStage, cell: Cell
) -> None:
    cell.play(stage)


@row("K4")
def test_k4_leads_that_cannot_be_read_back_off(stage: FaultStage, cell: Cell) -> None:
    cell.play(stage)


@row("K5")
def test_k5_facts_of_one_lead_stand_or_fall_together_and_other_leads_do_not_care(
    stage: FaultStage, cell: Cell
) -> None:
    cell.play(stage)


@row("K6")
def test_k6_nothing_is_acknowledged_before_its_refusal_is_kept_aside(
    stage: FaultStage, cell: Cell
) -> None:
    cell.play(stage)


@row("K7")
def test_k7_a_batch_whose_answer_is_lost_comes_again_and_changes_nothing(
    stage: FaultStage, cell: Cell
) -> None:
    cell.play(stage)


@row("K8")
def test_k8_an_alert_that_may_be_out_goes_out_again_under_the_same_id(
    stage: FaultStage, cell: Cell
) -> None:
    cell.play(stage)


@row("K9")
def test_k9_an_alert_that_may_not_be_cleared_doubles_at_most_once(
    stage: FaultStage, cell: Cell
) -> None:
    cell.play(stage)


@row("K11")
def test_k11_a_lead_the_sweep_cannot_write_waits_for_the_next_tick(
    stage: FaultStage, cell: Cell
) -> None:
    cell.play(stage)


def two_shards() -> Scenario:
    """A sweep of two leads that lie in two shards."""
    mine = home_shard(lead("anna"))
    names = [f"ewa{number}" for number in range(50)]
    other = next(name for name in names if home_shard(lead(name)) != mine)
    before = earlier(30 * DAY_MS, ("anna", "/pricing"), (other, "/pricing"))
    return Scenario("a sweep of two shards", before=before, scores={"anna": 0, other: 0})


K10 = [(AGAIN, LOST, True), (FULL, THROTTLED, True), (FULL, FAILED, True), (FIRST, BEFORE, False)]


@pytest.mark.parametrize(
    ("mode", "whole_call"), [pytest.param(m, w, id=f"K10-{c}-{m.value}") for c, m, w in K10]
)
def test_k10_a_shard_that_cannot_be_read_waits_for_the_next_tick_and_the_others_go_on(
    stage: FaultStage, mode: Mode, *, whole_call: bool
) -> None:
    scenario = two_shards()
    (other,) = set(scenario.scores) - {"anna"}
    query = Strike(DUE, mode, nth=1 + home_shard(lead("anna")), whole_call=whole_call)
    goes_on = whole_call or home_shard(lead(other)) < home_shard(lead("anna"))
    at_once = swept(other) if goes_on else swept()
    end = (swept("anna", other),)
    Cell("K10", "", scenario, (query,), at_once=(at_once,), in_the_end=end).play(stage)


@pytest.mark.parametrize("call", [pytest.param(call, id=f"K10-{call}") for call in (DUE, READ)])
def test_k10_g11_a_tick_that_cannot_read_is_no_sweep_however_often_it_runs(
    stage: FaultStage, ear: Ear, call: str
) -> None:
    """The alarm NoSweep waits for this count: a table that fails for ever has to ring it."""
    stage.prepare(two_shards())
    platform = stage.begin(two_shards())
    mine = [group for group in GROUPS if home_shard(lead("anna")) in group]

    def fail(label: str) -> None:
        stage.cloud.away = frozenset({"dynamodb"} if label == call else ())

    stage.injector.meanwhile = fail
    for _ in range(5):
        platform.sweep(mine)
        stage.clock.now += MINUTE_MS
    assert (platform.counts["sweeps"], platform.counts["shard_failed"] >= 5) == (0, True)
    stage.injector.meanwhile, stage.cloud.away = (lambda _: None), frozenset()
    platform.sweep(mine)
    assert platform.counts["sweeps"] == 1
    told = [line for line in map(json.loads, ear.lines()) if line.get("message") == "swept"]
    assert [line["failed"] > 0 for line in told] == [True] * 5 + [False]


def test_every_column_of_the_table_that_says_something_is_a_test() -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for cell in CELLS:
        found[cell.row].add(cell.column)
    found["K10"] = {column for column, _, _ in K10}
    assert found == COLUMNS


def test_k1_a_form_for_which_the_table_took_four_seconds_begins_no_other_step_with_it(
    stage: FaultStage,
) -> None:
    stage.prepare(FORM_NEW)
    platform = stage.begin(FORM_NEW)

    def slow(label: str) -> None:
        stage.clock.now += 4000 if label == HISTORY else 0

    stage.injector.meanwhile = slow
    platform.step()
    assert stage.injector.attempts == [READ, HISTORY, PARK, ANSWER]
    assert platform.visitors[0].answers == [202]


@pytest.mark.parametrize(("scenario", "tries"), [(FORM_HOT, 4), (ACTIVITY_HOT, 5)])
def test_g5_k2_k5_between_two_tries_on_one_lead_lie_20_to_400_ms(
    stage: FaultStage, scenario: Scenario, tries: int
) -> None:
    stage.prepare(scenario)
    platform = stage.begin(scenario)
    at: list[int] = []

    def write_too(label: str) -> None:
        if label == PUT:
            at.append(stage.clock.now)
            somebody_writes(stage, lead("anna"))

    stage.injector.meanwhile = write_too
    platform.step()
    waits = [later - sooner for sooner, later in pairwise(at)]
    assert len(at) == tries
    assert all(20 <= wait <= 400 + 20 for wait in waits)
    assert len(set(waits)) > 1


def test_k9_a_newer_alert_is_left_where_it_is(stage: FaultStage) -> None:
    stage.prepare(FORM_HOT)
    platform = stage.begin(FORM_HOT)

    def newer(label: str) -> None:
        if label == PUT and stage.injector.attempts.count(PUT) == 1:
            somebody_writes(stage, lead("anna"))
            raw = stage.cloud.leads[lead("anna")]
            text = raw["alert"]["S"].replace(next(iter(stage.cloud.owed)), "a-newer-one")
            stage.cloud.leads[lead("anna")] = {**raw, "alert": {"S": text}}

    stage.injector.meanwhile = newer
    platform.step()
    outbox = platform.leads()[lead("anna")].outbox
    assert outbox is not None
    assert outbox.alert_id == "a-newer-one"
    platform.run()
    assert [one.alert_id for one in stage.cloud.published][1:] == ["a-newer-one"]


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_g13_k8_so_many_lost_answers_of_publish_double_an_alert_so_often_and_no_more(
    stage: FaultStage, lost: int
) -> None:
    stage.prepare(ACTIVITY_HOT)
    faults: list[Fault] = []
    for number in range(lost):
        reached = stage.play(ACTIVITY_HOT, faults)
        places = [place for place, label in enumerate(reached) if label == PUBLISH]
        faults.append(Fault(places[number], Mode.LOST))
    stage.play(ACTIVITY_HOT, faults)
    assert len(stage.cloud.published) == 1 + lost
    assert len({one.alert_id for one in stage.cloud.published}) == 1


def test_g14_an_alert_is_out_within_two_minutes_of_a_crash_at_any_second_of_a_minute(
    stage: FaultStage,
) -> None:
    stage.prepare(ACTIVITY_HOT)
    crash = stage.play(ACTIVITY_HOT).index(PUBLISH)
    for second in range(0, 60, 5):
        platform = stage.begin(ACTIVITY_HOT, [Fault(crash, Mode.CRASH_BEFORE)])
        stage.clock.now = NOW + second * 1000
        platform.run()
        (owed,) = stage.cloud.owed.values()
        assert stage.cloud.published[0].at - owed.at <= 2 * MINUTE_MS
