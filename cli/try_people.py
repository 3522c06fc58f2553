"""`lead-scoring try`: people known by name under the model, and what changed since the last run.

The quickest way to see what a rule does: change it, save, look. `--watch` looks again at each save,
and shows mistakes where the table would be.
"""

import time
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from rich.console import Console
from rich.text import Text

from cli.clock import now
from cli.last_run import Outcome, changes, keep_run, outcome, read_last_run
from cli.model_file import load_model
from cli.named_people import read_people
from cli.problem import ProblemError
from cli.score_table import console, rule_words, score_cells, score_columns
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import Score, score_facts

LOOK_SECONDS = 0.5  # a save is seen before the hand is back on the mouse


def run(options: Namespace) -> int:
    """Try the model on its people, once or at each save. Raises ProblemError."""
    if options.watch:
        watch(options)
    else:
        try_people(options, console())
    return 0


def watch(options: Namespace, wait: Callable[[float], None] = time.sleep) -> None:
    """Try again at each save until `wait` raises KeyboardInterrupt; a broken model ends nothing."""
    terminal = console()
    for _ in saves(Path(options.model), wait):
        if terminal.is_terminal:
            terminal.clear()
        try:
            try_people(options, terminal)
        except ProblemError as problem:
            terminal.print(Text(str(problem), style="red"))
        terminal.print(Text(f"Watching {options.model}; Ctrl-C ends.", style="dim"))


def saves(file: Path, wait: Callable[[float], None]) -> Iterator[None]:
    """Yield at once, and whenever the file was written since; ends with `wait`'s Ctrl-C."""
    seen = _written_at(file)
    yield
    try:
        while True:
            wait(LOOK_SECONDS)
            written = _written_at(file)
            if written != seen:
                seen = written
                yield
    except KeyboardInterrupt:
        return


def try_people(options: Namespace, terminal: Console) -> None:
    """Score everybody, print the table, and keep the run for the next. Raises ProblemError."""
    book = RuleBook(load_model(options.model))
    at = now()
    people = read_people(Path(options.people), book.model, at=at)
    scores = {person.name: score_facts(book, person.facts, at=at) for person in people}
    _print(scores, terminal, options.language)
    keep_run({name: outcome(score) for name, score in scores.items()})


def _print(scores: Mapping[str, Score], terminal: Console, language: str) -> None:
    last = read_last_run()
    changed = {} if last is None else _changed(scores, last)
    table = score_columns("Who")
    table.add_column("Strongest reason", overflow="fold")
    if changed:
        table.add_column("Since the last run", overflow="fold")
    for name, score in sorted(scores.items(), key=lambda pair: (-pair[1].total, pair[0])):
        cells = [Text(name), *score_cells(score), Text(strongest(score, language=language))]
        table.add_row(*cells, *([Text(changed.get(name, ""))] if changed else []))
    terminal.print(table)
    if last is None:
        terminal.print("Change a rule in the model and run this again: it will say what changed.")
    elif not changed:
        terminal.print("Nothing has changed since the last run.")


def _changed(scores: Mapping[str, Score], last: Mapping[str, Outcome]) -> dict[str, str]:
    told = {
        name: "\n".join(changes(outcome(score), last.get(name))) for name, score in scores.items()
    }
    return {name: text for name, text in told.items() if text}


def strongest(score: Score, *, language: str) -> str:
    """Say the rule that moves this score most, for or against."""
    rules = {
        rule: points for rule, points in outcome(score).rules.items() if rule in score.book.place
    }
    if not rules:
        return "no points"
    rule = max(rules, key=lambda name: (abs(rules[name]), -score.book.place[name]))
    return f"{rules[rule]:+d} {rule_words(score.book, rule, language=language)}"


def _written_at(file: Path) -> int | None:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return None  # an editor replaces the file: for a moment there is none
