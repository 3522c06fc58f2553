"""What every register of erasures keeps: DynamoDB (under moto) and the one in memory alike."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, cast

import boto3
import pytest
from moto import mock_aws

from functions.leads.erased_table import Entry, ErasedStore, ErasedTable
from functions.leads.history import Record
from functions.leads.lead_table import LeadStore, LeadTable, TryLater
from functions.leads.listing import SHARDS
from functions.scoring.instants import DAY_MS
from tests.builders import ANNA, MONDAY, form_submitted, page_viewed
from tests.erasure.forgetting_world import MemoryRegister
from tests.fakes import MemoryStore

TABLES = {
    "leads": (("lead", "S"),),
    "facts": (("lead", "S"), ("fact", "S")),
    "erased": (("shard", "N"), ("lead", "S")),
    "models": (("name", "S"), ("part", "S")),
}


@dataclass
class Stores:
    register: ErasedStore
    leads: LeadStore
    client: Any = None


@pytest.fixture(scope="module")
def dynamodb() -> Iterator[Any]:
    """Tables that tests share: each clears what the one before has left."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        client: Any = boto3.client("dynamodb", region_name="eu-central-1")
        make_tables(client)
        yield client


@pytest.fixture(params=["dynamodb", "memory"])
def stores(request: pytest.FixtureRequest) -> Stores:
    if request.param == "memory":
        memory = MemoryStore()
        return Stores(MemoryRegister(memory), memory)
    client = request.getfixturevalue("dynamodb")
    clear_tables(client)
    leads = LeadTable(client, "leads", "facts", 400 * DAY_MS)
    return Stores(ErasedTable(client, "erased", leads, page_facts=7), leads, client)


def clear_tables(client: Any, *names: str) -> None:
    for name in names or TABLES:
        for item in client.scan(TableName=name)["Items"]:
            client.delete_item(TableName=name, Key={key: item[key] for key, _ in TABLES[name]})


def make_tables(client: Any, *names: str) -> None:
    for name in names or TABLES:
        keys = TABLES[name]
        kinds = ("HASH", "RANGE")
        client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": key, "AttributeType": kind} for key, kind in keys
            ],
            KeySchema=[
                {"AttributeName": key, "KeyType": kind}
                for (key, _), kind in zip(keys, kinds, strict=False)
            ],
        )


def entries_of(stores: Stores, **asked: Any) -> dict[str, Entry]:
    return {entry.lead: entry for entry in stores.register.entries(**asked)}


def test_g23_an_erasure_is_noted_and_another_lead_beside_it(stores: Stores) -> None:
    first, second = Entry(ANNA, MONDAY, MONDAY + 5), Entry("jan", MONDAY + 1)
    stores.register.note(first)
    stores.register.note(second)
    assert entries_of(stores) == {ANNA: first, "jan": second}


def test_g23_a_later_erasure_replaces_an_earlier_one_and_never_the_other_way(
    stores: Stores,
) -> None:
    later = Entry(ANNA, MONDAY + 1, MONDAY + 2)
    stores.register.note(Entry(ANNA, MONDAY))
    stores.register.note(later)
    stores.register.note(Entry(ANNA, MONDAY, MONDAY + 9))
    assert entries_of(stores) == {ANNA: later}
    stores.register.note(Entry(ANNA, MONDAY + 1))
    assert entries_of(stores) == {ANNA: Entry(ANNA, MONDAY + 1)}


def test_d17_all_erasures_are_read_in_parts_without_a_gap_or_a_repeat(stores: Stores) -> None:
    names = {f"lead-{number}" for number in range(60)}
    for name in names:
        stores.register.note(Entry(name, MONDAY))
    read: list[str] = []
    while part := [entry.lead for _, entry in zip(
        range(7), stores.register.entries(after=read[-1] if read else None), strict=False
    )]:  # fmt: skip
        read += part
    assert sorted(read) == sorted(names)


def test_g23_a_history_of_any_length_is_seen_and_deleted_for_one_lead_alone(
    stores: Stores,
) -> None:
    pages = [Record(page_viewed(at=MONDAY + number), MONDAY + number) for number in range(60)]
    stores.leads.remember(pages)
    stores.leads.remember_once(Record(form_submitted(), MONDAY))
    stores.leads.remember([Record(page_viewed(lead="jan"), MONDAY)])
    kept = [fact for page in stores.register.kept(ANNA) for fact in page]
    assert len(kept) == 61
    assert {fact.is_form for fact in kept} == {True, False}
    assert {fact.received_at for fact in kept} == {MONDAY + number for number in range(60)}
    keys = [fact.key for fact in kept if fact.received_at < MONDAY + 59]
    stores.register.forget(ANNA, keys)
    stores.register.forget(ANNA, keys)
    assert [record.received_at for record in stores.leads.history(ANNA)] == [MONDAY + 59]
    assert len(stores.leads.history("jan")) == 1


def test_g23_d17_register_and_history_are_read_as_of_now(stores: Stores) -> None:
    if stores.client is None:
        return
    asked: list[bool] = []

    def listen(params: dict[str, Any], **_: object) -> None:
        asked.append(params.get("ConsistentRead", False))

    stores.client.meta.events.register("provide-client-params.dynamodb.Query", listen)
    entries_of(stores)
    list(stores.register.kept(ANNA))
    stores.client.meta.events.unregister("provide-client-params.dynamodb.Query", listen)
    assert asked == [True] * (SHARDS + 1)


def test_g23_a_damaged_fact_counts_as_received_long_ago(stores: Stores) -> None:
    damaged: dict[str, Any] = {"lead": ANNA, "fact": "activity#1", "received_at": "soon"}
    if stores.client is None:
        cast("MemoryStore", stores.leads).facts[ANNA, "activity#1"] = damaged
    else:
        item = {name: {"S": value} for name, value in damaged.items()}
        stores.client.put_item(TableName="facts", Item=item)
    ((fact,),) = stores.register.kept(ANNA)
    assert (fact.key, fact.received_at, fact.is_form) == ("activity#1", 0, False)


@dataclass
class Busy:
    """A table that puts off what it is asked, so many times."""

    times: int
    deleted: list[Any] = field(default_factory=list)

    def batch_write_item(self, *, RequestItems: dict[str, list[Any]]) -> dict[str, Any]:  # noqa: N803
        if self.times:
            self.times -= 1
            return {"UnprocessedItems": RequestItems}
        self.deleted += RequestItems["facts"]
        return {}


def test_g23_what_the_table_puts_off_is_deleted_at_the_next_try_or_not_promised() -> None:
    for times, deleted in ((0, 30), (3, 30), (4, 0)):
        busy: Any = Busy(times)
        leads = LeadTable(busy, "leads", "facts", 400 * DAY_MS)
        keys = [f"fact-{number}" for number in range(30)]
        with nullcontext() if deleted else pytest.raises(TryLater):
            ErasedTable(busy, "erased", leads).forget(ANNA, keys)
        assert len(busy.deleted) == deleted
