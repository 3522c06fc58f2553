"""`lead-scoring export`: everything that is stored of one person, as one JSON object.

For whoever asks what is known about them: the lead as `show --json` tells it, its item as it lies
in the table, and every fact of its history with the instant it was received.
"""

import json
from argparse import Namespace
from typing import Any

from cli.clock import now
from cli.fact_writing import FactWriter
from cli.running_stack import aws_faults, canonical_address, find_stack
from cli.show_lead import read_view
from functions.scoring.instants import format_instant
from functions.scoring.rule_book import RuleBook


def run(options: Namespace) -> int:
    """Write one person's data. Raises ProblemError."""
    address = canonical_address(options.email)
    with aws_faults(options):
        stack = find_stack(options)
        model = stack.model(options)
        view = read_view(stack, RuleBook(model), address, at=now())
        table = stack.table(model)
        item = table.read([view.lead.id])[view.lead.id]
        records = table.history(view.lead.id)
    write = FactWriter(model, no_persons=False).line
    facts: list[dict[str, Any]] = [
        {**json.loads(write(record.fact)), "received_at": format_instant(record.received_at)}
        for record in records
    ]
    told = {"lead": view.as_object(), "stored": item, "facts": facts}
    print(json.dumps(told, ensure_ascii=False, indent=2, default=str))
    return 0
