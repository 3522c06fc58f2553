"""`lead-scoring models`: which models went live when, or one of them as it was written."""

import json
import sys
from argparse import Namespace

from cli.kept_models import history_of, kept_model_of
from cli.problem import ProblemError
from cli.running_stack import aws_faults, find_stack
from functions.scoring.instants import format_instant


def run(options: Namespace) -> int:
    """List them, or print one. Raises ProblemError."""
    with aws_faults(options):
        stack = find_stack(options)
        if options.version:
            source = kept_model_of(stack, options.version).source
            if not source:
                raise ProblemError(f"of {options.version} only the compiled form was at hand")
            sys.stdout.write(source)
            return 0
        live = list(history_of(stack))
    if options.json:
        for one in live:
            told = {"version": one.version, "at": format_instant(one.at), "note": one.note}
            print(json.dumps(told, ensure_ascii=False))
        return 0
    if not live:
        print("No model is kept yet: that happens within a minute of the deployment.")
    for number, one in enumerate(live):
        mark = "live" if number == 0 else "    "
        print(f"{mark}  {one.version}  {format_instant(one.at)[:16]}  {one.note}".rstrip())
    if len(live) > 1:
        print(f"\nTo go back: lead-scoring publish {live[1].version}{stack.option}")
    return 0
