"""Three movers on one lead, in orders of chance, with crashes, lost answers and throttles.

Whatever fails comes back as a queue would bring it. k faults give at most k alerts more, all with
one id.
"""

import random
from collections import Counter
from collections.abc import Sequence

import pytest

from tests.interleavings.meeting import (
    NEW_POINTS,
    OLD,
    SWEEP,
    Meeting,
    Mover,
    Start,
    event,
)
from tests.interleavings.starts import (
    ABOUT,
    FORM,
    LATER_PAGE,
    NEW,
    OTHER_PAGE,
    PAGE,
    PENALTY_OVER,
    PENDING,
    WARM,
)
from tests.machine.crashes import FAULTS
from tests.soak import SOAKING, times

MEETINGS = times(push=6_000, soak=100_000)
PARTS = 4  # so that two cores share them
CALLS = 14  # of three movers: a fault is put at one of so many
PAIR = event(PAGE, OTHER_PAGE)
MOVERS: dict[Start, Sequence[Mover]] = {
    NEW: [event(FORM), event(FORM), event(PAGE), event(OTHER_PAGE), PAIR],
    WARM: [event(PAGE), event(PAGE), event(OTHER_PAGE), event(ABOUT), PAIR, SWEEP],
    PENDING: [event(PAGE), event(ABOUT), SWEEP, SWEEP],
    PENALTY_OVER: [event(LATER_PAGE), event(LATER_PAGE), event(OTHER_PAGE), SWEEP, SWEEP],
}
ALERTS_ANYWAY = 1  # each of these leads is hot in the end, for the first time


def draw(chance: random.Random) -> Meeting:
    start = chance.choice(list(MOVERS))
    movers = chance.sample(MOVERS[start], 3)
    if start is NEW:
        movers = [event(FORM), event(PAGE), *chance.sample(movers, 1)]
    if start is WARM:
        movers[0] = event(PAGE)
    model = chance.choice([OLD, OLD, NEW_POINTS])
    if start is PENALTY_OVER:
        model = OLD  # what another model finds hot by time alone is a rescore, and silent
    if model is NEW_POINTS:
        movers[-1] = Mover(movers[-1].name, movers[-1].facts, model)
    chance.shuffle(movers)
    return Meeting(start, movers, model=model)


class Faults:
    """So many faults, each at a call of its own."""

    def __init__(self, chance: random.Random, number: int) -> None:
        self.happened: Counter[str] = Counter()
        self._plan = {chance.randrange(CALLS): chance.choice(list(FAULTS)) for _ in range(number)}
        self._calls = -1

    def __call__(self, side: str, _: str) -> None:
        self._calls += side == "before"
        name = self._plan.get(self._calls)
        if name is None or FAULTS[name][0] != side:
            return
        del self._plan[self._calls]
        self.happened[name] += 1
        raise FAULTS[name][1]


@pytest.mark.parametrize("part", range(PARTS))
def test_g4_g5_g12_g13_three_movers_with_crashes_lose_nothing(part: int) -> None:
    seed = random.SystemRandom().getrandbits(32) if SOAKING else part
    chance = random.Random(seed)
    happened: Counter[str] = Counter()
    for number in range(MEETINGS // PARTS):
        meeting, faults = draw(chance), Faults(chance, chance.choice((0, 1, 1, 2)))
        told = f"seed {seed}, meeting {number}: {[mover.name for mover in meeting.movers]}"
        alerts = meeting.hold(chance.choice, fault=faults).topic.alerts
        most = ALERTS_ANYWAY + faults.happened.total()
        assert ALERTS_ANYWAY <= len(alerts) <= most, told
        assert len({alert.alert_id for alert in alerts}) == 1, told
        happened.update(faults.happened)
        happened["meetings"] += 1
    assert happened["meetings"] == MEETINGS // PARTS
    assert all(happened[name] >= MEETINGS // PARTS // 20 for name in FAULTS), happened
