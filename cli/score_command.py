"""`lead-scoring score`: scores of the leads in fact files, as a table or as JSON lines.

The same facts give the same bytes, in whatever order, however often and in however many files they
come.
"""

import json
from argparse import Namespace
from collections.abc import Iterable
from typing import Any

from cli.clock import read_instant
from cli.fact_files import read_fact_files
from cli.model_file import load_model
from cli.problem import ProblemError
from cli.usage.parts import MODEL_FILE
from functions.scoring.facts import Fact
from functions.scoring.instants import format_instant
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import Score, score_facts


def run(options: Namespace) -> int:
    """Score fact files, or one lead of a running system. Raises ProblemError."""
    if bool(options.facts) == bool(options.lead):
        raise ProblemError("name fact files, or one lead of the running system with --lead EMAIL")
    at = read_instant(options.at, "--at")
    scores = _of_stack(options, at=at) if options.lead else _of_files(options, at=at)
    if options.json:
        for lead, score in scores.items():
            print(json.dumps({"lead": lead, **score_object(score)}, ensure_ascii=False))
        return 0
    from cli.score_table import print_scores  # noqa: PLC0415  (100 ms that --json should not cost)

    print_scores(scores, language=options.language)
    return 0


def _of_files(options: Namespace, *, at: int) -> dict[str, Score]:
    model = load_model(options.model or MODEL_FILE)
    facts = [line.fact for line in read_fact_files(options.facts, model)]
    return score_leads(RuleBook(model), facts, at=at)


def _of_stack(options: Namespace, *, at: int) -> dict[str, Score]:
    """What one lead's score was, or would have been, under a model: any that was deployed too."""
    from cli.running_stack import aws_faults, canonical_address, find_stack  # noqa: PLC0415
    from cli.show_lead import read_view  # noqa: PLC0415  (400 ms that scoring files need not wait)

    address = canonical_address(options.lead)
    with aws_faults(options):
        stack = find_stack(options)
        book = RuleBook(stack.model(options))
        return {address: read_view(stack, book, address, at=at).score}


def score_leads(book: RuleBook, facts: Iterable[Fact], *, at: int) -> dict[str, Score]:
    """Score every lead of these facts at an instant (UTC ms), sorted by lead."""
    by_lead: dict[str, list[Fact]] = {}
    for fact in facts:
        by_lead.setdefault(fact.lead, []).append(fact)
    return {lead: score_facts(book, by_lead[lead], at=at) for lead in sorted(by_lead)}


def score_object(score: Score) -> dict[str, Any]:
    """Say a score as JSON does: instants as ISO 8601, null where there is none."""
    return {
        "at": format_instant(score.at),
        "score": score.total,
        "fit": score.fit,
        "engagement": score.engagement,
        "band": score.band,
        "lines": [
            {
                "rule": line.rule,
                "points": line.points,
                "since": _instant(line.since),
                "until": _instant(line.until),
            }
            for line in score.lines
        ],
        "forecast": [
            {"at": format_instant(step.at), "score": step.score, "band": step.band}
            for step in score.forecast
        ],
    }


def _instant(at: int | None) -> str | None:
    return None if at is None else format_instant(at)
