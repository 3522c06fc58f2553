"""Eight writers at once on one lead, as the machine schedules them: no fact is lost (G5)."""

import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from functions.leads.apply_facts import Move
from functions.leads.lead import read_lead
from functions.leads.lead_table import TryLater
from functions.leads.surroundings import Surroundings
from functions.scoring.facts import Fact
from tests.builders import ANNA, MONDAY, World, activity_rule, arrival, compiled_model, page_viewed
from tests.soak import times

WRITERS, FACTS = 8, 50
REPEATS = times(push=20, soak=200)
RULES = [
    activity_rule(f"rule-{writer}", where=["is", "path", [f"/{writer}"]], at_most=FACTS)
    for writer in range(WRITERS)
]


@pytest.fixture(autouse=True)
def _hasty_switches() -> Iterator[None]:
    """Threads that change every few lines meet far more often than two cores let them."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(5e-4)
    yield
    sys.setswitchinterval(before)


def facts_of(writer: int) -> list[Fact]:
    return [
        page_viewed(f"/{writer}", id=f"{writer}-{number}", at=MONDAY) for number in range(FACTS)
    ]


def write(around: Surroundings, writer: int, seen: Counter[str]) -> None:
    """Apply each fact by a move of its own, again and again until it is acknowledged."""
    move = Move(around)
    waiting = facts_of(writer)
    while waiting:
        try:
            move.apply(ANNA, [arrival(waiting[-1])])
        except TryLater:
            seen["put off"] += 1
            continue
        waiting.pop()


def test_g5_eight_writers_of_fifty_facts_lose_nothing_twenty_times() -> None:
    seen: Counter[str] = Counter()
    for _ in range(REPEATS):
        world = World(model=compiled_model(*RULES))
        around = replace(world.around(), pause=lambda _: time.sleep(0))
        threads = [
            threading.Thread(target=write, args=(around, writer, seen)) for writer in range(WRITERS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        kept = read_lead(world.item()).merged.state.ledger.occurrences
        assert {name: len(of) for name, of in kept.items()} == {
            rule["rule"]: FACTS for rule in RULES
        }
        assert len(world.store.facts) == WRITERS * FACTS
        seen["conflicts"] += world.counts.get("conflicts", 0)
        seen["repeats"] += 1
    assert seen["repeats"] == REPEATS
    assert seen["conflicts"] > REPEATS * WRITERS, "they hardly met"
