"""What has to hold once all is quiet again, whatever failed on the way.

One function per promise of the guarantees; `hold_all` asks them in turn, and then delivers
everything once more.
"""

import json
from collections import Counter
from collections.abc import Mapping

from functions.leads.lead import Lead, Merged
from functions.leads.listing import ALERT_SHARD, home_shard
from functions.runtime import wiring
from functions.scoring.forecast import next_changes
from functions.scoring.instants import SECOND_MS
from functions.scoring.score import score_state
from tests.faults.fault_scenarios import NOW, Scenario, lead
from tests.faults.fault_stage import FaultStage
from tests.faults.living_platform import Fate

PROMPT_MS, LATEST_MS = 5 * SECOND_MS, 120 * SECOND_MS  # G14: without faults, after a fault ends
_ENDED = ("accepted", "refused", "spam", "parked", "unavailable")


def hold_all(stage: FaultStage, scenario: Scenario) -> None:
    """Ask every promise of a run that has become quiet."""
    faults, ended_at = len(stage.injector.struck_at), _faults_ended_at(stage)
    leads = stage.platform.leads()
    every_lead_is_what_its_history_says(stage, leads)
    scores_are_as_told(stage, scenario, leads)
    everything_is_accounted_for(stage, scenario)
    what_was_counted_adds_up(stage)
    alerts_owed_are_alerts_published(stage, scenario, faults=faults)
    alerts_are_prompt(stage, ended_at=ended_at, faults=faults)
    all_of_it_again_changes_nothing(stage)


def every_lead_is_what_its_history_says(stage: FaultStage, leads: Mapping[str, Lead]) -> None:
    """G1, G4: an item is wholly one commit, and in the end the merge of all its facts."""
    history = stage.platform.history()
    assert set(history) == set(leads)
    book, now = wiring.book(), stage.clock.now
    for name, stored in leads.items():
        facts = [record.fact for record in history[name]]
        assert stored.merged == Merged().merge(facts, book)
        assert stored.as_of is not None
        score = score_state(book, stored.merged.state, at=stored.as_of)
        told = (stored.fit, stored.engagement, stored.score, stored.band)
        assert told == (score.fit, score.engagement, score.total, score.band)
        assert (stored.model, stored.matching) == (book.version, book.matching)
        _, changes_at = next_changes(book, stored.merged.state, at=now)
        if changes_at is not None:
            assert stored.due_at is not None
            assert stored.due_at <= changes_at
        shard = stage.cloud.leads[name].get("due_shard", {}).get("N")
        expected = ALERT_SHARD if stored.outbox else home_shard(name)
        assert shard == (None if stored.due_at is None else str(expected))


def scores_are_as_told(stage: FaultStage, scenario: Scenario, leads: Mapping[str, Lead]) -> None:
    """G1: the scores the scenario names, now, and no lead beside them."""
    at = stage.clock.now
    scores = {
        name: score_state(wiring.book(), stored.merged.state, at=at).total
        for name, stored in leads.items()
    }
    assert scores == {lead(name): score for name, score in scenario.scores.items()}


def everything_is_accounted_for(stage: FaultStage, scenario: Scenario) -> None:
    """G6, G20: what was sent is kept once or refused; nothing waits, nothing is dead."""
    platform = stage.platform
    assert all(visitor.done for visitor in platform.visitors)
    kept = Counter(
        (name, record.fact.id) for name, records in platform.history().items() for record in records
    )
    marks = [visitor.mark for visitor in platform.visitors if visitor.fate is not Fate.SPAM]
    marks += [mark for sent in platform.sent.values() for mark in sent.marks]
    assert {kept[mark] for mark in marks} <= {1}
    assert set(kept.values()) <= {1}
    assert not stage.cloud.queues["activities"]
    assert not stage.cloud.queues["parked"]
    parked_first = [v for v in platform.visitors if v.fate is Fate.REUSED and v.answers[-1] == 202]
    assert len(_refused(stage)) == scenario.refused + len(parked_first)


def what_was_counted_adds_up(stage: FaultStage) -> None:
    """G20, as metrics: a process that dies takes its own with it, an answer that nobody hears
    makes the same be received again.
    """
    platform = stage.platform
    assert not platform.counts["bug"]
    if not platform.died and not platform.unheard and not platform.receives_before:
        counts = platform.counts
        assert counts["received"] == sum(counts[end] for end in _ENDED)


def alerts_owed_are_alerts_published(stage: FaultStage, scenario: Scenario, *, faults: int) -> None:
    """G12, G13: each alert that was owed went out, and each fault doubled it at most once."""
    owed = Counter(owed.lead for owed in stage.cloud.owed.values())
    assert owed == {lead(name): number for name, number in scenario.owed.items()}
    published = Counter(one.alert_id for one in stage.cloud.published)
    assert set(published) == set(stage.cloud.owed)
    assert all(number <= 1 + faults for number in published.values())


def alerts_are_prompt(stage: FaultStage, *, ended_at: int, faults: int) -> None:
    """G14: within five seconds of the commit, within two minutes of the end of a fault."""
    for alert_id, owed in stage.cloud.owed.items():
        first = min(one.at for one in stage.cloud.published if one.alert_id == alert_id)
        began = max(owed.at, ended_at)
        assert first - began <= (LATEST_MS if faults or ended_at > owed.at else PROMPT_MS)


def all_of_it_again_changes_nothing(stage: FaultStage) -> None:
    """G2, G7: everything sent once more finds the same answers, and writes no lead."""
    cloud, platform = stage.cloud, stage.platform
    before = cloud.snapshot()
    answers = [visitor.answers[-1] for visitor in platform.visitors]
    stage.injector.plan([])
    for visitor in platform.visitors:
        visitor.done, visitor.next_at = False, stage.clock.now
    platform.put_events(*platform.sent.values())
    platform.run()
    assert (cloud.leads, cloud.facts) == (before.leads, before.facts)
    assert cloud.lead_writes == before.lead_writes
    assert cloud.published == before.published
    again = [visitor.answers[-1] for visitor in platform.visitors]
    assert all(old in {new, 202} for old, new in zip(answers, again, strict=True))


def _faults_ended_at(stage: FaultStage) -> int:
    """When the last fault was over; a service that was away is one."""
    return max([NOW, *stage.injector.struck_at, stage.platform.was_back_at])


def _refused(stage: FaultStage) -> set[tuple[str, str]]:
    """What was refused, each once, however often it was kept aside: its reason and its name."""
    found = set()
    for message in stage.cloud.queues["refused"]:
        told = json.loads(message.body)
        name = told.get("message_id", "")
        if '"form"' in told["body"]:
            name = json.loads(told["body"])["form"]["id"]
        found.add((told["reason"], name))
    return found
