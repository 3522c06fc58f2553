"""What every store keeps: DynamoDB (under moto) and the one in memory pass the same suite."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions.leads.history import Record, record_item
from functions.leads.lead_lists import KEYS, LeadIndexes, LeadLists, Listed
from functions.leads.lead_table import Conflict, LeadStore, LeadTable, TryLater, is_key
from functions.scoring.instants import DAY_MS, SECOND_MS
from tests.builders import ANNA, MONDAY, form_submitted, page_viewed
from tests.fakes import MemoryStore, item_bytes

LISTED_BY = sorted({name for keys in KEYS.values() for name in keys if name} - {"lead"})


def _text_key(name: str) -> Any:
    return {"AttributeName": name, "AttributeType": "S"}


def _index(name: str, partition: str, order: str | None) -> Any:
    keys = [{"AttributeName": partition, "KeyType": "HASH"}]
    keys += [{"AttributeName": order, "KeyType": "RANGE"}] if order else []
    return {"IndexName": name, "KeySchema": keys, "Projection": {"ProjectionType": "KEYS_ONLY"}}


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
                *[_text_key(name) for name in LISTED_BY],
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
                },
                *[_index(name, *keys) for name, keys in KEYS.items()],
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


def test_g5_a_write_on_another_revision_is_a_conflict_that_tells_the_present_item(
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


@contextmanager
def asked(store: LeadStore) -> Iterator[list[dict[str, Any]]]:
    """All that is asked of DynamoDB meanwhile; nothing where there is none."""
    told: list[dict[str, Any]] = []

    def listen(params: dict[str, Any], **_: object) -> None:
        told.append(dict(params))

    if not isinstance(store, LeadTable):
        yield told
        return
    store.client.meta.events.register("provide-client-params.dynamodb", listen)
    yield told
    store.client.meta.events.unregister("provide-client-params.dynamodb", listen)


def test_g5_leads_are_read_as_of_now(store: LeadStore) -> None:
    with asked(store) as told:
        store.read([f"lead-{number}" for number in range(130)])
    batches = [each["RequestItems"]["leads"] for each in told]
    assert [batch["ConsistentRead"] for batch in batches] == [True] * len(batches)
    assert len(batches) == (2 if isinstance(store, LeadTable) else 0)


def test_g1_a_history_is_read_as_of_now(store: LeadStore) -> None:
    store.remember([Record(page_viewed(), MONDAY)])
    with asked(store) as told:
        store.history(ANNA)
    assert [each["ConsistentRead"] for each in told] == [True] * len(told)
    assert len(told) == (1 if isinstance(store, LeadTable) else 0)


def test_g1_dynamodb_may_delete_a_fact_a_day_after_it_stopped_counting_and_no_sooner() -> None:
    retention = 400 * DAY_MS
    for at in (MONDAY, MONDAY + 999):
        item = record_item(Record(page_viewed(at=at), MONDAY), retention=retention)
        late_by = item["expires_at"] * SECOND_MS - (at + retention)
        assert DAY_MS - SECOND_MS < late_by <= DAY_MS


def test_of_a_submission_id_the_first_receipt_stands(store: LeadStore) -> None:
    first = Record(form_submitted(), MONDAY, "hash of the first")
    later = Record(form_submitted(at=MONDAY + 5, answers={}), MONDAY + 5, "another hash")
    assert store.remember_once(first) == first
    assert store.remember_once(later) == first
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
    store.remember_once(Record(fact, MONDAY, "hash"))
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


def lists_of(store: LeadStore) -> LeadLists:
    """The lists beside a store: in memory they are one."""
    return LeadIndexes(store.client, store.leads) if isinstance(store, LeadTable) else store  # type: ignore[return-value]


def listed_lead(number: int, **shown: Any) -> dict[str, Any]:
    order = f"0#0#{number % 5:06d}#lead-{number}"  # several of one score
    return {"lead": f"lead-{number}", "revision": 1, "band": "hot", "call_order": order, **shown}


def test_a_list_is_read_in_order_page_by_page_and_each_lead_once(store: LeadStore) -> None:
    for number in range(12):
        store.write(listed_lead(number), expected=0)
    store.write({"lead": "cold", "revision": 1, "band": "hot"}, expected=0)
    lists, found, after = lists_of(store), list[Listed](), None
    while page := lists.page("ranking", "hot", after=after, limit=5):
        found += page
        after = page[-1]
    assert found == sorted(found, key=lambda one: (one.order, one.lead))
    assert {one.lead for one in found} == {f"lead-{number}" for number in range(12)}
    assert len(found) == 12
    assert lists.page("ranking", "warm", limit=5) == []


def test_each_list_has_leads_by_its_own_key(store: LeadStore) -> None:
    shown = {"owner_band": "kasia@example.com#hot", "external_id": "crm-7"}
    store.write(listed_lead(1, **shown, do_not_contact="complained"), expected=0)
    store.write(listed_lead(2), expected=0)
    for index, key in (
        ("owned", "kasia@example.com#hot"),
        ("external", "crm-7"),
        ("no_contact", "complained"),
    ):
        assert [one.lead for one in lists_of(store).page(index, key, limit=5)] == ["lead-1"]


@pytest.mark.parametrize("key", ["", "ą" * 1025])
def test_what_is_no_key_is_not_looked_for(store: LeadStore, key: str) -> None:
    assert not is_key(key)
    assert is_key("ą" * 1024)
    if not isinstance(store, MemoryStore) and key:
        return  # moto takes it
    with pytest.raises(TryLater):
        lists_of(store).page("external", key, limit=1)


def test_an_item_beyond_400_kb_is_not_taken(store: LeadStore) -> None:
    two_bytes = "ą" * (1024 // 2)
    store.write({"lead": ANNA, "revision": 1, "answers": two_bytes * 390}, expected=0)
    with pytest.raises(TryLater):
        store.write({"lead": ANNA, "revision": 2, "answers": two_bytes * 401}, expected=1)
    assert store.read([ANNA])[ANNA]["revision"] == 1


def test_an_item_weighs_its_names_and_its_texts_in_utf_8() -> None:
    assert item_bytes({"lead": "ąb", "revision": 1234}) == 4 + 3 + 8 + 4


@pytest.mark.parametrize("value", [1.5, None, True, ["text"], {"text"}])
def test_a_value_that_no_item_of_ours_holds_is_a_bug_and_nothing_is_written(
    store: LeadStore, value: object
) -> None:
    with pytest.raises(TypeError):
        store.write({"lead": ANNA, "revision": 1, "score": value}, expected=0)
    assert store.read([ANNA]) == {}


def test_g24_what_is_no_text_and_no_whole_number_is_carried_along(store: LeadStore) -> None:
    carried: dict[str, Any] = {
        "tags": {"SS": ["a", "b"]},
        "ratio": {"N": "1.5"},
        "gone": {"NULL": True},
    }
    store.write({"lead": ANNA, "revision": 1} | carried, expected=0)
    item = dict(store.read([ANNA])[ANNA])
    store.write(item | {"revision": 2}, expected=1)
    assert store.read([ANNA])[ANNA] == {"lead": ANNA, "revision": 2} | carried


def test_an_empty_set_is_not_taken(store: LeadStore) -> None:
    with pytest.raises(TryLater):
        store.write({"lead": ANNA, "revision": 1, "tags": {"SS": []}}, expected=0)
    assert store.read([ANNA]) == {}


@contextmanager
def throttled(store: LeadStore) -> Iterator[None]:
    """A time in which every call is refused at once."""
    if isinstance(store, MemoryStore):

        def refuse(_: str) -> None:
            raise TryLater

        store.before = refuse
        yield
        store.before = lambda _: None
        return
    assert isinstance(store, LeadTable)
    events: Any = store.client.meta.events

    def answer(**_: object) -> Any:
        return SimpleNamespace(status_code=400), {"Error": {"Code": "ThrottlingException"}}

    events.register("before-call.dynamodb", answer)
    yield
    events.unregister("before-call.dynamodb", answer)


@pytest.mark.parametrize("step", ["read", "write", "remember", "remember_once", "history", "due"])
def test_a_throttled_store_asks_to_try_later_and_does_nothing(store: LeadStore, step: str) -> None:
    def call() -> object:
        steps: dict[str, Callable[[], object]] = {
            "read": lambda: store.read([ANNA]),
            "write": lambda: store.write({"lead": ANNA, "revision": 1}, expected=0),
            "remember": lambda: store.remember([Record(page_viewed(), MONDAY)]),
            "remember_once": lambda: store.remember_once(Record(form_submitted(), MONDAY)),
            "history": lambda: store.history(ANNA),
            "due": lambda: list(store.due(0, until=MONDAY)),
        }
        return steps[step]()

    with throttled(store), pytest.raises(TryLater):
        call()
    assert (store.read([ANNA]), store.history(ANNA)) == ({}, [])
    call()


def test_an_index_that_lags_shows_leads_as_they_were() -> None:
    store = MemoryStore()
    store.write({"lead": ANNA, "revision": 1, "due_shard": 3, "due_at": 10}, expected=0)
    store.lags = True
    store.write({"lead": ANNA, "revision": 2, "due_shard": 3, "due_at": 90}, expected=1)
    store.write({"lead": "new", "revision": 1, "due_shard": 3, "due_at": 10}, expected=0)
    assert list(store.due(3, until=50)) == [ANNA]
    assert store.read([ANNA])[ANNA]["due_at"] == 90
    store.catch_up()
    assert list(store.due(3, until=50)) == ["new"]


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
