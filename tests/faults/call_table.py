"""The table of calls (K1-K11): of each what a lost answer, a throttle, a conflict, a crash does.

A cell says which attempts are struck, or before which of them somebody else writes the lead, what
must be seen at once and what in the end; every promise of the guarantees is asked as well.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from functions.scoring.instants import SECOND_MS
from tests.faults.answering_cloud import VISIBILITY_MS
from tests.faults.fault_injector import Fault, Mode
from tests.faults.fault_promises import hold_all
from tests.faults.fault_scenarios import NOW, Scenario, lead
from tests.faults.fault_stage import FaultStage

Check = Callable[[FaultStage], None]
READ, HISTORY, HISTORIES = "BatchGetItem", "PutItem facts", "BatchWriteItem"
PUT, PARK, REFUSE = "PutItem leads", "SendMessage parked", "SendMessage refused"
PUBLISH, DUE = "Publish", "Query due"


class Strike(NamedTuple):
    """Strike the n-th attempt of this name, or all attempts of its call."""

    label: str
    mode: Mode
    nth: int = 0
    whole_call: bool = False


@dataclass(frozen=True)
class Cell:
    """One cell of the table. `others` are the puts of a lead before which somebody else writes."""

    row: str
    column: str
    scenario: Scenario
    strikes: tuple[Strike, ...] = ()
    others: tuple[int, ...] = ()
    at_once: tuple[Check, ...] = ()
    in_the_end: tuple[Check, ...] = ()

    def play(self, stage: FaultStage) -> None:
        """Let it happen, looking once after the first call of a handler and once in the end."""
        stage.prepare(self.scenario)
        faults: list[Fault] = []
        for label, mode, nth, whole_call in self.strikes:
            reached = stage.play(self.scenario, faults)
            places = [place for place, name in enumerate(reached) if name == label]
            faults.append(Fault(places[nth], mode, whole_call))
        platform = stage.begin(self.scenario, faults)
        stage.injector.meanwhile = self._others(stage)
        platform.step()
        for check in self.at_once:
            check(stage)
        platform.run()
        for check in self.in_the_end:
            check(stage)
        assert len(stage.injector.struck_at) >= len(faults)
        hold_all(stage, self.scenario)

    def _others(self, stage: FaultStage) -> Callable[[str], None]:
        puts: list[str] = []

        def write_too(label: str) -> None:
            if label == PUT:
                if len(puts) in self.others:
                    somebody_writes(stage, lead("anna"))
                puts.append(label)

        return write_too


def somebody_writes(stage: FaultStage, name: str) -> None:
    """Write this lead on its revision, as another function would, with an attribute of its own."""
    raw = stage.cloud.leads[name]
    revision = {"N": str(int(raw["revision"]["N"]) + 1)}
    stage.cloud.leads[name] = {**raw, "revision": revision, "tomorrow": {"S": "kept"}}


def answered(status: int) -> Check:
    return lambda stage: _same(stage.platform.visitors[0].answers, [status])


def unanswered(stage: FaultStage) -> None:
    assert (stage.platform.visitors[0].answers, stage.platform.died) == ([], 1)


def died(stage: FaultStage) -> None:
    assert stage.platform.died == 1


def attempts(label: str, number: int) -> Check:
    return lambda stage: _same(stage.injector.attempts.count(label), number)


def stored(*, facts: int, leads: int) -> Check:
    return lambda stage: _same((len(stage.cloud.facts), len(stage.cloud.leads)), (facts, leads))


def in_queue(queue: str, number: int) -> Check:
    return lambda stage: _same(len(stage.cloud.queues[queue]), number)


def published(number: int) -> Check:
    return lambda stage: _same(len(stage.cloud.published), number)


def counted(name: str, number: int) -> Check:
    return lambda stage: _same(stage.platform.counts[name], number)


def lead_writes(number: int) -> Check:
    return lambda stage: _same(stage.cloud.lead_writes, number)


def pending(stage: FaultStage) -> None:
    """The alert waits in its lead."""
    assert stage.platform.leads()[lead("anna")].outbox is not None


def cleared(stage: FaultStage) -> None:
    assert stage.platform.leads()[lead("anna")].outbox is None


def backs_off(seconds: int, number: int) -> Check:
    """So many messages come again after this wait, less a fifth at most."""

    def check(stage: FaultStage) -> None:
        waits = [one.visible_at - stage.clock.now for one in stage.cloud.queues["activities"]]
        soon = [wait for wait in waits if seconds * 790 <= wait <= seconds * SECOND_MS]
        assert len(soon) == len(waits) == number

    return check


def comes_again_by_itself(stage: FaultStage) -> None:
    """Nobody set a wait: the queue's own time-out brings everything back."""
    assert all(one.visible_at >= NOW + VISIBILITY_MS for one in stage.cloud.queues["activities"])
    assert stage.cloud.queues["activities"]


def one_lead_whole(stage: FaultStage) -> None:
    """Of three leads one is written, with both of its facts; the others are not there."""
    leads = stage.platform.leads()
    assert {name: found.score for name, found in leads.items()} == {lead("anna"): -3}


def refused_alike(stage: FaultStage) -> None:
    """What was kept aside twice is the same body twice."""
    bodies = [message.body for message in stage.cloud.queues["refused"]]
    assert len(bodies) == len(set(bodies)) + 1


def others_attribute_is_kept(stage: FaultStage) -> None:
    assert stage.cloud.leads[lead("anna")]["tomorrow"] == {"S": "kept"}


def swept(*names: str) -> Check:
    """These leads were written by the tick, and only these."""

    def check(stage: FaultStage) -> None:
        leads = stage.platform.leads()
        done = {name for name, found in leads.items() if (found.written_at or 0) >= NOW}
        assert done == {lead(name) for name in names}

    return check


def _same(found: object, expected: object) -> None:
    assert found == expected
