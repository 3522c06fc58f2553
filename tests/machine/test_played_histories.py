"""Thousands of histories of a few leads, each of fifty steps under models of its own.

The same on each push; afresh, and many more, in the long run. What a failure tells is the seed of
its history: `History(Random(seed))` plays it again.
"""

import secrets
from collections import Counter
from random import Random

import pytest

from tests.laws.touched_options import check_shares, touched
from tests.machine.crashes import FAULTS
from tests.machine.played_history import History
from tests.oracle import brute_force
from tests.soak import SOAKING, times

HISTORIES = times(push=2_000, soak=100_000)
STEPS = 50
PARTS = 4  # so that two cores share them
# how often, of all steps or commits, something must have been met at least: else it was not tried
ONCE = ("replay", "drop", "deny", "lag", "redrive", "deploy", "rescore")
IN_STEPS = {"send": 0.2, "deliver": 0.2, "clock": 0.1, "sweep": 0.05, "import_": 0.02}
IN_STEPS |= dict.fromkeys(ONCE, 0.01)
IN_COMMITS = {"owed": 0.03, "compared": 1.0, "bands looked ahead": 1.0, "meanwhile": 0.2}
FAILURES_MAX = times(push=1, soak=25)  # before it is given up: hours should tell more than one
UNSURE_MAX = 0.05  # of what is compared, where the oracle leaves it open


@pytest.mark.parametrize("part", range(PARTS))
def test_g1_g2_g3_g4_g10_g11_g12_g13_g15_g16_g20_leads_and_alerts_are_what_the_oracle_says(
    part: int,
) -> None:
    met: Counter[str] = Counter()
    options: Counter[str] = Counter()
    histories = HISTORIES // PARTS
    failures: list[Exception] = []
    for number in range(histories):
        seed = secrets.randbits(32) if SOAKING else part * histories + number
        try:
            history = play(seed)
        except Exception as failure:  # noqa: BLE001  whatever it is; it names its seed
            failures.append(failure)
            if len(failures) == FAILURES_MAX:
                break
            continue
        met.update(history.met)
        met.update(history.plan.happened)
        options.update(options_of(history))
    if failures:
        raise ExceptionGroup(f"after {number + 1} histories", failures)
    assert sum(met[name] for name in IN_STEPS) >= histories * STEPS
    check_met(met, histories)
    check_shares(options, histories)


def play(seed: int) -> History:
    """Play one history to its end; a failure names the seed."""
    history = History(Random(seed))
    try:
        for _ in range(STEPS):
            history.step()
        history.rest()
    except Exception as error:
        error.add_note(f"in History(Random({seed})), after {history.met}")
        raise
    return history


def options_of(history: History) -> set[str]:
    """Every option of the model that the history's facts put to the test, as it ends."""
    document, lines = history.deployed.document, [one.line for one in history.sent]
    if not lines:
        return set()
    answers = brute_force.score(
        document,
        lines,
        brute_force.text_of(history.now),
        retention_days=history.retention_days,
        ahead=False,
    )
    for answer in answers.values():
        answer["forecast"] = []
    found = touched(document, lines, history.now, history.retention_days, answers)
    if any(brute_force.milliseconds(one.line["at"]) > one.at for one in history.sent):
        found.add("not-yet-happened")
    return found | ({"forecast"} if history.met["bands looked ahead"] else set())


def check_met(met: Counter[str], histories: int) -> None:
    """Fail, naming it, where something was met too rarely to say anything."""
    commits = met["owed"] + met["not owed"] + met["left open"]
    for name, share in IN_STEPS.items():
        assert met[name] >= share * histories * STEPS, (name, met)
    for name, share in IN_COMMITS.items():
        assert met[name] >= share * commits, (name, met)
    for name in (*FAULTS, "killed"):
        assert met[name] >= histories * 0.3, (name, met)
    for name in ("stale", "delayed", "redriven"):
        assert met[name] >= histories * 0.003, (name, met)
    assert met["rebuilt by a redelivery"] >= histories * 0.001, met  # a rescore is mostly quicker
    assert met["unsure of a fact in flight"] <= UNSURE_MAX * met["compared"]
    assert met["left open"] <= UNSURE_MAX * commits
