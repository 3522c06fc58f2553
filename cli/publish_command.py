"""`lead-scoring publish`: a model goes live, after it is said what that changes.

Linted, held against the live model on the stored facts, shown, asked about, then deployed through
the stack. Going back is publishing a version that was live before.
"""

import sys
import time
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.clock import now
from cli.confirmation import is_confirmed
from cli.deploying import Wait, check_deploys, deploy, live_model, live_words
from cli.kept_models import kept_model_of, newest_note
from cli.model_change import before_publishing
from cli.model_file import check_exists, retention_days
from cli.problem import ProblemError
from cli.running_stack import RunningStack, aws_faults, find_stack
from cli.score_table import day
from cli.usage.parts import MODEL_FILE
from modelling.compile import compile_model_text
from modelling.lint import lint_model_text
from modelling.mistakes import ModelInvalid
from modelling.model_edits import EditError, with_note

_NOTE_MAX = 200


def run(options: Namespace, wait: Wait = time.sleep, clock: Callable[[], int] = now) -> int:
    """Publish a model. Gives 0 where it is live, 1 where somebody said no. Raises ProblemError."""
    with aws_faults(options):
        stack = find_stack(options)
        check_deploys(stack)
        wanted = _wanted(stack, options)
        check(wanted.file.read_text("utf-8-sig") if wanted.file else wanted.source)
        if not newest_note(wanted.source):
            print("It does not say what was changed: say it with --note.", file=sys.stderr)
        new = compiled(wanted.source)
        old = live_model(stack)
        if old and old["version"] == new["version"]:
            print(f"This model ({new['version']}) is live in {stack.place} already.")
            return 0
        for line in before_publishing(stack, old, new, at=clock()):
            print(line)
        question = f"Publish {new['version']} to {stack.place}?"
        if not (options.yes or is_confirmed(question)):
            print("Nothing was published.")
            return 1
    if options.note and wanted.file is not None:
        wanted.file.write_text(wanted.source, encoding="utf-8", newline=line_end(wanted.file))
    deploy(stack, wanted.source, options)
    print(live_words(stack, new["version"], options, wait, clock))
    print(f"  lead-scoring rescore --watch{stack.option}")
    if old:
        print(f"  lead-scoring publish {old['version']}{stack.option}     # to go back")
    if wanted.file != Path(MODEL_FILE):
        print(f"Put it into {MODEL_FILE} and commit that: the next make deploy deploys that file.")
    return 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """The model to publish: as it is written, and the file it stands in (None: it is kept)."""

    source: str
    file: Path | None


def _wanted(stack: RunningStack, options: Namespace) -> Wanted:
    name = options.model
    path = Path(name)
    if not path.exists() and "." not in name:
        if options.note:
            raise ProblemError("a version that was live is published as it was: leave out --note")
        kept = kept_model_of(stack, name)
        if not kept.source:
            raise ProblemError(f"of {name} only the compiled form was kept; publish a file")
        return Wanted(kept.source, None)
    check_exists(path)
    source = path.read_text(encoding="utf-8-sig")
    if options.note:
        if len(options.note) > _NOTE_MAX or not options.note.isprintable():
            raise ProblemError(f"--note: one line of at most {_NOTE_MAX} letters")
        try:
            source = with_note(source, options.note, day=day(now()))
        except EditError as by_hand:
            raise ProblemError(str(by_hand)) from by_hand
    return Wanted(source, path)


def line_end(path: Path) -> str:
    """How the lines of a file end: a change keeps it."""
    return "\r\n" if b"\r\n" in path.read_bytes() else "\n"


def check(source: str) -> None:
    """Say what the linter says of a model. Raises ProblemError where it has errors."""
    findings = lint_model_text(source, retention_days=retention_days())
    for finding in findings:
        print(finding, file=sys.stderr)
    if any(finding.level == "error" for finding in findings):
        raise ProblemError("a model with errors cannot be published; mend them first")


def compiled(source: str) -> Mapping[str, Any]:
    """Compile a model's text as a deployment does. Raises ProblemError."""
    try:
        return compile_model_text(source, retention_days=retention_days())
    except ModelInvalid as invalid:
        raise ProblemError(str(invalid)) from invalid
