"""What a model changes for the leads of a running system, said before it goes live."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cli.analysis_extra import analysis_module
from cli.compare_command import compared_on, deciding_lines
from cli.problem import ProblemError
from cli.progress import progress
from cli.running_stack import RunningStack
from cli.stored_facts import stored_facts
from functions.leads.lead import Lead, LeadUnreadableError, read_lead
from functions.leads.lead_as_of import as_of
from functions.leads.lead_table import Item, decode
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import Score, score_state

BANDS = ("hot", "warm", "cold")
REASONS_MAX = 5  # rules told of: whoever wants all of them compares the models


@dataclass(frozen=True, slots=True)
class Change:
    """What a model changes: leads by band before and after, and the rules behind the moves."""

    moves: Mapping[tuple[str, str], int]
    reasons: Mapping[tuple[str, str], Counter[str]]

    def in_band(self, band: str, *, after: bool) -> int:
        return sum(number for move, number in self.moves.items() if move[after] == band)


def before_publishing(
    stack: RunningStack,
    old: Mapping[str, Any] | None,
    new: Mapping[str, Any],
    *,
    at: int,
) -> Iterator[str]:
    """Say what a model changes, before anybody is asked. Raises TryLater."""
    if old is None:
        yield f"No model is known to be live in {stack.place}: nothing to compare with."
        return
    yield from told(before_and_after(stack, RuleBook(old), RuleBook(new), at=at))
    yield from ended_verdicts(old, new)
    yield from by_outcomes(stack, old, new, at=at)


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


def by_outcomes(
    stack: RunningStack, old: Mapping[str, Any], new: Mapping[str, Any], *, at: int
) -> Iterator[str]:
    """Say whether a model tells better who buys, by all facts that are stored. Raises TryLater."""
    try:
        analysis_module("comparison")
        comparison = compared_on(stored_facts(stack), old, new, at=at)
    except ProblemError as impossible:
        yield f"Not held against outcomes: {impossible}."
        return
    verdict, *lines = deciding_lines(comparison)
    yield f"By the outcomes so far: {verdict}"
    yield from (f"  {line}" for line in lines)


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
