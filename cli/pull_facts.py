"""`lead-scoring pull`: the facts of a period, out of the history of the running system.

The history is read page by page. With a file to write to, a cursor beside it says how far the pull
came, and how long the file was then, so that an interrupted one goes on without a gap or a repeat.
"""

import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from cli.clock import read_instant
from cli.fact_writing import FactWriter
from cli.problem import ProblemError
from cli.progress import Advance, progress
from cli.running_stack import RunningStack, aws_faults, find_stack
from functions.leads.history import read_record
from functions.leads.lead_table import decode
from functions.scoring.instants import format_instant

CURSOR_SUFFIX = ".cursor"
PAGE = 500  # facts of one step: an interrupted pull repeats no more


def run(options: Namespace) -> int:
    """Pull facts into a file or to standard output. Raises ProblemError."""
    with aws_faults(options):
        stack = find_stack(options)
        pull = _pull(options, stack)
        writer = FactWriter(stack.model(options), no_persons=options.no_persons)
        with pull.output() as out, progress("reading the history", _count(stack)) as advance:
            written = pull.copy(stack, writer, out, advance)
    print(
        f"{written} facts from {format_instant(pull.since)} to {format_instant(pull.until)}, "
        f"from {stack.place}.",
        file=sys.stderr,
    )
    return 0


@dataclass(slots=True)
class Pull:
    """One pull: its period (UTC ms, the end excluded), where it goes, and how far it came."""

    table: str
    since: int
    until: int
    no_persons: bool
    file: Path | None
    key: dict[str, Any] | None = None
    length: int = 0
    facts: int = 0

    @contextmanager
    def output(self) -> Iterator[BinaryIO]:
        """Open where facts go, cut to what the cursor vouches for."""
        if self.file is None:
            yield sys.stdout.buffer
            return
        with self.file.open("r+b" if self.key else "xb") as out:
            out.truncate(self.length)
            out.seek(self.length)
            yield out
        self.cursor.unlink(missing_ok=True)

    def copy(self, stack: RunningStack, writer: FactWriter, out: BinaryIO, advance: Advance) -> int:
        """Copy page after page; gives the number of facts written, earlier parts included."""
        for page in self._pages(stack):
            records = [read_record(decode(item)) for item in page["Items"]]
            out.writelines(writer.line(record.fact) for record in records)
            out.flush()
            self.facts += len(records)
            self.key = page.get("LastEvaluatedKey")
            advance(page["ScannedCount"])
            if self.file is not None and self.key:
                self.length = out.tell()
                self._keep_cursor()
        return self.facts

    @property
    def cursor(self) -> Path:
        """The file that says how far this pull came."""
        assert self.file is not None
        return cursor_of(self.file)

    def _pages(self, stack: RunningStack) -> Iterator[dict[str, Any]]:
        client = stack.client("dynamodb")
        start = {"ExclusiveStartKey": self.key} if self.key else {}
        while True:
            page = client.scan(
                TableName=self.table,
                Limit=PAGE,
                FilterExpression="#at >= :since AND #at < :until",
                ExpressionAttributeNames={"#at": "at"},
                ExpressionAttributeValues={
                    ":since": {"N": str(self.since)},
                    ":until": {"N": str(self.until)},
                },
                **start,
            )
            yield page
            if "LastEvaluatedKey" not in page:
                return
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def _keep_cursor(self) -> None:
        told = {
            "table": self.table,
            "since": self.since,
            "until": self.until,
            "no_persons": self.no_persons,
            "key": self.key,
            "length": self.length,
            "facts": self.facts,
        }
        partial = self.cursor.with_suffix(".partial")
        partial.write_text(json.dumps(told), encoding="utf-8")
        partial.replace(self.cursor)


def cursor_of(file: Path) -> Path:
    """The cursor's name beside a file of facts."""
    return file.with_name(file.name + CURSOR_SUFFIX)


def _pull(options: Namespace, stack: RunningStack) -> Pull:
    """Begin a pull, or take up the one whose cursor stands beside the file."""
    since = read_instant(options.since, "--from")
    until = read_instant(options.until, "--to")
    if since >= until:
        raise ProblemError("--from is not before --to; nothing lies between them")
    file = Path(options.out) if options.out else None
    pull = Pull(stack.facts_table, since, until, options.no_persons, file)
    if file is None or not file.exists():
        return pull
    if not cursor_of(file).exists():
        raise ProblemError(f"{file} is there already; name another file, or delete it")
    resumed = _resumed(file)
    asked = (pull.table, pull.since, pull.no_persons, pull.until if options.until else None)
    if asked != (
        resumed.table,
        resumed.since,
        resumed.no_persons,
        resumed.until if options.until else None,
    ):
        raise ProblemError(
            f"{cursor_of(file)} belongs to a pull with other options; repeat that one, "
            f"or delete it and {file}"
        )
    print(f"Going on after {resumed.facts} facts.", file=sys.stderr)
    return resumed


def _resumed(file: Path) -> Pull:
    cursor = cursor_of(file)
    try:
        return Pull(file=file, **json.loads(cursor.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise ProblemError(
            f"{cursor} cannot be read; delete it and {file}, and pull again"
        ) from error


def _count(stack: RunningStack) -> int | None:
    table = stack.client("dynamodb").describe_table(TableName=stack.facts_table)["Table"]
    return int(table.get("ItemCount", 0)) or None  # as of some hours ago
