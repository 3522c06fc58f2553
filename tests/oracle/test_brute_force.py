"""The oracle must stay a second opinion: plain, and unable to repeat a mistake of the product."""

import ast
import sys
from pathlib import Path

from tests.oracle import brute_force


def test_brute_force_imports_nothing_but_the_standard_library() -> None:
    tree = ast.parse(Path(brute_force.__file__).read_text("utf-8"))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= sys.stdlib_module_names
    assert not any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(tree))


def test_brute_force_adds_up_a_model_small_enough_to_follow_with_a_finger() -> None:
    model = {
        "bands": {"hot": "above 10", "cold": "below 5"},
        "halves": {"engagement": {"cap": 9}},
        "fields": {"job_title": {"type": "text"}},
        "fit": [{"rule": "ceo", "when": {"job_title": "CEO"}, "points": 3}],
        "engagement": [
            {
                "rule": "page",
                "activity": "page_viewed",
                "points": 6,
                "lasts": "7 days",
                "at_most": 2,
            }
        ],
    }
    who: brute_force.Fact = {"lead": "anna@example.com"}
    form: brute_force.Fact = {
        "id": "1",
        "kind": "form_submitted",
        "form": "demo",
        "answers": {"job_title": "ceo"},
    }
    pages: list[brute_force.Fact] = [
        {**who, "id": f"p{day}", "at": f"2026-11-0{day}T00:00:00Z", "kind": "page_viewed"}
        for day in (2, 3, 4)
    ]
    facts: list[brute_force.Fact] = [{**who, **form, "at": "2026-11-01T00:00:00Z"}, *pages]
    assert brute_force.score(model, facts, "2026-11-05T00:00:00Z") == {
        "anna@example.com": {
            "score": 12,
            "fit": 3,
            "engagement": 9,
            "band": "hot",
            "lines": [
                line("ceo", 3, "2026-11-01", None),
                line("page", 6, "2026-11-03", "2026-11-10"),
                line("page", 6, "2026-11-04", "2026-11-11"),
                line("cap engagement", -3, None, None),
            ],
            "forecast": [
                {"at": "2026-11-10T00:00:00.000Z", "score": 9, "band": "warm"},
                {"at": "2026-11-11T00:00:00.000Z", "score": 3, "band": "cold"},
                {"at": "2027-12-06T00:00:00.000Z", "score": 0, "band": "cold"},
            ],
        }
    }


def test_brute_force_halves_and_rounds_away_from_zero() -> None:
    assert [brute_force.rounded(number) for number in (2.5, 2.49, 0.5, -0.5, -2.5, 0.49)] == [
        3,
        2,
        1,
        -1,
        -3,
        0,
    ]


def line(rule: str, points: int, since: str | None, until: str | None) -> brute_force.Line:
    since, until = (day and f"{day}T00:00:00.000Z" for day in (since, until))
    return {"rule": rule, "points": points, "since": since, "until": until}
