"""What the first version stored and sent is read by today's code, and the other way round (G24).

The samples were written by `stored_story.py` in the tree of commit 7424e39 and stay as they are.
That its reader takes what today's code writes is seen by shape: the same layout, each part of a
sample still there and shaped as it was; more may stand beside it. Of lists that reader took apart
by number, so they keep their length; only `contact` may grow.
"""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from cli.queue_messages import Message
from cli.refused_messages import read_refused
from functions.intake.activity_event import Doors, MessageReader
from functions.leads.apply_facts import Move
from functions.leads.arrivals import Arrival, Verdict
from functions.leads.history import read_record, record_item
from functions.leads.lead import _OURS, Lead, LeadUnreadableError, read_lead, stored_form
from functions.leads.lead_table import decode
from functions.leads.listing import index_attributes
from functions.scoring.facts import Fact
from functions.scoring.instants import DAY_MS
from functions.scoring.touches import Naming
from tests.builders import World
from tests.stored.stored_story import (
    MONDAY,
    NEWER,
    PEOPLE,
    Told,
    lead_id,
    sample,
    seen_of,
    stored_model,
    tell_story,
)

LIVING = [name for name in PEOPLE if name != "erased"]
MOVES = {  # what a new page may change of a lead; everything else stays as it was
    "as_of", "band", "call_order", "due_at", "due_shard", "engagement", "last_seen", "ledger",
    "model", "quality", "revision", "score", "written_at", "matching", "rebuild_at", "alert",
    "alerted_at",
}  # fmt: skip
GROWS = ".contact.S"
SINCE = {
    "band_since",
    "dealings",
    "escalate_at",
    "external_id",
    "first_form",
    "owner_band",
    "rescored",
}  # what the first version did not write yet


def stored_lead(name: str) -> Lead:
    return read_lead(decode(sample("leads")[name]))


def history_of(name: str) -> list[dict[str, Any]]:
    key = sample("leads")[name]["lead"]
    return [decode(item) for item in sample("facts") if item["lead"] == key]


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The same story, told by today's code."""
    return tell_story(tmp_path_factory.mktemp("story"))


def world_of(name: str) -> World:
    """A world in which this sample is all that is stored."""
    world = World(model=stored_model(other=name == "rebuilt"), now=MONDAY + 2 * DAY_MS)
    item = decode(sample("leads")[name])
    world.store.leads[item["lead"]] = item
    for record in history_of(name):
        world.store.facts[record["lead"], record["fact"]] = record
    return world


def test_g24_the_samples_hold_every_attribute_of_a_lead_and_some_of_nobody() -> None:
    names = set().union(*sample("leads").values())
    assert names >= _OURS - SINCE
    assert names - _OURS == set(NEWER)


@pytest.mark.parametrize("name", PEOPLE)
def test_g24_a_stored_lead_has_the_score_and_is_due_as_when_it_was_stored(name: str) -> None:
    assert seen_of(name, stored_lead(name)) == sample("seen")[name]


@pytest.mark.parametrize("name", PEOPLE)
def test_g24_a_stored_lead_is_written_as_it_was_read(name: str) -> None:
    stored = decode(sample("leads")[name])
    lead = read_lead(stored)
    again = stored_form(lead) | index_attributes(lead, naming=Naming(stored_model()))
    if name != "erased":  # whose parts may be spelt out
        assert again == stored
    assert read_lead(again) == lead


@pytest.mark.parametrize("name", LIVING)
def test_g24_d14_a_stored_lead_moves_on_with_a_new_fact_and_loses_nothing(name: str) -> None:
    world, before = world_of(name), stored_lead(name)
    page = Fact(
        before.id, world.now, "new-page", "page_viewed", before.merged.state.email, {"path": "/"}
    )
    verdicts = Move(world.around()).apply(before.id, [Arrival(page, world.now)])
    assert verdicts == [Verdict.APPLIED]
    after = world.item(before.id)
    stored = decode(sample("leads")[name])
    lost = {key for key, value in stored.items() if after.get(key) != value} - MOVES
    assert not lost
    assert after["revision"] > stored["revision"]
    now_merged, book = read_lead(after).merged, world.around().book
    assert now_merged == before.merged.merge([page], book)
    assert len(world.store.facts) == len(history_of(name)) + 1


def test_g24_a_stored_alert_that_waits_is_sent_with_its_own_id() -> None:
    world, lead = world_of("waiting"), stored_lead("waiting")
    world.now = MONDAY + DAY_MS // 24
    assert lead.outbox is not None
    assert world.sweep([lead.id]) == 1
    assert [alert.alert_id for alert in world.topic.alerts] == [lead.outbox.alert_id]
    assert "alert" not in world.item(lead.id)


def test_g24_c32_a_stored_tombstone_refuses_and_opens_to_a_later_form() -> None:
    world, lead = world_of("erased"), stored_lead("erased")
    page = Fact(lead.id, world.now, "page", "page_viewed")
    form = Fact(lead.id, world.now, "form", "form_submitted", "adam@example.com", touch={})
    assert world.apply(Arrival(page, world.now)) == [Verdict.ERASED]
    assert world.apply(Arrival(form, world.now)) == [Verdict.APPLIED]
    assert world.item(lead.id)["erased_at"] == lead.erased_at


@pytest.mark.parametrize("place", range(len(sample("facts"))))
def test_g24_a_stored_fact_is_read_and_would_be_stored_the_same(place: int) -> None:
    item = decode(sample("facts")[place])
    record = read_record(item)
    assert record_item(record, retention=stored_model()["retention"]) == item


def test_g24_stored_forms_and_activities_are_known_again_and_change_nothing() -> None:
    """Redriven messages of the first version, to leads of the first version."""
    reader = MessageReader(stored_model(), Doors(), lead_id)
    keys = {(item["lead"]["S"], item["fact"]["S"]) for item in sample("facts")}
    taken = 0
    for body in sample("messages")["activity_queue"]:
        read = reader.read(body)
        for one in read.taken:
            arrival = Arrival(one.fact, read.received_at, read.silent, one.received_hash)
            erased = one.fact.lead == sample("leads")["erased"]["lead"]["S"]
            assert erased or arrival.record().key in keys
            taken += 1
    assert taken >= len(sample("facts")) - 10
    (refused,) = [r for b in sample("messages")["activity_queue"] for r in reader.read(b).refusals]
    assert refused.reason == "unknown_kind"


def test_g24_a_stored_parked_form_is_taken() -> None:
    (body,) = sample("messages")["parking_queue"]
    read = MessageReader(stored_model(), Doors(), lead_id).read(body)
    ((fact, received_hash),) = read.taken
    stored = next(
        read_record(decode(item)) for item in sample("facts") if "form-parked" in item["fact"]["S"]
    )
    assert (fact, received_hash) == (stored.fact, stored.received_hash)
    assert read.received_at == stored.received_at


def test_g24_what_was_refused_is_listed_and_can_be_sent_again() -> None:
    listed = [
        read_refused(Message(str(number), body, "", MONDAY, {}))
        for number, body in enumerate(sample("messages")["refused_queue"])
    ]
    assert [one.reason for one in listed] == ["erased", "unknown_kind", "spam"]
    assert [one.destination for one in listed] == ["ActivityQueue", "ActivityQueue", "ParkingQueue"]
    assert not [one for one in listed if one.why_not_sendable()]


@pytest.mark.parametrize(("layout", "readable"), [(0, True), (2, True), (3, False), (-1, False)])
def test_d15_g24_one_layout_back_and_one_ahead_are_read_and_no_other(
    layout: int, readable: bool
) -> None:
    item = decode(sample("leads")["hot"]) | {"layout": layout}
    if readable:
        assert read_lead(item).revision == item["revision"]
    else:
        with pytest.raises(LeadUnreadableError):
            read_lead(item)


def test_g24_todays_leads_keep_the_layout_and_the_shape_of_the_first(today: Told) -> None:
    for name, first in sample("leads").items():
        now = today.leads[name]
        assert now["layout"] == first["layout"] == {"N": "1"}
        assert_shaped_as(first, now, name)


def test_g24_todays_facts_keep_keys_and_shape_of_the_first(today: Told) -> None:
    found = {(item["lead"]["S"], item["fact"]["S"]): item for item in today.facts}
    for first in sample("facts"):
        now = found[first["lead"]["S"], first["fact"]["S"]]
        assert_shaped_as(first, now, first["fact"]["S"])


def test_g24_todays_messages_keep_the_shape_of_the_first(today: Told) -> None:
    for queue, first in sample("messages").items():
        assert len(today.messages[queue]) == len(first)
        for place, (then, now) in enumerate(zip(first, today.messages[queue], strict=True)):
            assert_shaped_as(then, now, f"{queue} {place}")


def assert_shaped_as(first: Any, now: Any, place: str) -> None:
    """Everything that was there is there, of the same type; JSON in a text is looked into.

    Of a `quality` what says nothing (null, false, no answers) may be left out: the first version
    already read it so (`.get`), and so has each since.
    """
    first, now = _opened(first), _opened(now)
    assert type(now) is type(first), place
    if isinstance(first, Mapping):
        if place.endswith(".quality.S"):
            first = {name: told for name, told in first.items() if told}
        missing = set(first) - set(now)
        assert not missing, f"{place}: {missing}"
        for name in first:
            assert_shaped_as(first[name], now[name], f"{place}.{name}")
    elif isinstance(first, list):
        grown = place.endswith(GROWS) and len(now) > len(first)
        assert grown or len(now) == len(first), place
        for number, (then, since) in enumerate(zip(first, now, strict=False)):
            assert_shaped_as(then, since, f"{place}.{number}")


def _opened(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
