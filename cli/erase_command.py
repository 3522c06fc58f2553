"""`lead-scoring erase`: forgets a person for good; asks first, says what went, may be repeated.

The command deletes nothing itself: it asks the one function that may, by lead id.
"""

import json
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cli.confirmation import is_confirmed
from cli.problem import ProblemError
from cli.running_stack import RunningStack, aws_faults, canonical_address, find_stack
from cli.score_table import day
from functions.leads.lead_table import decode

CALLS_MAX = 200  # of one command: a call works for 20 s, so that is an hour
TRIES = 5  # of one call that the table put off
PAUSE_SECONDS = 2.0
PASSING = ("TryLater",)
AFTERWARDS = """\
The history is looked through once more within a day. Queues forget what waits in them within 4
days, refused messages and dead letters within 14, recovery copies of the tables within 35. Mails
that were sent, and files of facts that were pulled, stay where they are."""
_SAID = {
    "lead": "Erased: the lead and {facts}.",
    "erased": "It was erased before; {facts} more deleted now.",
    "nobody": "Erased: {facts}. There was no lead; what is still on its way is refused.",
}

Wait = Callable[[float], None]


def run(options: Namespace, wait: Wait = time.sleep) -> int:
    """Erase one person, or again whom a restore brought back. Raises ProblemError."""
    if bool(options.email) == options.after_restore:
        raise ProblemError("name one person by address, or say --after-restore")
    address = canonical_address(options.email) if options.email else ""
    with aws_faults(options):
        stack = find_stack(options)
        if options.after_restore:
            return _after_restore(stack, wait, is_sure=options.yes)
        return _erase(stack, address, wait, is_sure=options.yes)


def _erase(stack: RunningStack, address: str, wait: Wait, *, is_sure: bool) -> int:
    lead = stack.lead_ids()(address)
    print(f"{address} in {stack.place}: {_what_is_stored(stack, lead)}.")
    if not (is_sure or is_confirmed("Erase it for good, and keep out what is still on its way?")):
        print("Nothing was erased.")
        return 1
    calls = list(_calls(stack, {"lead": lead}, lambda told: not told["is_complete"], wait))
    facts, was = sum(told["facts"] for told in calls), calls[0]["was"]
    print(_SAID[was].format(facts=_number(facts, "fact")))
    print("Only a new form by the person makes a lead of it again.")
    print(AFTERWARDS, file=sys.stderr)
    return 0


def _after_restore(stack: RunningStack, wait: Wait, *, is_sure: bool) -> int:
    print(f"Whoever was erased is erased again, as of then, in {stack.place}.")
    if not (is_sure or is_confirmed("Do it now, before messages and forms are let in?")):
        print("Nothing was erased.")
        return 1
    calls = list(_calls(stack, {"restored": True}, lambda told: told["after"] is not None, wait))
    seen, erased, facts = (
        sum(told[name] for told in calls) for name in ("seen", "erased", "facts")
    )
    gone = f"{_number(erased, 'lead')}, {_number(facts, 'fact')}"
    print(f"{_number(seen, 'erasure')} looked at; gone again: {gone}.")
    return 0


def _what_is_stored(stack: RunningStack, lead: str) -> str:
    """Say what there is of a lead, which need not be readable to be erased."""
    client = stack.client("dynamodb")
    key = {"lead": {"S": lead}}
    item = client.get_item(TableName=stack.leads_table, Key=key, ConsistentRead=True).get("Item")
    facts = 0
    for page in client.get_paginator("query").paginate(
        TableName=stack.facts_table,
        KeyConditionExpression="#lead = :lead",
        ExpressionAttributeNames={"#lead": "lead"},
        ExpressionAttributeValues={":lead": {"S": lead}},
        Select="COUNT",
    ):
        facts += page["Count"]
    if item is None:
        return f"no lead, {_number(facts, 'fact')}"
    erased_at = decode(item).get("erased_at")
    if "erased" in item and isinstance(erased_at, int):
        return f"erased on {day(erased_at)}, {_number(facts, 'fact')} left"
    return f"a lead with {_number(facts, 'fact')}"


def _calls(
    stack: RunningStack,
    event: dict[str, Any],
    is_more: Callable[[Mapping[str, Any]], bool],
    wait: Wait,
) -> Iterator[dict[str, Any]]:
    """Ask the function until nothing is left to do; it works for a while and then answers."""
    for _ in range(CALLS_MAX):
        told = _call(stack, event, wait)
        yield told
        if not is_more(told):
            return
        event |= {"after": told["after"]} if told.get("after") else {}
    raise ProblemError("it is not done yet; repeat the command, it goes on where it stopped")


def _call(stack: RunningStack, event: Mapping[str, Any], wait: Wait) -> dict[str, Any]:
    functions, name = stack.client("lambda"), stack.output("EraseLeadFunction")
    fault = ""
    for attempt in range(TRIES):
        wait(PAUSE_SECONDS * attempt)
        answer = functions.invoke(FunctionName=name, Payload=json.dumps(event).encode())
        told: dict[str, Any] = json.loads(answer["Payload"].read())
        if "FunctionError" not in answer:
            return told
        fault = str(told.get("errorType"))
        if fault not in PASSING:
            break
    raise ProblemError(
        f"the erasure is not finished: the function EraseLead failed ({fault}); see its log, mend "
        "the cause, then repeat the command. What was written down already is finished within two "
        "hours, as of then"
    )


def _number(number: int, thing: str) -> str:
    return f"{number} {thing}" + ("" if number == 1 else "s")
