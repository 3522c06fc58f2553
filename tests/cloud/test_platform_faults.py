"""Faults of the platform itself: a consumer that is off, a poison record, a worker that dies."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.main import main
from functions.scoring.instants import DAY_MS
from infra.local.local_stack import write_stack
from infra.local.visitors import post_form, put_activity
from tests.cloud.rough_stack import RECEIVES, RoughStack, page
from tests.cloud.stack_driving import is_idle, now, take_messages, wait_until

pytestmark = [pytest.mark.cloud, pytest.mark.xdist_group("rough")]

Redrive = Callable[[], str]


@pytest.fixture
def redrive(
    rough: RoughStack,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Redrive:
    """Bring the dead letters of activities back by the operator's command; gives what it said."""
    monkeypatch.chdir(tmp_path)
    write_stack(rough.stack, Path(".local/stack.json"))

    def run() -> str:
        capsys.readouterr()
        assert main(["redrive", "ActivityDeadLetters"]) == 0
        return capsys.readouterr().out

    return run


def test_d8_g6_a_consumer_that_was_off_for_three_days_drains_to_the_score_of_the_oracle(
    rough: RoughStack,
) -> None:
    hot, warm = "hot@off.example.com", "warm@off.example.com"
    days_ago = now() - 3 * DAY_MS
    old = [page(hot, "old", "/pricing", at=days_ago), page(warm, "gone", at=days_ago)]
    new = [page(hot, f"new-{n}") for n in range(40)] + [page(warm, "new", "/pricing")]
    with rough.consumer_off():
        rough.send(
            rough.stack.activity_queue, *(rough.envelope(fact, at=days_ago) for fact in old * 2)
        )
        put_activity(rough.stack, {"activities": new})
        put_activity(rough.stack, {"activities": new[:5]})
        wait_until("all wait", lambda: rough.waiting(rough.stack.activity_queue) == 6)
        assert not rough.item(hot)
        assert not rough.item(warm)
    wait_until("the queue is drained", lambda: is_idle(rough.stack) and rough.shows(*old, *new))
    assert len(rough.alerts_of(hot)) == 1
    assert rough.waiting(rough.dead_letters) == 0


def test_d10_c33_a_replayed_archive_adds_what_was_missing_and_tells_nobody(
    rough: RoughStack,
) -> None:
    known, missing = "known@replay.example.com", "missing@replay.example.com"
    for lead in (known, missing):
        assert post_form(rough.stack, "demo", {"email": lead, "company": "Example Ltd"})[0] == 201
    taken = page(known, "taken", "/pricing")
    lost = [
        page(missing, f"lost-{number}", path) for number, path in enumerate(["/pricing", "/news"])
    ]
    events = rough.stack.client("events")
    bus = f"arn:aws:events:{rough.stack.region}:{rough.stack.account}:event-bus/{rough.stack.bus}"
    (rule,) = [
        rule["Name"]
        for rule in events.list_rules(EventBusName=rough.stack.bus)["Rules"]
        if "ActivityRule" in rule["Name"]
    ]
    events.create_archive(ArchiveName="everything", EventSourceArn=bus, RetentionDays=1)
    begun = now()
    put_activity(rough.stack, taken)
    events.disable_rule(Name=rule, EventBusName=rough.stack.bus)
    for fact in lost:
        put_activity(rough.stack, fact)
    events.enable_rule(Name=rule, EventBusName=rough.stack.bus)
    wait_until("the known one is hot", lambda: rough.item(known).get("band") == "hot")
    wait_until("nothing is on its way", lambda: is_idle(rough.stack))
    assert len(rough.alerts_of(known)) == 1
    before = rough.item(known)
    assert rough.item(missing)["band"] == "warm"

    events.start_replay(
        ReplayName="again",
        EventSourceArn=bus.replace("event-bus/" + rough.stack.bus, "archive/everything"),
        EventStartTime=begun // 1000 - 60,
        EventEndTime=now() // 1000 + 60,
        Destination={"Arn": bus},
    )
    wait_until("what was missing is there", lambda: rough.item(missing).get("score") == 77)
    wait_until("the replay is worked off", lambda: is_idle(rough.stack))
    assert rough.item(known) == before, "the rest changes nothing and writes nothing"
    assert rough.item(missing)["band"] == "hot"
    assert "alert" not in rough.item(missing)
    told = "".join(one["Body"] for one in take_messages(rough.stack, rough.stack.alert_inbox))
    assert not [lead for lead in (known, missing) if lead in told]
    events.delete_archive(ArchiveName="everything")


def test_g18_d15_g21_one_poisoned_lead_holds_up_no_neighbour_and_counts_when_it_is_mended(
    rough: RoughStack, redrive: Redrive
) -> None:
    poisoned = "poisoned@batch.example.com"
    neighbours = [page(f"neighbour-{n}@batch.example.com", "one") for n in range(6)]
    first, second = page(poisoned, "first"), page(poisoned, "second", "/pricing")
    put_activity(rough.stack, first)
    wait_until("the lead is there", lambda: rough.item(poisoned))
    sound = rough.item(poisoned)
    torn = sound | {"ledger": "{"}
    rough.put_item(torn)

    batch = [*neighbours[:3], second, *neighbours[3:]]
    with rough.few_receives():
        with rough.consumer_off():
            bodies = [rough.envelope(fact, at=now()) for fact in batch]
            rough.send(rough.stack.activity_queue, *bodies)
            rough.deliver_once(messages=len(batch))
            wait_until("the rest is done", lambda: rough.shows(*neighbours))
        wait_until("the queue gives it up", lambda: rough.waiting(rough.dead_letters) == 1)
    assert [rough.item(fact["lead"])["revision"] for fact in neighbours] == [1] * 6
    assert rough.item(poisoned) == torn, "what cannot be read is not touched"

    rough.put_item(sound)
    assert redrive().startswith("1 of about 1 messages moved")
    wait_until("it counts after all", lambda: rough.shows(first, second))


def test_d9_g21_c37_dead_letters_of_day_ten_count_as_on_day_one_and_poison_is_refused_at_once(
    rough: RoughStack, redrive: Redrive
) -> None:
    late = "late@dead.example.com"
    days_ago = now() - 10 * DAY_MS
    facts = [page(late, "prices", "/pricing", at=days_ago), page(late, "news", at=days_ago)]
    unknown = page(late, "unknown", at=days_ago) | {"kind": "never_heard_of"}
    rough.send(
        rough.dead_letters,
        *(rough.envelope(fact, at=days_ago) for fact in (*facts, unknown)),
        "no JSON at all",
        rough.envelope(page(late, "future", at=days_ago + DAY_MS), at=days_ago),
    )
    take_messages(rough.stack, rough.stack.refused_queue)
    assert redrive().startswith("5 of about 5 messages moved")
    wait_until("the good ones count", lambda: rough.shows(*facts))
    wait_until("nothing comes back", lambda: is_idle(rough.stack))
    refused = take_messages(rough.stack, rough.stack.refused_queue)
    reasons = sorted(json.loads(message["Body"])["reason"] for message in refused)
    assert reasons == ["future", "malformed", "unknown_kind"]
    assert rough.waiting(rough.dead_letters) == 0


def test_d11_g18_a_record_that_kills_its_worker_runs_last_and_ends_among_the_dead_letters(
    rough: RoughStack, tmp_path: Path
) -> None:
    """What is new in its batch is committed before it, and done at the next delivery."""
    neighbours = [page(f"neighbour-{n}@killer.example.com", "one") for n in range(4)]
    killer = page("killer@killer.example.com", "one")
    marked = killer | {"note": f"ends the process, told in {tmp_path}"}
    queue = rough.stack.activity_queue
    with rough.few_receives(), rough.consumer_off():
        rough.send(queue, rough.envelope(marked, at=now()))
        for number in range(1, RECEIVES):
            rough.deliver_once(messages=1)
            wait_for_deaths(tmp_path, number)
        rough.send(queue, *(rough.envelope(fact, at=now()) for fact in neighbours))
        rough.deliver_once(messages=5)
        wait_for_deaths(tmp_path, RECEIVES)
        assert all(rough.item(fact["lead"]) for fact in neighbours)
        rough.deliver_once(messages=5)
        wait_until("its neighbours are done", lambda: rough.waiting(queue) == 0)
    (dead,) = take_messages(rough.stack, rough.dead_letters)
    assert json.loads(dead["Body"])["event"]["detail"] == marked
    wait_for_deaths(tmp_path, RECEIVES)
    assert rough.shows(*neighbours)
    assert not rough.item(killer["lead"])


def wait_for_deaths(folder: Path, number: int) -> None:
    wait_until("it kills its worker", lambda: len(list(folder.iterdir())) == number)
