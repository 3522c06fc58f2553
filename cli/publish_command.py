"""`lead-scoring publish`: a model goes live, after it is said what that changes.

Linted, held against the live model on the stored facts, shown, asked about, then deployed through
the stack. Going back is publishing a version that was live before.
"""

import sys
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.clock import now
from cli.confirmation import is_confirmed
from cli.deploying import Wait, check_deploys, deploy, live_model, live_words
from cli.kept_models import kept_model_of, newest_note
from cli.model_file import check_exists, retention_days
from cli.problem import ProblemError
from cli.progress import progress
from cli.running_stack import RunningStack, aws_faults, find_stack
from cli.score_table import day
from cli.usage.parts import MODEL_FILE
from functions.leads.lead import Lead, LeadUnreadableError, read_lead
from functions.leads.lead_as_of import as_of
from functions.leads.lead_table import Item, decode
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import Score, score_state
from modelling.compile import compile_model_text
from modelling.lint import lint_model_text
from modelling.mistakes import ModelInvalid
from modelling.model_edits import EditError, with_note

BANDS = ("hot", "warm", "cold")
REASONS_MAX = 5  # rules told of: whoever wants all of them compares the models
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
        for line in before_publishing(stack, old, new, wanted, at=clock()):
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


@dataclass(frozen=True, slots=True)
class Change:
    """What a model changes: leads by band before and after, and the rules behind the moves."""

    moves: Mapping[tuple[str, str], int]
    reasons: Mapping[tuple[str, str], Counter[str]]

    def in_band(self, band: str, *, after: bool) -> int:
        return sum(number for move, number in self.moves.items() if move[after] == band)


def before_and_after(
    stack: RunningStack,
    old: RuleBook,
    new: RuleBook,
    *,
    at: int,
    leads: Sequence[str] | None = None,
) -> Change:
    """Score every lead of a system, or only these, under both models at an instant (UTC ms). Raises
    TryLater.

    A model whose rules match otherwise asks for the history of each lead: then it takes longer.
    """
    moves: Counter[tuple[str, str]] = Counter()
    reasons: dict[tuple[str, str], Counter[str]] = {}
    table = stack.table(new.model)
    items = _items(stack) if leads is None else table.read(leads).values()
    for lead in _read(items):
        was, is_ = (
            score_state(book, as_of(lead, book, table, at=at).state, at=at) for book in (old, new)
        )
        move = (was.band, is_.band)
        moves[move] += 1
        if was.band != is_.band:
            reasons.setdefault(move, Counter()).update(_rules_behind(was, is_))
    return Change(moves, reasons)


def told(change: Change) -> Iterator[str]:
    """Say it in a few lines."""
    total = sum(change.moves.values())
    yield f"{total} leads, as they are now:    before   after"
    for band in BANDS:
        before, after = (change.in_band(band, after=side) for side in (False, True))
        yield f"  {band:<26}{before:>9} {after:>7}"
    moved = {move: number for move, number in change.moves.items() if move[0] != move[1]}
    if not moved:
        yield "No lead changes its band."
    for move, number in sorted(moved.items(), key=lambda one: -one[1]):
        rules = ", ".join(name for name, _ in change.reasons[move].most_common(REASONS_MAX))
        because = f"; mostly {rules}" if rules else ""
        yield f"  {move[0]} to {move[1]}: {number}{because}"
    yield "Nobody is alerted of those that turn hot by it; managers get one digest."


def before_publishing(
    stack: RunningStack,
    old: Mapping[str, Any] | None,
    new: Mapping[str, Any],
    wanted: Wanted,
    *,
    at: int,
) -> Iterator[str]:
    """Say what a model changes, before anybody is asked. Raises TryLater."""
    if old is None:
        yield f"No model is known to be live in {stack.place}: nothing to compare with."
        return
    yield from told(before_and_after(stack, RuleBook(old), RuleBook(new), at=at))
    yield from ended_verdicts(old, new)
    yield from how_to_compare(old["version"], new["version"], wanted.file, stack)


def how_to_compare(live: str, other: str, file: Path | None, stack: RunningStack) -> Iterator[str]:
    """Say how both models are held against outcomes: that reads every fact, so it is not done
    unasked.
    """
    yield "Is it better? To hold both against outcomes, on the facts of lead-scoring pull:"
    yield f"  lead-scoring models {live}{stack.option} > live.yaml"
    if file is None:
        file = Path("other.yaml")
        yield f"  lead-scoring models {other}{stack.option} > {file}"
    yield f"  lead-scoring compare live.yaml {file} facts.jsonl"


def ended_verdicts(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Say which verdicts of the live model another does not have: a version from before them counts
    again what they took back.
    """
    kept = {one["verdict"] for one in new.get("ignore", ())}
    if ended := [one["verdict"] for one in old.get("ignore", ()) if one["verdict"] not in kept]:
        yield f"It ignores no more what the live model does: {', '.join(ended)}."
        yield "  What those cover counts again; to keep that out, copy `ignore` over from the live"
        yield "  model and publish the file."


def _rules_behind(was: Score, is_: Score) -> list[str]:
    """Name the rules whose points differ, but for the caps."""
    before: Counter[str] = Counter()
    for sign, score in ((-1, was), (1, is_)):
        for line in score.lines:
            before[line.rule] += sign * line.points
    return [rule for rule, points in before.items() if points]


def _items(stack: RunningStack) -> Iterator[Item]:
    """Give every item of the leads, page by page."""
    pages = stack.client("dynamodb").get_paginator("scan").paginate(TableName=stack.leads_table)
    for page in pages:
        yield from map(decode, page["Items"])


def _read(items: Iterable[Item]) -> Iterator[Lead]:
    """Give the leads of items; what cannot be read, and who was erased, is passed over."""
    with progress("scoring leads") as advance:
        for item in items:
            advance(1)
            try:
                lead = read_lead(item)
            except LeadUnreadableError:
                continue
            if not lead.erased:
                yield lead


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
