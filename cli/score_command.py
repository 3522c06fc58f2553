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
from functions.scoring.facts import Fact
from functions.scoring.instants import format_instant
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import Score, score_facts


def run(options: Namespace) -> int:
    """Score fact files. Raises ProblemError."""
    model = load_model(options.model)
    at = read_instant(options.at, "--at")
    facts = [line.fact for line in read_fact_files(options.facts, model)]
    scores = score_leads(RuleBook(model), facts, at=at)
    if options.json:
        for lead, score in scores.items():
            print(json.dumps({"lead": lead, **score_object(score)}, ensure_ascii=False))
        return 0
    from cli.score_table import print_scores  # noqa: PLC0415  (100 ms that --json should not cost)

    print_scores(scores, language=options.language)
    return 0


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
