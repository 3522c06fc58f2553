"""Every fact that a running system has stored."""

from collections.abc import Iterator

from cli.progress import progress
from cli.running_stack import RunningStack
from functions.leads.history import read_record
from functions.leads.lead import LeadUnreadableError
from functions.leads.lead_table import decode
from functions.scoring.facts import Fact


def stored_facts(stack: RunningStack) -> Iterator[Fact]:
    """Read all facts of a system, in no order; what cannot be read is passed over. Raises
    TryLater.
    """
    pages = stack.client("dynamodb").get_paginator("scan").paginate(TableName=stack.facts_table)
    with progress("reading facts") as advance:
        for page in pages:
            advance(len(page["Items"]))
            for item in page["Items"]:
                try:
                    yield read_record(decode(item)).fact
                except LeadUnreadableError:
                    continue
