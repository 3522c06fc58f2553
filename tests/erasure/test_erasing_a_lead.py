"""A person is forgotten and stays so, whatever is on its way, fails or comes again (G23, D17)."""

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from functions.leads.apply_facts import Move
from functions.leads.arrivals import Arrival, Verdict
from functions.leads.erased_table import Entry
from functions.leads.erasure import AGAIN_MS, STOPS_AFTER_MS, UNFINISHED_MS, Erased
from functions.leads.lead import LeadUnreadableError, read_lead
from functions.leads.lead_as_of import as_of
from functions.leads.lead_table import TryLater
from functions.scoring.instants import DAY_MS, HOUR_MS, MINUTE_MS
from tests.builders import ANNA, MONDAY, arrival, form_submitted, page_viewed
from tests.erasure.forgetting_world import ForgettingWorld
from tests.stored.stored_story import sample

JAN = "jan@example.com"


class Crash(BaseException):
    """The process is gone."""


@pytest.fixture
def world() -> ForgettingWorld:
    """Anna, known by a form and two pages, an hour ago; Jan beside her."""
    world = ForgettingWorld()
    known(world)
    return world


def known(world: ForgettingWorld) -> None:
    world.happen(form_submitted(), page_viewed(at=MONDAY + 1), page_viewed("/", at=MONDAY + 2))
    world.happen(page_viewed(lead=JAN, email=JAN))
    world.now = MONDAY + HOUR_MS


def late_page(world: ForgettingWorld, **changes: Any) -> Arrival:
    """A page that is received now."""
    return arrival(page_viewed(at=world.now, id=f"late-{world.now}", **changes))


def assert_gone(world: ForgettingWorld, lead: str = ANNA) -> None:
    """Only a tombstone is left, which names nobody, and nothing is due."""
    tombstone = world.item(lead)
    assert tombstone["erased"] == 1
    person = json.dumps(tombstone | {"lead": ""})
    assert not [word for word in ("Nowak", "CEO", "Example Ltd", ANNA) if word in person]
    assert not {"email", "due_at", "due_shard", "alert", "month", "call_order"} & set(tombstone)
    assert world.facts_of(lead) == []
    read = read_lead(tombstone)
    assert (read.score, read.band, read.erased) == (0, "cold", True)


def test_g23_an_erased_lead_is_a_tombstone_without_history_and_others_are_as_they_were(
    world: ForgettingWorld,
) -> None:
    before = world.item(JAN), world.facts_of(JAN)
    told = world.erase()
    assert told == Erased(ANNA, world.now, "lead", 3, is_complete=True)
    assert_gone(world)
    assert (world.item(JAN), world.facts_of(JAN)) == before
    assert world.register.noted == {ANNA: Entry(ANNA, world.now, world.now + AGAIN_MS)}


def test_g23_attributes_that_nobody_here_knows_go_too(world: ForgettingWorld) -> None:
    world.store.leads[ANNA]["owner"] = "rep-7"
    world.erase()
    assert "owner" not in world.item()


@pytest.mark.parametrize("layout", [2, 9, "none"])
def test_g23_d15_a_lead_that_cannot_be_read_can_be_erased(
    world: ForgettingWorld, layout: object
) -> None:
    world.store.leads[ANNA] |= {"layout": layout, "ledger": "{"}
    world.erase()
    assert_gone(world)


def test_d15_a_lead_without_a_revision_is_left_to_a_person(world: ForgettingWorld) -> None:
    world.store.leads[ANNA]["revision"] = "many"
    with pytest.raises(LeadUnreadableError):
        world.erase()
    world.now += UNFINISHED_MS
    assert world.round().failed == 1


def test_g23_repeating_an_erasure_changes_nothing(world: ForgettingWorld) -> None:
    first = world.erase()
    tombstone = world.item()
    world.now += MINUTE_MS
    assert world.erase() == Erased(ANNA, first.erased_at, "erased", 0, is_complete=True)
    assert world.item() == tombstone
    assert world.register.noted[ANNA].erased_at == first.erased_at


def test_g23_whoever_was_never_seen_is_kept_out_too(world: ForgettingWorld) -> None:
    """What is still on its way to us must not make a lead of an erased person."""
    assert world.erase("ola@example.com").was == "nobody"
    late = late_page(world, lead="ola@example.com", email="ola@example.com")
    assert world.apply(late) == [Verdict.ERASED]


@pytest.mark.parametrize("minutes", [-90, -1, 0, 1, 60 * 24 * 30])
def test_c32_an_activity_of_an_erased_lead_is_refused_whenever_it_came(
    world: ForgettingWorld, minutes: int
) -> None:
    world.erase()
    received_at = world.now + minutes * MINUTE_MS
    late = Arrival(page_viewed(at=MONDAY, id="late"), received_at)
    assert world.apply(late) == [Verdict.ERASED]
    assert_gone(world)


def test_c32_a_form_received_before_the_erasure_is_refused_and_what_was_known_too(
    world: ForgettingWorld,
) -> None:
    """A replay, a redrive and a parked form bring nobody back."""
    world.erase()
    again = [form_submitted(), page_viewed(at=MONDAY + 1), form_submitted(id="form-9", at=MONDAY)]
    assert {*world.happen(*again)} == {Verdict.ERASED}
    assert_gone(world)


def test_b43_a_form_after_the_erasure_begins_a_new_lead_of_which_nothing_is_deleted(
    world: ForgettingWorld,
) -> None:
    world.erase()
    world.now += MINUTE_MS
    form = form_submitted(id="form-2", at=world.now, answers={"company": "New Ltd"})
    assert world.apply(arrival(form), late_page(world)) == [Verdict.APPLIED] * 2
    lead = read_lead(world.item())
    assert set(lead.merged.state.answers) == {"company"}
    assert lead.merged.first_seen == world.now
    history = world.facts_of()
    assert len(history) == 2
    world.round(after_ms=AGAIN_MS)
    assert world.facts_of() == history
    assert world.register.noted[ANNA].again_at is None


def erasing_meanwhile(world: ForgettingWorld, step: str, action: Callable[[], object]) -> None:
    """Erase the lead, and do something once before this step of it."""
    left = [action]

    def before(now: str) -> None:
        if now == step and left:
            left.pop()()

    world.store.before = before
    world.erase()
    world.store.before = lambda _: None


@pytest.mark.parametrize(
    "changes", [{}, {"answers": {"company": "New Ltd"}}], ids=["the same", "other content"]
)
@pytest.mark.parametrize("came_back", [False, True], ids=["tombstone", "wrote again"])
def test_g23_b43_g1_a_form_sent_again_before_the_history_went_waits_and_is_then_a_new_one(
    changes: dict[str, Any], *, came_back: bool
) -> None:
    """Else the lead held what was received before, and its history lost it a moment later; or it
    was refused as another form under an id that nobody may know of.
    """
    world = ForgettingWorld()
    world.happen(form_submitted(id="X"))
    world.now += MINUTE_MS
    sent: list[Arrival] = []

    def send_again() -> None:
        world.now += 1
        if came_back:
            world.happen(form_submitted(id="Y", at=world.now, answers={}))
        world.now += 1
        sent.append(arrival(form_submitted(id="X", at=world.now, **changes)))
        with pytest.raises(TryLater):
            world.apply(sent[0])

    erasing_meanwhile(world, "kept", send_again)
    (again,) = sent
    assert world.facts_of() == ["form#Y"] * came_back
    assert world.apply(again) == [Verdict.APPLIED]
    world.round(after_ms=AGAIN_MS)
    assert read_lead(world.item()).merged.first_seen == again.received_at - came_back
    assert world.store.history(ANNA)[0].fact == again.fact
    assert len(world.facts_of()) == 1 + came_back


def test_g23_b43_a_form_sent_again_whose_lead_is_erased_just_before_it_is_written_waits() -> None:
    """Clocks differ: it was received later than the erasure by the clock of another machine."""
    world = ForgettingWorld()
    world.happen(form_submitted(id="X"))
    world.now += MINUTE_MS
    again = arrival(form_submitted(id="X", at=world.now + 5, answers={"company": "New Ltd"}))
    world.store.facts.clear()
    world.store.remember_once(arrival(replace(again.fact, at=MONDAY + 1)).record())

    def erase_to_the_tombstone(step: str) -> None:
        if step == "write":
            crash_at(world, "kept")
            with pytest.raises(Crash):
                world.erase()
            world.store.before = lambda _: None

    world.store.before = erase_to_the_tombstone
    with pytest.raises(TryLater):
        world.apply(again)
    world.erase()
    assert_gone(world)
    assert world.apply(again) == [Verdict.APPLIED]
    assert world.facts_of() == ["form#X"]


@pytest.mark.parametrize("came_back", [False, True], ids=["tombstone", "wrote again"])
@pytest.mark.parametrize("kind", ["page", "form"])
@pytest.mark.parametrize("instant", [0, 1, 2])
def test_g23_d10_c33_a_replay_or_import_of_what_happened_before_the_erasure_is_refused(
    world: ForgettingWorld, kind: str, instant: int, *, came_back: bool
) -> None:
    """Whatever its ingestion says: who replays may stamp it anew. What happened since is let in."""
    erased_at = world.erase().erased_at
    world.now += HOUR_MS
    if came_back:
        world.happen(form_submitted(id="form-2", at=world.now, answers={}))
    before, history = world.item(), world.facts_of()
    at = erased_at + instant - 1
    fact = page_viewed(at=at, id="old") if kind == "page" else form_submitted(id="old", at=at)
    told = world.apply(Arrival(fact, world.now + 1, silent=True))
    if instant == 2 and (came_back or kind == "form"):
        assert told == [Verdict.APPLIED]
        return
    assert told == [Verdict.ERASED]
    assert (world.item(), world.facts_of()) == (before, history)


def test_c32_a_late_live_event_of_who_came_back_is_judged_by_its_ingestion(
    world: ForgettingWorld,
) -> None:
    erased_at = world.erase().erased_at
    world.now += HOUR_MS
    world.happen(form_submitted(id="form-2", at=world.now))
    late = page_viewed(at=erased_at - 1, id="late")
    assert world.apply(Arrival(late, erased_at)) == [Verdict.ERASED]
    assert world.apply(Arrival(late, erased_at + 1)) == [Verdict.APPLIED]


def test_g23_d10_a_replay_that_was_in_flight_at_the_erasure_is_in_no_rebuild(
    world: ForgettingWorld,
) -> None:
    """Its move had read the lead before, and had put the fact into the history already."""
    erased_at = world.erase().erased_at
    old = page_viewed(at=erased_at - 1, id="old")
    world.now += HOUR_MS
    world.store.remember([Arrival(old, world.now, silent=True).record()])
    world.happen(form_submitted(id="form-2", at=world.now, answers={}))
    world.model["matching"] = "m2"
    world.now += 1
    told = as_of(read_lead(world.item()), world.around().book, world.store, at=world.now)
    assert told.state.ledger.occurrences == {}
    world.sweep()
    assert read_lead(world.item()).merged.state.ledger.occurrences == {}


def test_b43_a_rebuild_of_the_new_lead_sees_only_what_came_after(world: ForgettingWorld) -> None:
    """Even where the history could not be deleted yet."""
    crash_at(world, "forget")
    with pytest.raises(Crash):
        world.erase()
    world.store.before = lambda _: None
    world.now += MINUTE_MS
    world.happen(form_submitted(id="form-2", at=world.now, answers={}))
    world.model["matching"] = "m2"
    world.now += DAY_MS
    world.sweep()
    assert read_lead(world.item()).merged.state.ledger.occurrences == {}


def test_b43_a_person_may_be_erased_again(world: ForgettingWorld) -> None:
    first = world.erase()
    world.now += MINUTE_MS
    world.happen(form_submitted(id="form-2", at=world.now))
    second = world.erase()
    assert second.erased_at >= world.now > first.erased_at
    assert_gone(world)
    world.round(after_ms=AGAIN_MS)
    assert_gone(world)


def test_g15_the_alert_an_erased_lead_still_owed_is_never_sent() -> None:
    world = ForgettingWorld()
    world.topic.denied = True
    known(world)
    assert "alert" in world.item()
    world.erase()
    world.topic.denied = False
    world.now += DAY_MS
    world.sweep()
    assert world.topic.alerts == []
    assert_gone(world)


def test_g23_a_move_that_read_the_lead_before_finds_the_tombstone_and_its_fact_is_gone_a_day_later(
    world: ForgettingWorld,
) -> None:
    """It had put its fact into the history, and was received in the moment after the erasure."""
    late = Arrival(page_viewed(at=MONDAY + 9, id="late"), world.now + 200)

    def erase_meanwhile(step: str) -> None:
        if step == "write":
            world.store.before = lambda _: None
            world.erase()

    world.store.before = erase_meanwhile
    assert world.apply(late) == [Verdict.ERASED]
    world.store.before = lambda _: None
    assert len(world.facts_of()) == 1, "the test has to leave something behind"
    assert world.round(after_ms=AGAIN_MS).finished == 1
    assert_gone(world)


def test_g23_what_a_move_puts_there_while_the_history_is_deleted_is_gone_a_day_later(
    world: ForgettingWorld,
) -> None:
    record = Arrival(page_viewed(at=MONDAY + 9, id="late"), world.now).record()

    def put_meanwhile(step: str) -> None:
        if step == "forget" and not world.facts_of()[2:]:
            world.store.before = lambda _: None
            world.store.remember([record])

    world.store.before = put_meanwhile
    world.erase()
    world.store.before = lambda _: None
    world.store.remember([record])
    world.round(after_ms=AGAIN_MS - 1)
    assert world.facts_of() != []
    world.round(after_ms=1)
    assert_gone(world)
    assert world.register.noted[ANNA].again_at is None
    assert world.round(after_ms=DAY_MS).finished == 0


def crash_at(world: ForgettingWorld, step: str, *, number: int = 1) -> None:
    """Let the process die before the so-manieth call of this step, `*` for any."""
    left = number

    def die(now: str) -> None:
        nonlocal left
        left -= step in {now, "*"}
        if left == 0:
            raise Crash

    world.store.before = die


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("mended", ["repeated", "by a round"])
def test_g4_g23_an_erasure_that_dies_at_any_call_is_finished(side: str, mended: str) -> None:
    died = 0
    for number in itertools.count(1):
        world = ForgettingWorld()
        known(world)
        crash_at(world, "*", number=number)
        if side == "after":
            world.store.before, world.store.after = lambda _: None, world.store.before
        try:
            world.erase()
        except Crash:
            died += 1
        else:
            break
        finally:
            world.store.before = world.store.after = lambda _: None
        noted = bool(world.register.noted)
        item = world.item()
        assert ("erased" in item) or read_lead(item).merged.state.email == ANNA
        if mended == "repeated" or not noted:  # nothing was promised, and whoever asked is told
            world.now += MINUTE_MS
            world.erase()
        else:
            is_done = world.register.noted[ANNA].again_at == MONDAY + HOUR_MS + AGAIN_MS
            assert world.round(after_ms=UNFINISHED_MS).finished == int(not is_done)
        assert_gone(world)
        assert world.round(after_ms=AGAIN_MS).finished == 1
        assert_gone(world)
        assert world.register.noted[ANNA].again_at is None
    assert died >= 8, "read, note, write, two pages kept and forgotten, noted again"


@pytest.mark.parametrize("step", ["read", "note", "write", "kept", "forget"])
def test_g23_a_store_that_does_not_answer_promises_nothing_and_a_repeat_finishes(
    world: ForgettingWorld, step: str
) -> None:
    def away(now: str) -> None:
        if now == step:
            raise TryLater

    for hook in ("before", "after"):
        setattr(world.store, hook, away)
        with pytest.raises(TryLater):
            world.erase()
        setattr(world.store, hook, lambda _: None)
    world.erase()
    assert_gone(world)


def test_g23_an_answer_that_was_lost_is_no_conflict_with_somebody_else(
    world: ForgettingWorld,
) -> None:
    """The SDK repeats a write that was done: its condition fails on our own tombstone (K2)."""
    write = world.store.write

    def twice(item: Any, *, expected: int) -> None:
        write(item, expected=expected)
        write(item, expected=expected)

    world.store.write = twice  # type: ignore[method-assign]
    revision = world.item()["revision"]
    told = world.erase()
    assert (told.was, told.erased_at) == ("lead", world.now)
    assert world.item()["revision"] == revision + 1
    assert_gone(world)


Step = Callable[[str], None]


def at_call(number: int, action: Callable[[], object], world: ForgettingWorld) -> Step:
    """Do something before the so-manieth call of the store, and nothing after that."""
    left = number

    def step(_: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            world.store.before = lambda _: None
            action()
            world.store.before = step

    return step


ARRIVALS: dict[str, Callable[[ForgettingWorld], list[Arrival]]] = {
    "a page received before": lambda world: [
        Arrival(page_viewed(at=MONDAY + 9, id="p"), world.now - 5)
    ],
    "a page received just after": lambda world: [
        Arrival(page_viewed(at=MONDAY + 9, id="p"), world.now + 5)
    ],
    "a form received before": lambda world: [
        Arrival(form_submitted(id="f", at=world.now - 5), world.now - 5)
    ],
    "a form received at the same instant": lambda world: [
        Arrival(form_submitted(id="f", at=world.now), world.now)
    ],
}


@pytest.mark.parametrize("name", ARRIVALS)
@pytest.mark.parametrize("inner", ["move", "erasure"])
def test_g5_g23_an_erasure_and_a_move_at_any_of_their_calls_leave_nobody(
    name: str, inner: str
) -> None:
    """Whichever is quicker at whichever call, no fact that is not refused outlives the day."""
    reached = 0
    for number in range(1, 13):
        world = ForgettingWorld()
        known(world)
        arrivals = ARRIVALS[name](world)
        verdicts: list[Any] = []
        move = Move(world.around())

        def moving() -> None:
            verdicts.extend(move.apply(ANNA, arrivals))  # noqa: B023  (called in this turn)

        first, second = (world.erase, moving) if inner == "move" else (moving, world.erase)
        world.store.before = at_call(number, second, world)
        first()
        reached += bool(verdicts) and bool(world.register.noted)
        world.store.before = lambda _: None
        if not verdicts:
            moving()
        if not world.register.noted:
            world.erase()
        world.round(after_ms=AGAIN_MS)
        assert_gone(world)
        alerts = [alert for alert in world.topic.alerts if alert.alert_id]
        assert len(alerts) <= 1, "the one of the first hour"
    assert reached >= 3


@pytest.mark.parametrize("inner", ["move", "erasure"])
def test_b43_g6_a_form_received_after_an_erasure_is_never_lost_to_it(inner: str) -> None:
    """It is acknowledged, so it counts, unless the erasure was asked for after it."""
    for number in range(1, 13):
        world = ForgettingWorld()
        known(world)
        form = form_submitted(id="f", at=world.now + 5, answers={"company": "New Ltd"})
        if inner == "erasure":  # begun before, ended in the middle of the form's move
            world.store.before = at_call(number, world.erase, world)
            world.now += 5
            clock, world.now = world.now, world.now - 5
            verdicts = Move(world.around()).apply(ANNA, [Arrival(form, clock)])
        else:
            verdicts = []
            move = Move(world.around())
            world.store.before = at_call(
                number,
                lambda: verdicts.extend(move.apply(ANNA, [Arrival(form, world.now + 5)])),  # noqa: B023
                world,
            )
            world.erase()
        world.store.before = lambda _: None
        if not world.register.noted or not verdicts:
            continue
        world.round(after_ms=AGAIN_MS)
        if "erased" in world.item():
            assert world.item()["erased_at"] <= MONDAY + HOUR_MS + 5
            continue
        lead = read_lead(world.item())
        assert set(lead.merged.state.answers) == {"company"}
        assert world.facts_of() == ["form#f"]


def test_g23_two_operators_at_once_leave_one_tombstone_of_the_later_instant() -> None:
    for number in range(1, 10):
        world = ForgettingWorld()
        known(world)

        def other(world: ForgettingWorld = world) -> None:
            world.now += 7
            world.erase()

        world.store.before = at_call(number, other, world)
        world.erase()
        world.store.before = lambda _: None
        assert_gone(world)
        assert world.register.noted[ANNA].erased_at == world.item()["erased_at"]
        world.round(after_ms=AGAIN_MS)
        assert world.register.noted[ANNA].again_at is None


def test_g23_an_erasure_written_down_and_no_more_is_done_by_the_next_round(
    world: ForgettingWorld,
) -> None:
    crash_at(world, "write")
    with pytest.raises(Crash):
        world.erase()
    world.store.before = lambda _: None
    assert "erased" not in world.item()
    assert world.round(after_ms=UNFINISHED_MS - 1).finished == 0
    assert world.round(after_ms=1).finished == 1
    assert_gone(world)


def test_g23_one_erasure_that_fails_does_not_hold_up_the_others(world: ForgettingWorld) -> None:
    for lead in (ANNA, JAN):
        world.erase(lead)
    world.store.remember([Arrival(page_viewed(lead=JAN, at=MONDAY + 5), MONDAY).record()])
    away = iter([True])

    def fail_once(step: str) -> None:
        if step == "kept" and next(away, False):
            raise TryLater

    world.store.before = fail_once
    rounded = world.round(after_ms=AGAIN_MS)
    assert (rounded.finished, rounded.failed) == (1, 1)
    assert_gone(world, JAN)
    assert world.round(after_ms=HOUR_MS).finished == 1
    assert_gone(world)


def test_g23_a_long_history_is_deleted_in_several_calls() -> None:
    world = ForgettingWorld()
    for number in range(9):
        world.happen(page_viewed(at=MONDAY - number, id=str(number)))

    def take_long(step: str) -> None:
        world.now += STOPS_AFTER_MS // 4 if step == "forget" else 0

    world.store.after = take_long
    told = [world.erase()]
    while not told[-1].is_complete:
        told.append(world.erase())
    assert len(told) > 1
    assert sum(each.facts for each in told) == 9
    assert len({each.erased_at for each in told}) == 1
    assert_gone(world)


def test_g23_a_round_that_takes_long_leaves_the_rest_to_the_next() -> None:
    world = ForgettingWorld()
    leads = [f"lead-{number}" for number in range(9)]
    for lead in leads:
        world.happen(page_viewed(lead=lead, email=ANNA))
        world.erase(lead)
    world.now += AGAIN_MS
    world.store.after = lambda step: setattr(
        world, "now", world.now + (STOPS_AFTER_MS // 4 if step == "read" else 0)
    )
    finished = []
    while number := world.round().finished:
        finished.append(number)
    assert sum(finished) == 9
    assert len(finished) > 1


def restore(world: ForgettingWorld, leads: dict[str, Any], facts: dict[Any, Any]) -> None:
    """Bring both tables back as they were; the register stays as it is."""
    world.store.leads = {lead: dict(item) for lead, item in leads.items()}
    world.store.facts = dict(facts)


def again_until_done(world: ForgettingWorld) -> list[Any]:
    told = [world.erasure().after_restore()]
    while told[-1].after is not None:
        told.append(world.erasure().after_restore(after=told[-1].after))
    return told


def test_d17_whom_a_restore_brings_back_is_erased_again_as_of_then(world: ForgettingWorld) -> None:
    leads, facts = dict(world.store.leads), dict(world.store.facts)
    erased_at = world.erase().erased_at
    world.round(after_ms=AGAIN_MS)
    world.now += DAY_MS
    restore(world, leads, facts)
    (told,) = again_until_done(world)
    assert (told.seen, told.erased, told.facts) == (1, 1, 3)
    assert_gone(world)
    assert world.item()["erased_at"] == erased_at
    assert set(world.store.leads) == {ANNA, JAN}
    (told,) = again_until_done(world)
    assert (told.seen, told.erased, told.facts) == (1, 0, 0)
    assert world.topic.alerts == world.topic.alerts[:1]


def test_d17_what_waited_in_a_queue_since_counts_after_a_restore_as_it_would_have(
    world: ForgettingWorld,
) -> None:
    leads, facts = dict(world.store.leads), dict(world.store.facts)
    world.erase()
    waiting = arrival(form_submitted(id="form-2", at=world.now + MINUTE_MS))
    world.now += HOUR_MS
    restore(world, leads, facts)
    again_until_done(world)
    assert world.happen(page_viewed(at=world.now - HOUR_MS - 1, id="old")) == [Verdict.ERASED]
    assert world.apply(waiting) == [Verdict.APPLIED]
    assert world.facts_of() == ["form#form-2"]


def test_d17_who_wrote_again_after_the_erasure_keeps_the_new_lead(world: ForgettingWorld) -> None:
    world.erase()
    world.now += MINUTE_MS
    world.happen(form_submitted(id="form-2", at=world.now))
    leads, facts = dict(world.store.leads), dict(world.store.facts)
    world.now += 2 * DAY_MS
    restore(world, leads, facts)
    before = world.item()
    (told,) = again_until_done(world)
    assert told.erased == 0
    assert world.item() == before
    assert world.facts_of() == ["form#form-2"]


def test_d17_a_restore_to_before_the_person_was_known_keeps_it_out(world: ForgettingWorld) -> None:
    world.erase()
    restore(world, {}, {})
    again_until_done(world)
    assert_gone(world)
    assert world.happen(page_viewed(at=MONDAY, id="old")) == [Verdict.ERASED]


def test_d17_erasing_many_again_stops_by_itself_and_goes_on_where_it_was() -> None:
    world = ForgettingWorld()
    names = [f"lead-{number}" for number in range(9)]
    for name in names:
        world.happen(*(page_viewed(lead=name, at=MONDAY - n, email=ANNA) for n in range(5)))
    leads, facts = dict(world.store.leads), dict(world.store.facts)
    for name in names:
        world.erase(name)
    restore(world, leads, facts)
    world.store.after = lambda step: setattr(
        world, "now", world.now + (STOPS_AFTER_MS // 4 if step == "forget" else 0)
    )
    told = again_until_done(world)
    assert len(told) > 2
    assert sum(each.erased for each in told) == 9
    assert sum(each.facts for each in told) == 45
    for name in names:
        assert_gone(world, name)


def test_d17_a_crash_while_erasing_again_is_made_good_by_a_repeat() -> None:
    for number in itertools.count(1):
        world = ForgettingWorld()
        known(world)
        leads, facts = dict(world.store.leads), dict(world.store.facts)
        for lead in (ANNA, JAN):
            world.erase(lead)
        restore(world, leads, facts)
        crash_at(world, "*", number=number)
        try:
            world.erasure().after_restore()
        except Crash:
            crashed = True
        else:
            crashed = False
        world.store.before = lambda _: None
        again_until_done(world)
        for lead in (ANNA, JAN):
            assert_gone(world, lead)
        if not crashed:
            break
    assert number > 10


def test_g24_the_tombstone_of_an_erasure_is_one_that_the_first_version_reads(
    world: ForgettingWorld,
) -> None:
    """By its samples: the same attributes at least, and of the same kinds."""
    world.erase()
    first = sample("leads")["erased"]
    tombstone = world.item()
    assert set(first) <= set(tombstone)
    for name, value in first.items():
        (kind,) = value
        assert isinstance(tombstone[name], int if kind == "N" else str), name
        assert name not in {"answers", "ledger", "touches"} or tombstone[name] == value["S"]


def test_g23_facts_of_nobody_else_are_ever_deleted(world: ForgettingWorld) -> None:
    others = [f"other-{number}" for number in range(5)]
    for other in others:
        world.happen(page_viewed(lead=other, email=ANNA), form_submitted(lead=other, id=other))
    kept = {other: world.facts_of(other) for other in others}
    world.erase()
    world.round(after_ms=AGAIN_MS)
    assert {other: world.facts_of(other) for other in others} == kept


def test_g23_what_a_faster_clock_received_goes_too(world: ForgettingWorld) -> None:
    """Lambda's clocks differ by milliseconds, and the lead says when it was written."""
    world.happen(page_viewed(at=world.now, id="newest"))
    world.now -= 50
    assert world.erase().erased_at == world.now + 50
    assert_gone(world)


def test_b43_g7_a_form_whose_move_died_just_after_an_erasure_waits_for_its_repeat(
    world: ForgettingWorld,
) -> None:
    world.erase()
    world.now += 5
    form = arrival(form_submitted(id="form-2", at=world.now))
    crash_at(world, "write")
    with pytest.raises(Crash):
        world.apply(form)
    world.store.before = lambda _: None
    world.round(after_ms=AGAIN_MS)
    assert world.facts_of() == ["form#form-2"]
    assert world.apply(form) == [Verdict.APPLIED]
    assert read_lead(world.item()).merged.first_seen == form.received_at
