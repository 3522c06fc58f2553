"""`lead-scoring review`: whether the model still tells who buys, by the newest week counted.

The function WatchModel counts all leads once a week; the command reads what it kept and writes
nothing. `--now` has it count the present week anew, and waits for that.
"""

import json
import time
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from cli.clock import duration_words, now
from cli.kept_models import models_of, newest_of
from cli.problem import ProblemError
from cli.progress import progress
from cli.running_stack import RunningStack, aws_faults, find_stack
from cli.score_table import BAND_STYLES, console
from functions.leads.kept_model import deployments
from functions.leads.week_count import (
    BANDS,
    ENDED_MIN,
    REVIEW_AFTER_MS,
    Tally,
    WeekCount,
    changed_at,
    newest_count,
    week_counts,
)
from functions.scoring.instants import MINUTE_MS, SECOND_MS, format_instant

FUNCTION = "WatchModelFunction"
LOOK_SECONDS = 2.0
STANDS_STILL_MS = 2 * MINUTE_MS  # a page of leads takes seconds
COLUMNS = ("leads", "contacted", "won", "lost", "other")
NOTHING = Tally()

Wait = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The newest week and the one counted before it (None: there is none), when the model was
    changed (UTC ms, None where nobody knows), and what it says of reviews.
    """

    week: WeekCount
    before: WeekCount | None
    changed_at: int | None
    review: Mapping[str, Any]

    @property
    def after(self) -> int:
        """After how long a review is due, in ms."""
        return int(self.review.get("after", REVIEW_AFTER_MS))


def run(options: Namespace, wait: Wait = time.sleep, clock: Callable[[], int] = now) -> int:
    """Print the newest week. Gives 0, also where a review is due. Raises ProblemError."""
    with aws_faults(options):
        stack = find_stack(options)
        if options.now:
            _count_now(stack, wait, clock)
        models = models_of(stack)
        weeks = week_counts(models)
        if not weeks and options.json:
            print("null")
            return 0
        if not weeks:
            print("No week is counted yet: that happens within an hour of the deployment, and then")
            print(f"every Monday. To count now: lead-scoring review --now{stack.option}")
            return 0
        kept = newest_of(stack)
        review = kept.compiled.get("review", {}) if kept else {}
        before = weeks[-2] if len(weeks) > 1 else None
        told = Reviewed(weeks[-1], before, changed_at(deployments(models)), review)
    if options.json:
        print(json.dumps(as_object(told), ensure_ascii=False))
        return 0
    _print(told, at=clock())
    return 0


def as_object(told: Reviewed) -> dict[str, Any]:
    """Give everything as one JSON object."""
    return {
        "week": _week(told.week),
        "before": None if told.before is None else _week(told.before),
        "model_changed_at": None if told.changed_at is None else format_instant(told.changed_at),
        "hot_wins_below": told.review.get("hot_wins_below"),
        "review_after_ms": told.after,
    }


def sentences(told: Reviewed, *, at: int) -> Iterator[str]:
    """Say what a person has to know beside the numbers."""
    week, wished = told.week, told.review.get("hot_wins_below")
    hot, wins = week.hot, week.hot_wins
    if wins is None:
        yield (
            f"Of {hot.ended} hot leads that ended within 90 days {hot.won} were won; fewer than "
            f"{ENDED_MIN} say nothing."
        )
    else:
        last = told.before
        was = last and last.hot_wins
        before = f" ({was:.0f} in {last.week})" if last and was is not None else ""
        yield (
            f"Of {hot.ended} hot leads that ended within 90 days {hot.won} were won: "
            f"{wins:.0f} percent{before}."
        )
        if wished is not None:
            low = "The alarm HotSeldomWins rings" if wins < wished else "An alarm would ring"
            yield f"{low} below {wished} percent."
    if week.former:
        yield f"{week.former} ended longer ago and stand in no band."
    if week.failed:
        yield f"{week.failed} could not be read or scored: see the log of WatchModel."
    if told.changed_at is not None:
        age, after = at - told.changed_at, duration_words(told.after)
        due = f"after {after}" if age < told.after else f"now, after {after}"
        yield f"The model was changed {duration_words(age)} ago; a review is due {due}."


def _print(told: Reviewed, *, at: int) -> None:
    week, before = told.week, told.before
    counted = datetime.fromtimestamp((week.counted_at or week.begun_at) / SECOND_MS, UTC)
    beside = f"; in brackets {before.week}" if before else ""
    print(f"Week {week.week}, counted {counted:%Y-%m-%d %H:%M} UTC, model {week.version}{beside}")
    terminal = console()
    former = before.bands if before else {}
    terminal.print(_table("Band", {band: week.bands.get(band, NOTHING) for band in BANDS}, former))
    rules = dict(sorted(week.rules.items(), key=lambda one: (-one[1].leads, one[0])))
    terminal.print(_table("Rule", rules, before.rules if before else {}))
    for line in sentences(told, at=at):
        print(line)


def _table(first: str, tallies: Mapping[str, Tally], before: Mapping[str, Tally]) -> Table:
    table = Table(box=box.SIMPLE, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(first, overflow="fold")
    for name in COLUMNS:
        table.add_column(name.capitalize(), justify="right")
    for name, tally in tallies.items():
        was = before.get(name)
        cells = (
            f"{number}" if was is None else f"{number} ({former})"
            for number, former in zip(tally, was or tally, strict=True)
        )
        table.add_row(Text(name, style=BAND_STYLES.get(name, "")), *cells)
    return table


def _week(count: WeekCount) -> dict[str, Any]:
    return {
        "week": count.week,
        "counted_at": None if count.counted_at is None else format_instant(count.counted_at),
        "model": count.version,
        "bands": {band: count.bands.get(band, NOTHING)._asdict() for band in BANDS},
        "rules": {rule: tally._asdict() for rule, tally in count.rules.items()},
        "hot_wins_percent": count.hot_wins,
        "former": count.former,
        "failed": count.failed,
    }


def _count_now(stack: RunningStack, wait: Wait, clock: Callable[[], int]) -> None:
    """Have the week counted anew, and follow that to its end. Raises ProblemError, TryLater."""
    models = models_of(stack)
    before = newest_count(models)
    begun = before.revision if before else 0
    stack.client("lambda").invoke(
        FunctionName=stack.output(FUNCTION), InvocationType="Event", Payload=b'{"anew": true}'
    )
    moved_at, seen, revision = clock(), 0, begun
    with progress("Leads") as advance:
        while True:
            count = newest_count(models)
            if count is not None and count.revision > revision:
                moved_at, revision = clock(), count.revision
                advance(max(0, count.seen - seen))
                seen = count.seen
                if count.is_told:
                    return
            if clock() - moved_at > STANDS_STILL_MS:
                raise ProblemError(
                    "the count stands still; see the log of WatchModel. Whatever is left of it the "
                    "next hour counts by itself"
                )
            wait(LOOK_SECONDS)
