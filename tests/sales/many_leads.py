"""Thousands of leads, and what a page of the list and a report of a month ask of the store then: in
memory and of the tables the same.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.sales.sales_stage import SalesStage

PAGE = ["page", "read"]  # calls of the store; each is one request of a table
REPORT = ["qualities", "qualities"]  # of the month, and of the one before
ROWS = 50


def copies(like: Mapping[str, Any], number: int, **changes: Any) -> Iterator[dict[str, Any]]:
    """So many leads like one, each at its own place of the list."""
    for one in range(number):
        name = f"copy-{one:06d}"
        order = f"0#0#{500_000 - one % 100:06d}#{name}"
        yield {**like, "lead": name, "call_order": order, **changes}


def asked_for_two_pages(stage: SalesStage, calls: list[str]) -> list[str]:
    """What two pages asked for, one after the other; they hold no lead twice."""
    calls.clear()
    first = stage.get("/leads", limit=ROWS, band="warm")
    second = stage.get("/leads", limit=ROWS, band="warm", cursor=first.body["next"])
    seen = [row["id"] for page in (first, second) for row in page.body["leads"]]
    assert len(seen) == len(set(seen)) == 2 * ROWS
    return calls


def asked_for_a_report(stage: SalesStage, calls: list[str], month: str, *, leads: int) -> list[str]:
    """What the report of a month asked for, which had so many leads."""
    calls.clear()
    body = stage.ask("GET", "/reports/quality", query={"from": month, "to": month}).body
    assert sum(group["leads"] for group in body["groups"]) == leads
    return calls
