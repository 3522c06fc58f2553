"""`lead-scoring status`: whether anything of the running system needs a person, and what.

It only looks. The limits are those of the alarms, so that both say the same; what cannot be known
(a local cloud tells no ages) is `unknown` and no reason to worry.
"""

from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rich import box
from rich.table import Table
from rich.text import Text

from cli.clock import duration_words, now
from cli.redrive import SOURCES
from cli.running_stack import aws_faults, find_stack
from cli.score_table import console
from cli.system_health import (
    DEAD_LETTERS,
    REFUSED,
    SWEPT_WITHIN_MS,
    Due,
    Listener,
    QueueHealth,
    SystemHealth,
    read_health,
)
from functions.scoring.instants import MINUTE_MS

QUEUE_LATE_MS = 10 * MINUTE_MS  # as the alarms ActivitiesLate and ParkingLate
ALERT_LATE_MS = 5 * MINUTE_MS  # AlertOverdue
LEADS_LATE_MS = 15 * MINUTE_MS  # SweepLate
SWEEP_SILENT_MS = 5 * MINUTE_MS  # NoSweep
UNKNOWN = "unknown"


def run(options: Namespace) -> int:
    """Say how the system is; gives 0 when all is well, 1 when something needs attention. Raises
    ProblemError.
    """
    with aws_faults(options):
        stack = find_stack(options)
        health = read_health(stack, at=now())
    report = Report(health, stack.option)
    terminal = console()
    terminal.print(Text(stack.place, style="bold"))
    terminal.print(_queues(health.queues))
    for line in report.lines():
        terminal.print(Text(line), soft_wrap=True)
    needs = list(report.needs())
    for need in needs:
        terminal.print(Text(f"Needs attention: {need}", style="bold red"), soft_wrap=True)
    if not needs:
        print("All is well.")
    return 1 if needs else 0


@dataclass(frozen=True, slots=True)
class Report:
    """A system's health in words; `option` makes a command mean this system."""

    health: SystemHealth
    option: str = field(default="")

    def lines(self) -> Iterator[str]:
        """Say what is known beside the queues."""
        health = self.health
        yield f"Last sweep       {self._last_sweep()}"
        yield f"Leads due        {self._due(health.leads_due)}"
        yield f"Alerts to send   {self._due(health.alerts_due)}"
        yield from _listed("Told of hot leads", health.subscribers)
        yield from _listed("Told of alarms", health.operators)

    def needs(self) -> Iterator[str]:
        """Say what a person has to do, one sentence each."""
        for queue in self.health.queues:
            yield from self._of_queue(queue)
        yield from self._of_time()
        yield from self._of_listeners()

    def _of_queue(self, queue: QueueHealth) -> Iterator[str]:
        name, number = queue.name, queue.numbers.total
        command = f"lead-scoring redrive {name}{self.option}"
        if name in SOURCES and number:
            yield f"{number} in {name}; mend the cause, then {command}"
        elif name in DEAD_LETTERS and number:
            yield f"{number} in {name}; {command} says what becomes of them"
        elif name != REFUSED and (queue.oldest_ms or 0) >= QUEUE_LATE_MS:
            age = duration_words(queue.oldest_ms or 0)
            yield f"the oldest message of {name} is {age} old; see the logs of the functions"

    def _of_time(self) -> Iterator[str]:
        health = self.health
        if health.alerts_due.late_ms >= ALERT_LATE_MS:
            late = duration_words(health.alerts_due.late_ms)
            yield f"an alert is {late} late; can the functions publish to the topic?"
        if health.leads_due.late_ms >= LEADS_LATE_MS:
            late = duration_words(health.leads_due.late_ms)
            yield f"a lead has been due for {late}; is the schedule on?"
        swept = health.swept_at
        silent = swept is not None and health.at - swept >= SWEEP_SILENT_MS
        if silent and not self._is_too_young_to_sweep():
            yield f"the last sweep ended {self._last_sweep()}; is the schedule on?"

    def _of_listeners(self) -> Iterator[str]:
        if not self.health.subscribers:
            yield "nobody is told of hot leads; name a team or subscribers in cdk.json and deploy"
        for listener in (*self.health.subscribers, *self.health.operators):
            if listener.state == "pending":
                yield f"{listener.endpoint} has not confirmed; the mail with the link is there"
            elif listener.state == "gone":
                yield (
                    f"{listener.endpoint} is in cdk.json but no longer subscribed; take it out and "
                    "deploy, then put it back and deploy"
                )

    def _last_sweep(self) -> str:
        health = self.health
        if health.swept_at is None:
            return UNKNOWN
        ago = health.at - health.swept_at
        if self._is_too_young_to_sweep():
            return "none yet"
        if ago >= SWEPT_WITHIN_MS:
            return f"more than {duration_words(SWEPT_WITHIN_MS)} ago, or never"
        return f"{duration_words(ago)} ago"

    def _is_too_young_to_sweep(self) -> bool:
        """Whether no sweep is known, and the schedule has not had its time yet."""
        health = self.health
        known = health.swept_at is None or health.at - health.swept_at < SWEPT_WITHIN_MS
        return not known and health.at - health.deployed_at < SWEEP_SILENT_MS

    def _due(self, due: Due) -> str:
        if not due.number:
            return "none"
        more = "" if due.is_all else " or more"
        return f"{due.number}{more}, the oldest for {duration_words(due.late_ms)}"


def _queues(queues: Sequence[QueueHealth]) -> Table:
    table = Table(box=box.SIMPLE, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("Queue")
    table.add_column("Waiting", justify="right")
    table.add_column("Hidden", justify="right")
    table.add_column("Oldest")
    for queue in queues:
        numbers = queue.numbers
        table.add_row(queue.name, str(numbers.waiting), str(numbers.hidden), _oldest(queue))
    return table


def _oldest(queue: QueueHealth) -> str:
    if not queue.numbers.total:
        return "-"
    return UNKNOWN if queue.oldest_ms is None else duration_words(queue.oldest_ms)


def _listed(title: str, listeners: Sequence[Listener]) -> Iterator[str]:
    if not listeners:
        yield f"{title}: nobody"
        return
    yield title
    for one in listeners:
        yield f"  {one.state:<10} {one.protocol:<8} {one.endpoint}"
