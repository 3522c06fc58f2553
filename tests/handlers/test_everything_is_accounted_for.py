"""G20: whatever is received becomes something, and the counts in the log add up to it."""

import json
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from functions.entrances.activity_recorder import NothingRecordedError
from tests.handlers.lambda_stage import Stage, batch, message, request, sample
from tests.soak import times

RECEIVES_MAX = 4  # thirty in the stack; here a message gives up sooner
HISTORIES = times(push=4, soak=200)
FORMS = ("accepted", "refused", "spam", "parked", "unavailable")
ACTIVITIES = ("accepted", "refused", "passed_over")
GOOD = {"name": "Anna"}
PAGE = {"at": "2026-11-23T09:59:00Z", "kind": "page_viewed"}
PEOPLE = [f"person{number}@example.com" for number in range(4)]


@dataclass
class Waiting:
    """A message of a queue, and how many facts it holds."""

    body: str
    facts: int
    receives: int = 0


@dataclass
class Town:
    """People, forms and activities, an environment that comes and goes, and the books of it all."""

    stage: Stage
    monkeypatch: pytest.MonkeyPatch
    draw: Random
    queue: list[Waiting] = field(default_factory=list)
    dead: list[Waiting] = field(default_factory=list)
    forms: Counter[str] = field(default_factory=Counter)
    activities: Counter[str] = field(default_factory=Counter)

    def weather(self, *, table: bool = True, parking: bool = True, refused: bool = True) -> None:
        """What answers from now on."""
        queues = self.stage.queues
        places = {
            "LEADS_TABLE": "leads" if table else "away",
            "PARKING_QUEUE_URL": queues["parked"] if parking else queues["parked"] + "-away",
            "REFUSED_QUEUE_URL": queues["refused"] if refused else queues["refused"] + "-away",
        }
        for name, value in places.items():
            self.monkeypatch.setenv(name, value)
        self.stage.restart()

    def a_lead_is_damaged(self) -> None:
        """Whatever comes for the last of the people fails until it is a dead letter (D15)."""
        self.stage.record(batch(message(PAGE | {"lead": PEOPLE[-1]})))
        self.stage.counted()
        (lead,) = self.stage.leads()
        damaged = {"lead": {"S": lead}, "layout": {"N": "999"}}
        self.stage.dynamodb.put_item(TableName="leads", Item=damaged)

    def somebody_sends_a_form(self) -> None:
        form = GOOD | {"email": self.draw.choice(PEOPLE)}
        body: Any = self.draw.choice(
            [
                form,
                form | {"submission_id": str(self.draw.randint(0, 2))},
                form | {"name": "Ewa", "submission_id": "1"},
                form | {"fax_extension": "x"},
                form | {"email": "nobody"},
                "{",
                "",
            ]
        )
        self.stage.capture(request(body, form=self.draw.choice(["demo", "demo", "demo", "none"])))
        self.forms.update(self.stage.counted())
        self.queue += [Waiting(json.dumps(parked), 1) for parked in self.stage.sent("parked")]

    def something_is_put_on_the_bus(self) -> None:
        page = PAGE | {"lead": self.draw.choice(PEOPLE), "id": str(self.draw.randint(0, 9))}
        bad = page | {"at": "yesterday"}
        advice = sample("email_advice_without_a_mail")["Records"][0]["body"]
        body, facts = self.draw.choice(
            [
                (message(page), 1),
                (message(bad), 1),
                (message({"activities": [page, bad, page | {"lead": PEOPLE[0]}]}), 3),
                (message({"activities": [bad, bad | {"kind": "none"}, bad]}), 3),
                (message({"activities": []}), 1),
                (message(page | {"kind": "form_submitted", "id": "1", "answers": GOOD}), 1),
                ("rubbish", 1),
                (advice, 1),
            ]
        )
        self.queue.append(Waiting(body if isinstance(body, str) else json.dumps(body), facts))

    def a_batch_is_delivered(self) -> None:
        self.draw.shuffle(self.queue)
        taken, self.queue = self.queue[:8], self.queue[8:]
        if not taken:
            return
        event = batch(*(waiting.body for waiting in taken))
        for record, waiting in zip(event["Records"], taken, strict=True):
            waiting.receives += 1
            record["attributes"]["ApproximateReceiveCount"] = str(waiting.receives)
        for waiting in self._again(event, taken):
            (self.dead if waiting.receives >= RECEIVES_MAX else self.queue).append(waiting)
        self.activities.update(self.stage.counted())

    def _again(self, event: dict[str, Any], taken: list[Waiting]) -> list[Waiting]:
        try:
            failures = self.stage.record(event)["batchItemFailures"]
        except NothingRecordedError:
            return taken
        names = [record["messageId"] for record in event["Records"]]
        return [taken[names.index(each["itemIdentifier"])] for each in failures]


def lived(town: Town) -> Town:
    """A town after a dozen batches in all weathers, when no message is on its way any more."""
    town.a_lead_is_damaged()
    for _ in range(10):
        kind = town.draw.choice(["fair", "fair", "table", "table and parking", "refused"])
        town.weather(
            table="table" not in kind, parking="parking" not in kind, refused=kind != "refused"
        )
        for _ in range(town.draw.randint(1, 6)):
            town.draw.choice([town.somebody_sends_a_form, town.something_is_put_on_the_bus])()
        town.a_batch_is_delivered()
    town.weather()
    while town.queue:
        town.a_batch_is_delivered()
    return town


def test_g20_what_was_received_adds_up_to_what_became_of_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: Counter[str] = Counter()
    for seed in range(HISTORIES):
        stage.clear()
        town = lived(Town(stage, monkeypatch, Random(seed)))
        forms, activities = town.forms, town.activities
        assert forms["received"] == sum(forms[name] for name in FORMS)
        dead = sum(waiting.facts for waiting in town.dead)
        assert activities["received"] == sum(activities[name] for name in ACTIVITIES) + dead
        for counts in (forms, activities):
            assert counts["refused"] == _sum_of(counts, "refused_")
            assert counts["unavailable"] == _sum_of(counts, "unavailable_")
            verdicts = sum(counts[name] for name in ("applied", "unchanged", "duplicate"))
            assert counts["accepted"] == verdicts
        ends += forms + activities + Counter(dead=dead)
    assert set(FORMS) | set(ACTIVITIES) | {"dead", "put_off", "duplicate"} <= set(+ends)


def _sum_of(counts: Counter[str], beginning: str) -> int:
    return sum(number for name, number in counts.items() if name.startswith(beginning))


def test_g20_a_metric_of_many_values_is_written_in_as_many_lines_as_it_takes(stage: Stage) -> None:
    lines = [PAGE | {"lead": "nobody", "id": f"{n}", "kind": f"k{n}"} for n in range(100)]
    bodies = [message({"activities": lines}) for _ in range(40)] + ["rubbish"] * 10
    stage.record(batch(*bodies))
    counts = stage.counted()
    assert counts["received"] == counts["refused"] == 4010
    assert counts["refused_malformed"] == 10
