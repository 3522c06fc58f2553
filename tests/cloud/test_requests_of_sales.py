"""A page of the call list and the report of a month cost as many requests of the tables as they
cost calls of the store in memory: counted where botocore hands a request to the network.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from functions.leads.lead_lists import LeadIndexes, LeadLists
from functions.leads.lead_table import LeadStore, LeadTable, encode
from infra.local.lead_reading import rule_book
from infra.local.local_stack import LocalStack
from tests.builders import World, form_submitted
from tests.cloud.stack_driving import now
from tests.sales.many_leads import PAGE, REPORT, asked_for_a_report, asked_for_two_pages, copies
from tests.sales.sales_stage import SalesStage

pytestmark = [pytest.mark.cloud, pytest.mark.xdist_group("deployment")]

LEADS, FEW = 1_000, 3
AUGUST, NOVEMBER = "2019-08", "2019-11"  # in which no other test has a lead
WRITTEN_AT_ONCE = 25
REQUESTS = {"page": "Query", "read": "BatchGetItem", "qualities": "Query"}
WARM = {"job_title": "CEO", "company_size": 50, "country": "PL"}


@dataclass
class TableStage(SalesStage):
    """The sales API over the tables of a stack."""

    table: LeadTable = field(kw_only=True)

    @property
    def tables(self) -> tuple[LeadStore, LeadLists]:
        return self.table, LeadIndexes(self.table.client, self.table.leads)


@pytest.fixture(scope="module")
def stage(stack: LocalStack) -> Iterator[TableStage]:
    """A thousand leads of one month and three of another; they are gone afterwards."""
    book = rule_book(stack.model)
    world = World(model=dict(book.model), now=now())
    world.happen(form_submitted(at=world.now, answers=WARM))
    (like,) = world.store.leads.values()
    assert like["band"] == "warm"
    client = stack.client("dynamodb")
    laid = [*copies(like, LEADS, month=AUGUST)]
    laid += [{**laid[0], "lead": f"few-{number}", "month": NOVEMBER} for number in range(FEW)]
    puts = [{"PutRequest": {"Item": encode(item)}} for item in laid]
    gone = [{"DeleteRequest": {"Key": encode({"lead": item["lead"]})}} for item in laid]
    try:
        write(client, stack.leads_table, puts)
        table = LeadTable(client, stack.leads_table, stack.facts_table, book.retention)
        yield TableStage(world=world, table=table)
    finally:
        write(client, stack.leads_table, gone)


def write(client: Any, table: str, requests: list[Any]) -> None:
    for first in range(0, len(requests), WRITTEN_AT_ONCE):
        some = {table: requests[first : first + WRITTEN_AT_ONCE]}
        assert not client.batch_write_item(RequestItems=some)["UnprocessedItems"]


@dataclass
class Counted:
    """Requests by name in their order, and how many items the tables looked at for them."""

    requests: list[str] = field(default_factory=list)
    looked_at: list[int] = field(default_factory=list)

    def sent(self, request: Any, **_: Any) -> None:
        self.requests.append(request.headers["X-Amz-Target"].decode().split(".")[-1])

    def answered(self, parsed: Any, **_: Any) -> None:
        self.looked_at.append(parsed.get("ScannedCount", 0))


@contextmanager
def counted(stage: TableStage) -> Iterator[Counted]:
    events, seen = stage.table.client.meta.events, Counted()
    hooks: dict[str, Any] = {
        "before-send.dynamodb": seen.sent,
        "after-call.dynamodb": seen.answered,
    }
    for name, hook in hooks.items():
        events.register(name, hook)
    try:
        yield seen
    finally:
        for name, hook in hooks.items():
            events.unregister(name, hook)


def test_a_page_of_a_thousand_leads_is_as_many_requests_as_calls_in_memory(
    stage: TableStage,
) -> None:
    with counted(stage) as seen:
        asked = asked_for_two_pages(stage, seen.requests)
    assert asked == [REQUESTS[call] for call in PAGE * 2]
    assert max(seen.looked_at) <= 50


@pytest.mark.parametrize(("month", "leads"), [(NOVEMBER, FEW), (AUGUST, LEADS)])
def test_a_months_report_reads_that_month_and_the_one_before_and_no_other_lead(
    stage: TableStage, month: str, leads: int
) -> None:
    with counted(stage) as seen:
        asked = asked_for_a_report(stage, seen.requests, month, leads=leads)
    assert asked == [REQUESTS[call] for call in REPORT]
    assert seen.looked_at == [leads, 0]
