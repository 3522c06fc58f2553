"""Every plan of faults for a scenario: one fault or two, at every attempt a run reaches.

Which attempts there are is seen by running: after a fault a run makes others than without. A plan
is tried only where its attempt is reached, so each is another run.
"""

from collections.abc import Iterator, Sequence

from tests.faults.fault_injector import ANSWER, ANY_CALL, CRASHES, Fault, Mode
from tests.faults.fault_promises import hold_all
from tests.faults.fault_scenarios import Scenario
from tests.faults.fault_stage import FaultStage

Plan = tuple[Fault, ...]


def try_single_faults(stage: FaultStage, scenario: Scenario) -> list[Plan]:
    """Every fault at every attempt of a run, and each that can on the whole call too.

    A batch may also be left undone, which no attempt of the SDK notices.
    """
    stage.prepare(scenario)
    reached = stage.play(scenario)
    hold_all(stage, scenario)
    plans: list[Plan] = [(fault,) for fault in faults_at(reached, 0, whole_calls=True)]
    for plan in plans:
        stage.play(scenario, plan)
        hold_all(stage, scenario)
    return plans


def try_pairs(stage: FaultStage, scenario: Scenario, *, whole_calls: bool) -> list[Plan]:
    """Every second fault that a run with a first one reaches.

    Unless on whole calls too, a tick leaves out the empty shards, which a single fault has struck.
    """
    stage.whole_rounds = whole_calls
    stage.prepare(scenario)
    plans: list[Plan] = []
    for first in faults_at(stage.play(scenario), 0, whole_calls=whole_calls):
        reached = stage.play(scenario, [first])
        for second in faults_at(reached, first.attempt + 1, whole_calls=whole_calls):
            plans.append((first, second))
            stage.play(scenario, plans[-1])
            hold_all(stage, scenario)
    return plans


def faults_at(reached: Sequence[str], start: int, *, whole_calls: bool) -> Iterator[Fault]:
    """Every fault that can strike the attempts from this one on; more where `whole_calls`."""
    for attempt, label in enumerate(reached[start:], start=start):
        for mode in modes_of(label):
            yield Fault(attempt, mode)
            if whole_calls and label != ANSWER and mode not in CRASHES:
                yield Fault(attempt, mode, whole_call=True)
        if whole_calls and label.startswith("Batch"):
            yield Fault(attempt, Mode.UNDONE)


def modes_of(label: str) -> tuple[Mode, ...]:
    """How this attempt can fail: of a handler's own answer only that nobody hears it."""
    return (Mode.LOST,) if label == ANSWER else ANY_CALL
