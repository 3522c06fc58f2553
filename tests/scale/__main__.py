"""`make scale`: 100,000 leads are rescored on the local cloud, while people go on visiting.

A stack with leads gets another model; the rescore begins by itself, is killed half-way, goes on,
and is told of once. Then every stored score must be the oracle's, each visit must count, and nobody
may have been alerted but of whom visited. `LEADS=2000 make scale` tries less. Long, and no part of
`make test`: three quarters of an hour on two busy cores.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from cli.progress import progress
from infra.local.cloud import start_cloud, stop_cloud
from infra.local.local_stack import bring_up_to_date
from infra.local.synthesis import LOCAL_SETTINGS, synthesise
from tests.cloud.rough_stack import ROUGH_MODEL
from tests.scale.crowd import Crowd
from tests.scale.followed_rescore import FollowedRescore
from tests.scale.visitors import Visitors
from tests.vectors.scoring_vector import plain_document

LEADS = int(os.environ.get("LEADS", "100000"))
MINUTES_MAX = 60


def main() -> int:
    """Give 0 where all that was promised happened, else 1 after a line for each that did not."""
    with tempfile.TemporaryDirectory() as folder:
        generous = Path(folder) / "next-model.yaml"
        generous.write_text(next_model(), encoding="utf-8")
        cloud = start_cloud()
        try:
            say("deploying")
            stack = bring_up_to_date(cloud, synthesise(LOCAL_SETTINGS, model_file=ROUGH_MODEL))
            crowd = Crowd(stack, LEADS)
            with progress("Leads stored", LEADS) as advance:
                crowd.store(advance)
            say(f"{LEADS:,} leads are stored; another model is deployed")
            stack = bring_up_to_date(cloud, synthesise(LOCAL_SETTINGS, model_file=generous))
            rescore = FollowedRescore(stack, LEADS)
            with Visitors(stack, crowd) as visitors, progress("Leads rescored", LEADS) as advance:
                rescore.follow(advance, deadline=time.monotonic() + MINUTES_MAX * 60)
            visitors.wait_until_all_is_counted()
            faults = [
                *rescore.faults(visitors.visited),
                *crowd.faults(plain_document(generous), visitors.facts),
            ]
            for line in report(rescore, visitors):
                say(line)
            for fault in faults[:20]:
                say(f"WRONG: {fault}")
            return 1 if faults else 0
        finally:
            stop_cloud(cloud)


def next_model() -> str:
    """The rough model with other points: some leads become hot, some are it no more."""
    text = ROUGH_MODEL.read_text(encoding="utf-8")
    changed = text.replace("points: 40", "points: 30").replace(
        "starts_with: /news}}, points: 1,", "starts_with: /news}}, points: 2,"
    )
    assert changed != text
    return changed


def report(rescore: FollowedRescore, visitors: Visitors) -> Iterator[str]:
    """Say what was measured."""
    yield f"rescored in {rescore.seconds:.0f} s, killed {rescore.killed} workers half-way"
    yield f"written {rescore.done.written:,}, moved {dict(sorted(rescore.done.moved.items()))}"
    lags = sorted(visitors.lags)
    spans = ", ".join(f"{at(lags, percent):.2f} s (p{percent})" for percent in (50, 99))
    yield f"{len(lags)} visits meanwhile, counted after {spans}"


def at(ordered: Sequence[float], percent: int) -> float:
    """Give a percentile of ordered numbers."""
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0.0


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  (a person waits for it)


if __name__ == "__main__":
    sys.exit(main())
