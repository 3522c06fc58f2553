"""`lead-scoring refused`: what was refused and why; shown, or sent again after a fix.

Listing takes nothing away. A message leaves the refused queue only after its body was taken by the
queue it belongs to, and facts are idempotent, so every form of the command may be repeated.
"""

import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from rich import box
from rich.table import Table
from rich.text import Text

from cli.clock import duration_words, now
from cli.problem import ProblemError
from cli.progress import progress
from cli.queue_messages import (
    HIDDEN_SECONDS,
    Numbers,
    QueueReading,
    Sent,
    count_messages,
    reading,
    send_again,
)
from cli.refused_messages import RefusedMessage, harmless, read_refused, readable_body
from cli.running_stack import RunningStack, aws_faults, find_stack
from cli.score_table import console
from functions.intake.refusal import SPAM
from functions.scoring.instants import format_instant

REFUSED = "RefusedQueue"  # an output of the stack
ALL = "all"
SHOWN_IDS_MAX = 20


def run(options: Namespace) -> int:
    """List, show or send again. Raises ProblemError."""
    with aws_faults(options):
        stack = find_stack(options)
        client, url = stack.client("sqs"), stack.queue(REFUSED)
        numbers = count_messages(client, url)
        with reading(client, url) as refused:
            if options.resend:
                resend(stack, refused, options.resend, numbers)
            elif options.show:
                _show(stack, refused, options.show, numbers)
            else:
                _list(stack, refused, numbers)
    return 0


@dataclass(slots=True)
class Resending:
    """What became of each message of one pass, by destination or reason."""

    sent: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    unsendable: Counter[str] = field(default_factory=Counter)
    came_back: int = 0
    faults: set[str] = field(default_factory=set)
    new_ids: set[str] = field(default_factory=set)

    def add(self, chosen: list[RefusedMessage], destination: str, sent: Sent) -> None:
        """Count one call's result."""
        self.sent[destination] += len(sent.new_ids)
        self.faults |= sent.faults
        self.new_ids.update(sent.new_ids.values())
        self.left.update(one.reason for one in chosen if one.id not in sent.new_ids)


def resend(stack: RunningStack, refused: QueueReading, wanted: str, numbers: Numbers) -> Resending:
    """Send again what is meant, and say what was sent and what is left. Raises ProblemError where
    some could not be sent.
    """
    outcome = Resending()
    with progress("sending again", numbers.total) as advance:
        for batch in refused.batches():
            _resend_batch(stack, refused, [read_refused(one) for one in batch], wanted, outcome)
            advance(len(batch))
    _say_resent(outcome, stack, wanted)
    _say_what_was_not_read(refused, numbers, outcome.sent.total() + outcome.left.total())
    if outcome.faults:
        raise ProblemError(
            f"some could not be sent ({', '.join(sorted(outcome.faults))}) and stay where they "
            "are; repeat the command"
        )
    return outcome


def _resend_batch(
    stack: RunningStack,
    refused: QueueReading,
    batch: list[RefusedMessage],
    wanted: str,
    outcome: Resending,
) -> None:
    chosen: dict[str, list[RefusedMessage]] = {}
    for one in batch:
        if _is_chosen(one, wanted, outcome):
            chosen.setdefault(one.destination, []).append(one)
        else:
            outcome.left[one.reason] += 1
    for destination, messages in chosen.items():
        bodies = [(one.message, one.body) for one in messages]
        sent = send_again(refused.client, stack.queue(destination), bodies)
        refused.delete(list(sent.new_ids))
        outcome.add(messages, destination, sent)


def _is_chosen(one: RefusedMessage, wanted: str, outcome: Resending) -> bool:
    """Whether to send it; `all` means no spam, of which somebody has to say that it is none."""
    if not (one.reason != SPAM if wanted == ALL else one.is_meant(wanted)):
        return False
    if one.came_as in outcome.new_ids:  # it would come back for ever
        outcome.came_back += 1
        return False
    if reason := one.why_not_sendable():
        outcome.unsendable[reason] += 1
        return False
    return True


def _say_resent(outcome: Resending, stack: RunningStack, wanted: str) -> None:
    if outcome.sent.total():
        where = ", ".join(f"{number} to {name}" for name, number in outcome.sent.items() if number)
        print(f"{outcome.sent.total()} sent again: {where}.")
    else:
        meant = "nothing" if wanted == ALL else f"nothing refused that can be sent as {wanted}"
        print(f"Nothing was sent: there is {meant}.")
    for reason, number in outcome.unsendable.items():
        print(f"{number} cannot be sent: {reason}.")
    if outcome.came_back:
        print(f"{outcome.came_back} came back refused: the fix is not deployed, or does not help.")
    left = ", ".join(f"{number} {harmless(name)}" for name, number in sorted(outcome.left.items()))
    print(f"Left: {left or 'nothing'}.")
    if outcome.sent.total():
        print(
            f"What is refused again is listed again: lead-scoring refused{stack.option}",
            file=sys.stderr,
        )


@dataclass(slots=True)
class _OfReason:
    """How many messages of one reason, and the instants (UTC ms) of the first and the last."""

    number: int
    oldest: int
    newest: int


def _list(stack: RunningStack, refused: QueueReading, numbers: Numbers) -> None:
    reasons: dict[str, _OfReason] = {}
    for one in _read_all(refused, numbers):
        found = reasons.setdefault(one.reason, _OfReason(0, one.received_at, one.received_at))
        found.number += 1
        found.oldest = min(found.oldest, one.received_at)
        found.newest = max(found.newest, one.received_at)
    if reasons:
        console().print(_table(reasons))
        option = stack.option
        print(
            f"One of them: lead-scoring refused --show REASON{option}\n"
            f"After a fix: lead-scoring refused --resend REASON{option}",
            file=sys.stderr,
        )
    else:
        print(f"Nothing refused is kept in {stack.place}.")
    _say_what_was_not_read(refused, numbers, sum(found.number for found in reasons.values()))


def _table(reasons: dict[str, _OfReason]) -> Table:
    table = Table(box=box.SIMPLE, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("Reason", overflow="fold")
    table.add_column("Number", justify="right")
    table.add_column("Oldest")
    table.add_column("Newest")
    for reason, found in sorted(reasons.items()):
        cells = (reason, str(found.number), _when(found.oldest), _when(found.newest))
        table.add_row(*(Text(harmless(cell)) for cell in cells))
    return table


def _show(stack: RunningStack, refused: QueueReading, wanted: str, numbers: Numbers) -> None:
    """Show the oldest of those meant, and the ids of some others."""
    shown: RefusedMessage | None = None
    ids: list[tuple[int, str]] = []
    read = 0
    for one in _read_all(refused, numbers):
        read += 1
        if one.is_meant(wanted):
            ids.append((one.received_at, one.id))
            if shown is None or one.received_at < shown.received_at:
                shown = one
    _say_what_was_not_read(refused, numbers, read)
    if shown is None:
        raise ProblemError(
            f"nothing refused is called {harmless(wanted)}; "
            f"lead-scoring refused{stack.option} lists what there is"
        )
    print(harmless("\n".join(_lines(shown))))
    others = [f"{id_}  {_when(at)}" for at, id_ in sorted(ids) if id_ != shown.id]
    if others:
        print(f"\n{len(others)} more, by id:")
        print("\n".join(f"  {other}" for other in others[:SHOWN_IDS_MAX]))
        if len(others) > SHOWN_IDS_MAX:
            print(f"  ... the {SHOWN_IDS_MAX} oldest are named.")


def _lines(one: RefusedMessage) -> Iterator[str]:
    told = one.told
    yield f"Reason    {one.reason}"
    yield f"Id        {one.id}"
    yield f"Received  {_when(one.received_at)}"
    yield f"Refused   {_when(one.message.sent_at)}"
    yield f"Source    {told.get('source', 'not known')}{_of_account(told.get('account'))}"
    if one.came_as:
        yield f"Came as   {one.came_as}"
    for mistake in _mistakes(told.get("mistakes")):
        yield f"Mistake   {mistake}"
    yield f"SHA-256   {told.get('body_sha256', 'not known')}"
    if why := one.why_not_sendable():
        yield f"It cannot be sent again: {why}."
    yield f"Body\n{readable_body(one.body)}" if one.body else "Body      not kept"


def _of_account(account: object) -> str:
    return f" (account {account})" if account else ""


def _mistakes(told: object) -> Iterator[str]:
    for mistake in told if isinstance(told, list) else []:
        if isinstance(mistake, dict):
            yield f"{mistake.get('field')}: {mistake.get('code')}"


def _read_all(refused: QueueReading, numbers: Numbers) -> Iterator[RefusedMessage]:
    with progress("reading what was refused", numbers.total) as advance:
        for batch in refused.batches():
            advance(len(batch))
            yield from (read_refused(message) for message in batch)


def _say_what_was_not_read(refused: QueueReading, numbers: Numbers, read: int) -> None:
    if read >= numbers.total:
        return
    why = (
        f"others may be reading them; look again in {HIDDEN_SECONDS // 60} minutes"
        if refused.is_whole
        else "that is as many as one look takes"
    )
    print(f"{read} of about {numbers.total} messages were read: {why}.", file=sys.stderr)


def _when(at: int) -> str:
    return f"{format_instant(at)} ({duration_words(max(0, now() - at))} ago)"
