"""`lead-scoring rescore`: has all leads scored anew, or shows how far that is.

After a deployment that changed the model it begins by itself; asking for it is for whoever mended
something by hand. The command writes nothing: the function RescoreLeads does, and keeps its place
in the table of models.
"""

import json
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from cli.clock import now
from cli.problem import ProblemError
from cli.progress import progress
from cli.running_stack import RunningStack, aws_faults, find_stack
from functions.leads.model_table import ModelTable
from functions.leads.rescore_run import Progress, Run, all_progress, newest_run, together
from functions.scoring.instants import HOUR_MS, MINUTE_MS, SECOND_MS

FUNCTION = "RescoreLeadsFunction"
LOOK_SECONDS = 2.0
STANDS_STILL_MS = 5 * MINUTE_MS  # a killed segment goes on within two minutes
WATCHED_MS = 6 * HOUR_MS  # ten million leads take no longer

Wait = Callable[[float], None]


def run(options: Namespace, wait: Wait = time.sleep, clock: Callable[[], int] = now) -> int:
    """Begin a rescore, follow the newest, or say how far it is. Raises ProblemError."""
    with aws_faults(options):
        stack = find_stack(options)
        models = ModelTable(stack.client("dynamodb"), stack.output("ModelsTable"))
        if not (options.watch or options.status):
            begin(stack)
            print(f"All leads in {stack.place} are scored anew; nobody is alerted for it.")
            print(f"How far it is: lead-scoring rescore --watch{stack.option}")
            return 0
        newest = newest_run(models)
        if newest is None:
            print("No rescore has begun yet; the first begins within a minute of the deployment.")
            return 0
        if options.watch:
            newest = _watched(stack, models, newest, wait, clock)
        for line in told(newest, together(all_progress(models, newest))):
            print(line)
        return 0


def begin(stack: RunningStack) -> None:
    """Begin a rescore and have each segment worked on at once. Raises ProblemError."""
    functions, name = stack.client("lambda"), stack.output(FUNCTION)
    answer = functions.invoke(FunctionName=name, Payload=b'{"begin": true}')
    begun = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise ProblemError(
            f"the function RescoreLeads failed ({begun.get('errorType')}); see its log, mend the "
            "cause, then repeat the command"
        )
    for segment in range(Run(0, "", 0, 0).segments):
        payload = json.dumps({"segments": [segment]}).encode()
        functions.invoke(FunctionName=name, InvocationType="Event", Payload=payload)


def told(newest: Run, done: Progress) -> Iterator[str]:
    """Say how far a rescore is, or how it ended."""
    begun = datetime.fromtimestamp(newest.begun_at / SECOND_MS, UTC)
    yield f"Model {newest.version}, begun {begun:%Y-%m-%d %H:%M} UTC"
    if newest.ended_at is not None:
        seconds = (newest.ended_at - newest.starts_at) / SECOND_MS
        yield f"{_number(done.seen, 'lead')} looked at in {seconds:.0f} s, {done.written} written"
    else:
        yield f"{_number(done.seen, 'lead')} looked at so far, {done.written} written"
    for step, number in sorted(done.moved.items()):
        was, _, band = step.partition(">")
        yield f"  {was} to {band}: {number}"
    if done.failed:
        yield f"  {done.failed} could not be read or scored: see the log of RescoreLeads"
    if newest.ended_at is None:
        yield "It is not over yet."


def _watched(
    stack: RunningStack, models: ModelTable, newest: Run, wait: Wait, clock: Callable[[], int]
) -> Run:
    """Follow a rescore to its end, or to that of a newer one. Raises ProblemError."""
    begun = moved_at = clock()
    with progress("Leads", _leads(stack)) as advance:
        seen = 0
        while newest.ended_at is None:
            if clock() - moved_at > STANDS_STILL_MS or clock() - begun > WATCHED_MS:
                raise ProblemError("it stands still; see the log of RescoreLeads, and its alarms")
            now_seen = together(all_progress(models, newest)).seen
            if now_seen != seen or clock() < newest.starts_at:
                moved_at = clock()
            advance(max(0, now_seen - seen))
            seen = now_seen
            wait(LOOK_SECONDS)
            newest = newest_run(models) or newest
    return newest


def _leads(stack: RunningStack) -> int | None:
    """Give how many leads there are, as far as DynamoDB knows: it counts every six hours."""
    table = stack.client("dynamodb").describe_table(TableName=stack.leads_table)["Table"]
    return int(table["ItemCount"]) or None


def _number(number: int, thing: str) -> str:
    return f"{number} {thing}" + ("" if number == 1 else "s")
