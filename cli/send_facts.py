"""`lead-scoring send`: puts the facts of a file on the bus of the running system.

Every line is checked before the first is sent, and goes with its id, so that sending again, wholly
or in part, changes nothing. An import alerts nobody; it ends with who is hot and warm now.
"""

import json
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from cli.clock import now
from cli.fact_files import SOURCE, FactLine, read_fact_files
from cli.model_file import SETTINGS_FILE, settings
from cli.problem import ProblemError
from cli.progress import Advance, progress
from cli.running_stack import LeadIds, RunningStack, aws_faults, find_stack
from cli.score_table import print_scores
from functions.intake.fact_line import AHEAD_MAX_MS
from functions.leads.history import Record
from functions.leads.lead import LeadUnreadableError, read_lead
from functions.leads.lead_as_of import as_of
from functions.scoring.instants import format_instant
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import Score, score_state

ENTRIES_MAX = 10  # of one PutEvents call
ENTRY_FACTS_MAX = 10  # 50 messages are one batch of the function, which has 30 s for its leads
ENTRY_BYTES_MAX = 24_000  # ten of them stay under the 256 KB of a call
TRIES = 6
PAUSE_SECONDS = 0.5  # doubled each time: 15 s in all
DETAIL_TYPE = "facts"
SAMPLE = 20  # facts looked for before the digest; the queue tells of the others
TAKEN_SECONDS = 180
DIGEST_LEADS = 50  # more than anybody calls in a day
PASSING = ("ThrottlingException", "InternalFailure", "InternalException", "ServiceUnavailable")

Entry = dict[str, Any]
Wait = Callable[[float], None]


def run(options: Namespace, wait: Wait = time.sleep) -> int:
    """Send fact files. Raises ProblemError."""
    _check_senders()
    with aws_faults(options):
        stack = find_stack(options)
        model = stack.model(options)
        at = now()
        lines = _sendable(options.facts, model, at)
        print(f"Sending {len(lines)} facts to {stack.place}.", file=sys.stderr)
        send(stack, lines, silent=options.silent, wait=wait)
        if options.silent:
            _digest(stack, RuleBook(model), lines, wait)
        else:
            print("All sent. `lead-scoring show EMAIL` tells what they changed.", file=sys.stderr)
    return 0


def send(stack: RunningStack, lines: Sequence[FactLine], *, silent: bool, wait: Wait) -> None:
    """Put facts on the bus, ten messages a call. Raises ProblemError when AWS goes on refusing."""
    events = stack.client("events")
    with progress("sending facts", len(lines)) as advance:
        for messages in _grouped(_messages(lines), ENTRIES_MAX):
            entries = [_entry(stack, message, silent) for message in messages]
            _put(events, entries, wait)
            advance(sum(len(message) for message in messages))


def _check_senders() -> None:
    """Where `cdk.json` names senders, the bus drops what others put, without a word."""
    senders = settings().get("senders")
    if isinstance(senders, list) and senders:
        ours = [one for one in senders if isinstance(one, dict) and one.get("source") == SOURCE]
        if not ours:
            wanted = json.dumps({"source": SOURCE, "import": True})
            raise ProblemError(
                f"{SETTINGS_FILE} names who may send, and this command is not among them; add "
                f"{wanted} to its senders and deploy"
            )


def _sendable(names: Sequence[str], model: Mapping[str, Any], at: int) -> list[FactLine]:
    """Read what the system will accept. Raises ProblemError for what it would refuse."""
    lines = read_fact_files(names, model)
    for line in lines:
        if refused := _why_refused(line, at):
            raise ProblemError(f"{line.file} line {line.number}: {refused}")
    young = [line for line in lines if line.fact.at >= at - model["retention"]]
    if len(young) < len(lines):
        print(
            f"{len(lines) - len(young)} facts are older than facts are kept; they count nowhere "
            "and are left out.",
            file=sys.stderr,
        )
    return young


def _why_refused(line: FactLine, at: int) -> str | None:
    if line.names_nobody:
        return "a lead id is no address; facts pulled with --no-persons cannot be sent"
    if line.fact.at > at + AHEAD_MAX_MS:
        return "`at` is more than five minutes ahead of now; correct the instant"
    if len(json.dumps(line.written)) > ENTRY_BYTES_MAX:
        return f"longer than {ENTRY_BYTES_MAX} bytes; keep the properties that rules look at"
    return None


def _messages(lines: Sequence[FactLine]) -> Iterator[list[Entry]]:
    """Group facts into messages that stay below every limit."""
    group: list[Entry] = []
    size = 0
    for line in lines:
        told = line.written | {
            "id": line.fact.id,
            "at": format_instant(line.fact.at),
            "lead": line.fact.display_email or line.fact.email,
        }
        length = len(json.dumps(told))
        if group and (len(group) == ENTRY_FACTS_MAX or size + length > ENTRY_BYTES_MAX):
            yield group
            group, size = [], 0
        group.append(told)
        size += length
    if group:
        yield group


def _grouped(messages: Iterator[list[Entry]], size: int) -> Iterator[list[list[Entry]]]:
    group: list[list[Entry]] = []
    for message in messages:
        group.append(message)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group


def _entry(stack: RunningStack, facts: list[Entry], silent: bool) -> Entry:
    detail: Entry = {"activities": facts} | ({"import": True} if silent else {})
    return {
        "EventBusName": stack.bus,
        "Source": SOURCE,
        "DetailType": DETAIL_TYPE,
        "Detail": json.dumps(detail),
    }


def _put(events: Any, entries: list[Entry], wait: Wait) -> None:
    pause = PAUSE_SECONDS
    for _ in range(TRIES):
        results = events.put_events(Entries=entries)["Entries"]
        failed = [
            (entry, result)
            for entry, result in zip(entries, results, strict=True)
            if result.get("ErrorCode")
        ]
        if not failed:
            return
        final = next((result for _, result in failed if result["ErrorCode"] not in PASSING), None)
        if final is not None:
            raise ProblemError(
                f"the bus refused an event: {final['ErrorCode']}: {final.get('ErrorMessage', '')}; "
                "put it right and send the file again, what has arrived counts once"
            )
        entries = [entry for entry, _ in failed]
        wait(pause)
        pause *= 2
    raise ProblemError("the bus is too busy; send the file again, what has arrived counts once")


def _digest(stack: RunningStack, book: RuleBook, lines: Sequence[FactLine], wait: Wait) -> None:
    ids = stack.lead_ids()
    if not _taken(stack, lines, ids, wait):
        print(
            "Not everything has been taken up yet; what follows is as of now. Send the file again "
            "later for another digest, it changes nothing else.",
            file=sys.stderr,
        )
    scores = stored_scores(stack, book, {line.fact.email for line in lines}, ids)
    called = [(score.total, lead) for lead, score in scores.items() if score.band != "cold"]
    shown = {lead: scores[lead] for _, lead in sorted(called, reverse=True)[:DIGEST_LEADS]}
    bands = [score.band for score in scores.values()]
    print(
        f"{len(scores)} leads: {bands.count('hot')} hot, {bands.count('warm')} warm, "
        f"{bands.count('cold')} cold. Nobody was alerted."
    )
    if shown:
        print_scores(shown, language="en")
    if len(called) > len(shown):
        print(f"The {len(shown)} highest are shown.")


def stored_scores(
    stack: RunningStack, book: RuleBook, addresses: set[str], ids: LeadIds
) -> dict[str, Score]:
    """Score these leads as they are stored, at this instant; unknown ones are absent."""
    names = {ids(address): address for address in sorted(addresses)}
    scores: dict[str, Score] = {}
    at = now()
    table = stack.table(book.model)
    for lead_id, item in table.read(list(names)).items():
        try:
            lead = read_lead(item)
        except LeadUnreadableError:
            continue  # the alarm of the system rings for it
        if not lead.erased:
            merged = as_of(lead, book, table, at=at)
            scores[names[lead_id]] = score_state(book, merged.state, at=at)
    return scores


def _taken(stack: RunningStack, lines: Sequence[FactLine], ids: LeadIds, wait: Wait) -> bool:
    """Wait until the system has taken up what was sent; False when that takes too long."""
    step = max(1, len(lines) // SAMPLE)
    looked_for = [*lines[::step], *lines[-1:]]
    keys = [_key(line, ids) for line in looked_for]
    seconds = 0.0
    with progress("the system takes them up", len(keys)) as advance:
        while True:
            keys = _not_there(stack, keys, advance)
            if not keys and _is_idle(stack):
                return True
            if seconds >= TAKEN_SECONDS:
                return False
            wait(1)
            seconds += 1


def _key(line: FactLine, ids: LeadIds) -> dict[str, Any]:
    _, fact = Record(line.fact, 0).key
    return {"lead": {"S": ids(line.fact.email)}, "fact": {"S": fact}}


def _not_there(
    stack: RunningStack, keys: list[dict[str, Any]], advance: Advance
) -> list[dict[str, Any]]:
    client = stack.client("dynamodb")
    missing = [
        key
        for key in keys
        if "Item"
        not in client.get_item(
            TableName=stack.facts_table, Key=key, ConsistentRead=True, ProjectionExpression="fact"
        )
    ]
    advance(len(keys) - len(missing))
    return missing


def _is_idle(stack: RunningStack) -> bool:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attributes = stack.client("sqs").get_queue_attributes(
        QueueUrl=stack.activity_queue, AttributeNames=names
    )["Attributes"]
    return all(int(attributes[name]) == 0 for name in names)
