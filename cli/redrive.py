"""`lead-scoring redrive`: shows dead letters, and brings them back to their queue after a fix.

What was there at the start is sent again, and no more, so that a message which fails again cannot
go round for ever. A dead letter is deleted only after the queue has taken its copy; a repeat is
harmless, for facts are idempotent. What nobody needs any more is thrown away when a person says so.
"""

import json
from argparse import Namespace
from collections.abc import Callable, Mapping
from typing import Any

from cli.clock import duration_words, now
from cli.confirmation import is_confirmed
from cli.problem import ProblemError
from cli.progress import progress
from cli.queue_messages import Message, Numbers, Sent, count_messages, reading, send_again
from cli.refused_messages import harmless, readable_body
from cli.running_stack import aws_faults, find_stack
from functions.scoring.instants import format_instant

SUFFIX = "DeadLetters"
SHOWN_MAX = 3  # dead letters of one cause look alike
READ_TO_SHOW = 100  # among which the oldest is looked for


def run(options: Namespace) -> int:
    """Show, empty, or move dead letters back. Raises ProblemError where some stay."""
    with aws_faults(options):
        stack = find_stack(options)
        name = _queue_name(options.queue)
        client = stack.client("sqs")
        numbers = count_messages(client, stack.queue(name))
        if options.show:
            return _show(client, stack.queue(name), name, numbers)
        if options.empty:
            return _empty(client, stack.queue(name), name, numbers, is_sure=options.yes)
        if name in _NOT_SENT_BACK:
            raise ProblemError(_NOT_SENT_BACK[name].format(name=name, option=stack.option))
        source, body_of = SOURCES[name]
        sent, unreadable = _move(client, (stack.queue(name), stack.queue(source)), numbers, body_of)
    moved = len(sent.new_ids)
    print(f"{moved} of about {numbers.total} messages moved from {name} to {source}.")
    _say_what_stays(sent, unreadable, numbers.total - moved, f"{name}{stack.option}")
    return 0


def _show(client: Any, url: str, name: str, numbers: Numbers) -> int:
    """Show the oldest dead letters; their bodies may hold personal data."""
    with reading(client, url) as letters:
        found = [
            one for batch in letters.batches(min(numbers.total, READ_TO_SHOW)) for one in batch
        ]
    for one in sorted(found, key=lambda one: one.sent_at)[:SHOWN_MAX]:
        age = duration_words(max(0, now() - one.sent_at))
        print(harmless(f"Id    {one.id}\nSent  {format_instant(one.sent_at)} ({age} ago)"))
        for attribute, value in sorted(one.attributes.items()):
            print(harmless(f"{attribute}: {value.get('StringValue', '')}"))
        print(f"{harmless(readable_body(one.body))}\n")
    print(f"{min(len(found), SHOWN_MAX)} of about {numbers.total} in {name}.")
    return 0


def _empty(client: Any, url: str, name: str, numbers: Numbers, *, is_sure: bool) -> int:
    """Throw away what is there, after a question; what comes meanwhile stays."""
    question = f"Throw away about {numbers.total} messages of {name}? Nothing brings them back."
    if numbers.total and not (is_sure or is_confirmed(question)):
        print("Nothing was thrown away.")
        return 1
    gone = 0
    with reading(client, url) as letters, progress("throwing away", numbers.total) as advance:
        for batch in letters.batches(numbers.total):
            letters.delete([one.id for one in batch])
            gone += len(batch)
            advance(len(batch))
    print(f"{gone} of about {numbers.total} messages of {name} thrown away.")
    return 0


def _move(
    client: Any,
    queues: tuple[str, str],
    numbers: Numbers,
    body_of: Callable[[Message], str | None],
) -> tuple[Sent, int]:
    """Move from the first queue to the second; gives what was sent, and how many are no events."""
    dead, source = queues
    sent, unreadable = Sent(), 0
    with reading(client, dead) as letters, progress("moving", numbers.total) as advance:
        for batch in letters.batches(numbers.total):
            bodies = [(one, body) for one, body in ((one, body_of(one)) for one in batch) if body]
            unreadable += len(batch) - len(bodies)
            now_sent = send_again(client, source, bodies)
            letters.delete(list(now_sent.new_ids))
            sent.add(now_sent)
            advance(len(batch))
    return sent, unreadable


def _say_what_stays(sent: Sent, unreadable: int, stay: int, queue: str) -> None:
    if sent.faults:
        raise ProblemError(
            f"some could not be sent ({', '.join(sorted(sent.faults))}) and stay where they are; "
            "repeat the command"
        )
    if unreadable:
        raise ProblemError(
            f"{unreadable} of them are no events and stay where they are; look at them with "
            f"lead-scoring redrive {queue} --show"
        )
    if stay > 0:
        print(f"About {stay} stay for now: others may be reading them. Repeat the command later.")


def _queue_name(asked: str) -> str:
    """The output that is meant: `ActivityDeadLetters`, or `activity`. Raises ProblemError."""
    wanted = asked.casefold().removesuffix(SUFFIX.casefold()) + SUFFIX.casefold()
    names = {name.casefold(): name for name in (*SOURCES, *_NOT_SENT_BACK)}
    name = names.get(wanted)
    if name is None:
        known = ", ".join((*SOURCES, *_NOT_SENT_BACK))
        raise ProblemError(f"{asked} is no queue of dead letters; those are {known}")
    return name


def _as_it_is(letter: Message) -> str:
    return letter.body


def _as_the_rule_writes(letter: Message) -> str | None:
    """What the bus could not deliver, in the envelope of the activity queue; None for no event.

    EventBridge keeps the event itself, without our envelope. Its instant of ingestion is not in it:
    the instant at which the bus gave up stands for it, a day later at most.
    """
    try:
        told = json.loads(letter.body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    if "ingested_at" in told and "event" in told:
        return letter.body
    if "detail" not in told or "source" not in told:
        return None
    replayed = {"replayed": True} if "replay-name" in told else {}
    ingested_at = format_instant(letter.sent_at)
    return json.dumps({"ingested_at": ingested_at, "event": told, **replayed}, ensure_ascii=True)


SOURCES: Mapping[str, tuple[str, Callable[[Message], str | None]]] = {
    "ActivityDeadLetters": ("ActivityQueue", _as_it_is),
    "ParkingDeadLetters": ("ParkingQueue", _as_it_is),
    "BusDeadLetters": ("ActivityQueue", _as_the_rule_writes),
}
_NOT_SENT_BACK = {
    "SweepDeadLetters": (
        "a sweep is never sent again, because the next minute asks anew; when the sweeps run, "
        "empty the queue: lead-scoring redrive {name} --empty{option}"
    ),
    "ErasureDeadLetters": (
        "a round of erasures is never sent again, because the next hour asks anew; when the log of "
        "EraseLead tells of no more failures, empty the queue: lead-scoring redrive {name} --empty"
        "{option}"
    ),
    "SummaryDeadLetters": (
        "the summary of a Monday is never sent again, because managers read the next one; when the "
        "log of TellSummary tells why it failed, empty the queue: lead-scoring redrive {name} "
        "--empty{option}"
    ),
    "RescoreDeadLetters": (
        "a step of a rescore is never sent again, because the next minute goes on; when the log of "
        "RescoreLeads tells of no more failures, empty the queue: lead-scoring redrive {name} "
        "--empty{option}"
    ),
    "WatchDeadLetters": (
        "a count of the week is never sent again, because the next hour goes on with it; when the "
        "log of WatchModel tells of no more failures, empty the queue: lead-scoring redrive {name} "
        "--empty{option}"
    ),
    "AlertDeadLetters": (
        "an alert is never sent again, because all other subscribers have it; mend the subscriber "
        "that lead-scoring status{option} names, tell it what it missed (--show), then empty the "
        "queue: lead-scoring redrive {name} --empty{option}"
    ),
}
