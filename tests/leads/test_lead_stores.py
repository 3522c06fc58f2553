"""What every store keeps: DynamoDB (under moto) and the one in memory pass the same suite."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions.leads.history import Record
from functions.leads.lead_table import Conflict, LeadStore, LeadTable, TryLater
from functions.scoring.instants import DAY_MS
from tests.builders import ANNA, MONDAY, form_submitted, page_viewed
from tests.fakes import MemoryStore


@pytest.fixture(params=["dynamodb", "memory"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[LeadStore]:
    if request.param == "memory":
        yield MemoryStore()
        return
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-central-1")
        client.create_table(
            TableName="leads",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "lead", "AttributeType": "S"},
                {"AttributeName": "due_shard", "AttributeType": "N"},
                {"AttributeName": "due_at", "AttributeType": "N"},
            ],
            KeySchema=[{"AttributeName": "lead", "KeyType": "HASH"}],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "due",
                    "KeySchema": [
                        {"AttributeName": "due_shard", "KeyType": "HASH"},
                        {"AttributeName": "due_at", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ],
        )
        client.create_table(
            TableName="facts",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "lead", "AttributeType": "S"},
                {"AttributeName": "fact", "AttributeType": "S"},
            ],
            KeySchema=[
                {"AttributeName": "lead", "KeyType": "HASH"},
                {"AttributeName": "fact", "KeyType": "RANGE"},
            ],
        )
        yield LeadTable(client, "leads", "facts", 400 * DAY_MS)


def test_a_lead_nobody_wrote_is_absent(store: LeadStore) -> None:
    assert store.read([ANNA]) == {}


def test_a_written_lead_is_read_back_as_it_was(store: LeadStore) -> None:
    store.write({"lead": ANNA, "revision": 1, "score": -7, "answers": "{}"}, expected=0)
    assert store.read([ANNA, "unknown", ANNA]) == {
        ANNA: {"lead": ANNA, "revision": 1, "score": -7, "answers": "{}"}
    }


def test_many_leads_are_read_at_once(store: LeadStore) -> None:
    names = [f"lead-{number}" for number in range(130)]
    for name in names:
        store.write({"lead": name, "revision": 1}, expected=0)
    assert set(store.read(names)) == set(names)


def test_a_write_on_another_revision_is_a_conflict_that_tells_the_present_item(
    store: LeadStore,
) -> None:
    store.write({"lead": ANNA, "revision": 1}, expected=0)
    store.write({"lead": ANNA, "revision": 2}, expected=1)
    with pytest.raises(Conflict) as caught:
        store.write({"lead": ANNA, "revision": 2, "mine": "x"}, expected=1)
    assert caught.value.current == {"lead": ANNA, "revision": 2}


def test_a_first_write_of_a_lead_that_is_there_is_a_conflict(store: LeadStore) -> None:
    store.write({"lead": ANNA, "revision": 1}, expected=0)
    with pytest.raises(Conflict):
        store.write({"lead": ANNA, "revision": 1}, expected=0)


def test_an_activity_remembered_twice_is_one_record(store: LeadStore) -> None:
    record = Record(page_viewed(), received_at=MONDAY)
    store.remember([record, record])
    store.remember([record])
    assert store.history(ANNA) == [record]


def test_many_activities_are_remembered_and_all_are_read(store: LeadStore) -> None:
    records = [Record(page_viewed(at=MONDAY + step), MONDAY) for step in range(60)]
    store.remember(records)
    assert sorted(record.fact.at for record in store.history(ANNA)) == [
        record.fact.at for record in records
    ]


def test_of_a_submission_id_the_first_receipt_stands(store: LeadStore) -> None:
    first = Record(form_submitted(), MONDAY, "hash of the first")
    later = Record(form_submitted(at=MONDAY + 5, answers={}), MONDAY + 5, "another hash")
    assert store.remember_form(first) == first
    assert store.remember_form(later) == first
    assert store.history(ANNA) == [first]


def test_a_record_keeps_all_that_a_fact_says(store: LeadStore) -> None:
    fact = replace(
        form_submitted(),
        touch={"utm_source": "x"},
        consent=False,
        test=True,
        machine=True,
        answers={"job_title": "Prezeska", "company_size": 30.5},
    )
    store.remember_form(Record(fact, MONDAY, "hash"))
    assert store.history(ANNA)[0].fact == fact
    said_by_sales = page_viewed(kind="sales_answered", answers={"job_title": None}, origin="sales")
    store.remember([Record(said_by_sales, MONDAY)])
    assert said_by_sales in [record.fact for record in store.history(ANNA)]


def test_due_leads_of_a_shard_come_in_order_and_others_do_not(store: LeadStore) -> None:
    for name, due_at in (("late", 30), ("early", 10), ("future", 99)):
        store.write({"lead": name, "revision": 1, "due_shard": 3, "due_at": due_at}, expected=0)
    store.write({"lead": "other", "revision": 1, "due_shard": 4, "due_at": 10}, expected=0)
    store.write({"lead": "never", "revision": 1}, expected=0)
    assert list(store.due(3, until=30)) == ["early", "late"]


def test_an_index_gives_all_its_due_leads_however_many(store: LeadStore) -> None:
    for number in range(230):
        item = {"lead": f"lead-{number:03d}", "revision": 1, "due_shard": 0, "due_at": number}
        store.write(item, expected=0)
    assert len(list(store.due(0, until=500))) == 230


class _Throttled:
    """A client that leaves everything undone a few times, as DynamoDB does when it is throttled."""

    def __init__(self, times: int) -> None:
        self.times = times

    def batch_get_item(self, RequestItems: Any) -> Any:  # noqa: N803  (as boto3 names it)
        self.times -= 1
        if self.times >= 0:
            return {"Responses": {}, "UnprocessedKeys": RequestItems}
        keys = RequestItems["leads"]["Keys"]
        return {"Responses": {"leads": [key | {"revision": {"N": "1"}} for key in keys]}}

    def batch_write_item(self, RequestItems: Any) -> Any:  # noqa: N803  (as boto3 names it)
        self.times -= 1
        return {"UnprocessedItems": RequestItems if self.times >= 0 else {}}


@pytest.mark.parametrize(("times", "waits"), [(0, [0]), (1, [0, 50]), (3, [0, 50, 100, 200])])
def test_what_a_throttled_table_left_undone_is_asked_again_more_and_more_slowly(
    times: int, waits: list[int]
) -> None:
    waited: list[int] = []
    client: Any = _Throttled(times)
    assert set(LeadTable(client, "leads", "facts", 0, waited.append).read([ANNA])) == {ANNA}
    client.times = times
    record = Record(page_viewed(), MONDAY)
    LeadTable(client, "leads", "facts", 0, waited.append).remember([record])
    assert waited == waits * 2


def test_a_table_that_stays_throttled_is_left_for_later() -> None:
    client: Any = _Throttled(99)
    table = LeadTable(client, "leads", "facts", 0)
    with pytest.raises(TryLater):
        table.read([ANNA])
    with pytest.raises(TryLater):
        table.remember([Record(page_viewed(), MONDAY)])
