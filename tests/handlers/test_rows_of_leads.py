"""Rows B43, C5, C7, C11, C28, C30-C37 and K2: what becomes of a lead, from handler to table."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from functions.runtime import wiring
from functions.scoring.instants import DAY_MS, format_instant
from tests.handlers.lambda_stage import MODEL, Stage, batch, message, request

PAGE: dict[str, Any] = {
    "id": "visit-1",
    "lead": "anna@example.com",
    "at": "2026-11-23T09:59:00Z",
    "kind": "page_viewed",
    "path": "/pricing",
}
(PAGE_RULE,) = MODEL["rules"]
UNBOUND = {"cap": None, "floor": None}
Deploy = Callable[..., None]


def ago(days: float) -> str:
    """An instant so many days before the handlers' now."""
    return format_instant(wiring.clock() - int(days * DAY_MS))


def page(days: float = 0, **more: Any) -> dict[str, Any]:
    """A page viewed so many days ago, and received at once."""
    line = PAGE | {"at": ago(days), "id": f"visit-{days}"} | more
    return message(line, ingested_at=line["at"])


def recorded(stage: Stage, *bodies: object) -> dict[str, Any]:
    """Record these and give the one lead there is."""
    assert stage.record(batch(*bodies)) == {"batchItemFailures": []}
    assert stage.sent("refused") == []
    (lead,) = stage.leads().values()
    return lead


def score(lead: Mapping[str, Any]) -> int:
    return int(lead["score"]["N"])


@pytest.fixture
def deploy(stage: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Deploy:
    """Puts another model under the functions."""

    def put(*rules: Mapping[str, Any], **changes: Any) -> None:
        names = "-".join(rule["rule"] for rule in rules)
        told = {"rules": list(rules), "version": names or "none", "matching": names or "none"}
        file = tmp_path / "scoring-model.json"
        file.write_text(json.dumps(MODEL | told | changes), encoding="utf-8")
        monkeypatch.setenv("MODEL_FILE", str(file))
        stage.restart()

    return put


def test_c5_a_hundred_ids_for_the_same_content_earn_no_more_than_at_most(stage: Stage) -> None:
    lines = [PAGE | {"at": ago(0), "id": f"visit-{number}"} for number in range(100)]
    lead = recorded(stage, message({"activities": lines}, ingested_at=ago(0)))
    assert len(stage.facts()) == 100
    assert score(lead) == 5 * PAGE_RULE["at_most"]


def test_c5_a_hundred_ids_within_a_day_count_once_where_the_rule_says_so(
    stage: Stage, deploy: Deploy
) -> None:
    deploy(PAGE_RULE | {"once_per": DAY_MS})
    lines = [PAGE | {"at": ago(0), "id": f"visit-{number}"} for number in range(100)]
    assert score(recorded(stage, message({"activities": lines}, ingested_at=ago(0)))) == 5


def test_c5_a_hundred_ids_for_two_rules_earn_no_more_than_their_groups_cap(
    stage: Stage, deploy: Deploy
) -> None:
    other = PAGE_RULE | {"rule": "again", "group": "pages"}
    group = {"pages": {"half": "engagement", "cap": 7, "floor": None}}
    deploy(PAGE_RULE | {"group": "pages"}, other, groups=group)
    lines = [PAGE | {"at": ago(0), "id": f"visit-{number}"} for number in range(100)]
    assert score(recorded(stage, message({"activities": lines}, ingested_at=ago(0)))) == 7


def test_c7_order_makes_no_difference(stage: Stage) -> None:
    bodies = [page(days) for days in (40, 3, 2, 1)]
    counted = ("score", "fit", "engagement", "ledger", "answers", "touches", "band", "first_seen")
    found = []
    for order in (bodies, bodies[::-1], bodies[2:] + bodies[:2]):
        for body in order:
            lead = recorded(stage, body)
        found.append({name: lead.get(name) for name in counted})
        stage.clear()
    assert found[0] == found[1] == found[2]
    assert found[0]["score"] == {"N": "15"}


def test_c11_what_has_expired_at_arrival_writes_no_lead_and_alerts_nobody(
    stage: Stage, deploy: Deploy
) -> None:
    hot = PAGE_RULE | {"steps": [[0, 80], [30 * DAY_MS, 0]], "at_most": 1}
    deploy(hot, halves={"fit": UNBOUND, "engagement": UNBOUND})
    before = recorded(stage, page(200), page(35))
    assert score(before) == 0
    after = recorded(stage, page(60), page(100))
    assert after == before
    assert len(stage.facts()) == 4
    assert "turned_hot" not in stage.counted()


def test_c28_what_falls_into_a_bucket_that_counted_writes_no_lead(
    stage: Stage, deploy: Deploy
) -> None:
    deploy(PAGE_RULE | {"once_per": DAY_MS})
    noon = wiring.clock() // DAY_MS * DAY_MS - DAY_MS // 2
    first = recorded(stage, page(0, at=format_instant(noon), id="first"))
    for number in range(3):
        lines = [
            PAGE | {"at": format_instant(noon + 1000 * place), "id": f"{number}-{place}"}
            for place in range(1, 51)
        ]
        assert recorded(stage, message({"activities": lines}, ingested_at=ago(0))) == first
    assert len(stage.facts()) == 151


def test_c30_an_open_earns_nothing_whatever_the_model_says(stage: Stage, deploy: Deploy) -> None:
    deploy(PAGE_RULE | {"rule": "opens", "activity": "email_opened"})
    lead = recorded(stage, page(0, kind="email_opened"))
    assert score(lead) == 0
    assert [fact["kind"] for fact in stage.facts()] == ["email_opened"]


HOT_RULE = PAGE_RULE | {"steps": [[0, 80], [30 * DAY_MS, 0]], "at_most": 1}


@pytest.fixture
def hot_by_one_page(deploy: Deploy) -> None:
    deploy(HOT_RULE, halves={"fit": UNBOUND, "engagement": UNBOUND})


def alert_of(lead: Mapping[str, Any]) -> bool:
    return "alert" in lead


@pytest.mark.usefixtures("hot_by_one_page")
def test_c1_a_page_that_makes_a_lead_hot_alerts_once(stage: Stage) -> None:
    lead = recorded(stage, page(0))
    assert [told["score"] for told in stage.published()] == [80]
    assert not alert_of(lead)
    recorded(stage, page(0), page(0, id="another"))
    assert len(stage.published()) == 1


@pytest.mark.usefixtures("hot_by_one_page")
@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("email_unsubscribed", {}),
        ("email_complained", {}),
        ("email_bounced", {"bounce_type": "permanent"}),
    ],
)
def test_c31_who_leaves_while_an_alert_waits_is_not_alerted(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, kind: str, more: dict[str, str]
) -> None:
    topic = wiring.settings().alert_topic
    with monkeypatch.context() as away:
        away.setenv("ALERT_TOPIC_ARN", topic + "-away")
        stage.restart()
        assert alert_of(recorded(stage, page(0)))
        assert stage.counted()["alert_waiting"] == 1
    stage.restart()
    lead = recorded(stage, page(0, kind=kind, **more))
    assert not alert_of(lead)
    assert "do_not_contact" in lead
    assert stage.published() == []
    assert stage.counted()["alert_suppressed"] == 1


@pytest.mark.usefixtures("hot_by_one_page")
@pytest.mark.parametrize("days_after_the_erasure", [-1, 0, 1])
def test_c32_g15_an_activity_of_an_erased_lead_is_refused_whenever_it_came(
    stage: Stage, days_after_the_erasure: int
) -> None:
    ((lead, _),) = {recorded(stage, page(9))["lead"]["S"]: None}.items()
    stage.clear()
    erased_at = wiring.clock() - 2 * DAY_MS
    stage.dynamodb.put_item(TableName="leads", Item=tombstone(lead, at=erased_at))
    before = stage.held()
    ingested = format_instant(erased_at + days_after_the_erasure * DAY_MS)
    assert stage.record(batch(message(PAGE | {"at": ingested}, ingested_at=ingested))) == {
        "batchItemFailures": []
    }
    after = stage.held()
    (refused,) = stage.sent("refused")
    assert refused["reason"] == "erased"
    assert after | {"refused": []} == before
    assert stage.counted()["refused_erased"] == 1


WEBSITE = {"source": "example.website", "account": "111122223333"}
IMPORTER = {"source": "example.crm", "account": "111122223333", "import": True}
REPLAYED, IMPORT = {"replayed": True}, {"import": True}


@pytest.mark.usefixtures("hot_by_one_page")
@pytest.mark.parametrize(
    ("senders", "source", "flags", "alerts"),
    [
        pytest.param([], "example.website", {}, 1, id="C34-neither import nor replay"),
        pytest.param([], "example.website", REPLAYED, 0, id="C33-a replay"),
        pytest.param([WEBSITE, IMPORTER], "example.crm", IMPORT, 0, id="C34-one who may import"),
        pytest.param([WEBSITE, IMPORTER], "example.crm", {}, 1, id="C34-one who may and does not"),
        pytest.param([WEBSITE], "example.website", IMPORT, 1, id="C34-one who may not import"),
        pytest.param([], "example.website", IMPORT, 1, id="C34-nobody is named"),
        pytest.param([], "lead-scoring.cli", IMPORT, 0, id="C34-our own command"),
    ],
)
def test_c33_c34_g15_an_import_or_a_replay_alerts_nobody_and_only_who_may_imports(
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
    senders: list[dict[str, Any]],
    source: str,
    flags: dict[str, Any],
    alerts: int,
) -> None:
    monkeypatch.setenv("SENDERS", json.dumps(senders))
    stage.restart()
    line = PAGE | {"at": ago(0)} | (flags if flags == IMPORT else {})
    body = message(line, ingested_at=ago(0), source=source)
    lead = recorded(stage, body | (flags if flags == REPLAYED else {}))
    assert (score(lead), len(stage.published())) == (80, alerts)
    assert not alert_of(lead)
    recorded(stage, page(0, id="live"))
    assert len(stage.published()) == alerts  # it was hot already


@pytest.mark.usefixtures("hot_by_one_page")
def test_c34_where_senders_are_named_our_command_is_a_stranger_too(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SENDERS", json.dumps([WEBSITE]))
    stage.restart()
    stage.record(batch(message(PAGE | IMPORT, source="lead-scoring.cli")))
    assert [refused["reason"] for refused in stage.sent("refused")] == ["source_not_allowed"]
    assert stage.leads() == {}


def test_g15_b9_a_honeypot_and_a_refused_form_alert_nobody(stage: Stage, deploy: Deploy) -> None:
    rule = PAGE_RULE | {"activity": "form_submitted", "steps": [[0, 80], [30 * DAY_MS, 0]]}
    deploy(rule, halves={"fit": UNBOUND, "engagement": UNBOUND})
    form = {"email": "anna@example.com", "submission_id": "1"}
    assert stage.capture(request(form | {"fax_extension": "x"}))["statusCode"] == 201
    assert stage.capture(request(form | {"website": "javascript:x"}))["statusCode"] == 422
    assert stage.published() == []
    assert stage.capture(request(form))["statusCode"] == 201
    assert len(stage.published()) == 1
    stage.capture(request(form))
    assert stage.capture(request(form | {"name": "Anna"}))["statusCode"] == 422
    assert len(stage.published()) == 1


@pytest.mark.parametrize("ours", ["", "https://crm.example.com/leads/"])
def test_an_alert_holds_no_link_but_ours(
    stage: Stage, deploy: Deploy, monkeypatch: pytest.MonkeyPatch, ours: str
) -> None:
    rule = PAGE_RULE | {"activity": "form_submitted", "steps": [[0, 80], [30 * DAY_MS, 0]]}
    deploy(rule, halves={"fit": UNBOUND, "engagement": UNBOUND})
    monkeypatch.setenv("ALERT_URL", ours)
    stage.restart()
    evil = "https://evil.example"
    places = ("website", "referrer", "_next", "utm_campaign", "utm_content", "submission_id")
    form = {name: f"{evil}/{name}" for name in places} | {"job_title": f"[CEO]({evil})"}
    assert stage.capture(request(form | {"email": "anna@example.com"}))["statusCode"] == 201
    (bodies,) = stage.letters()
    (lead,) = stage.leads()
    chat = json.loads(bodies["https"])
    assert f"[CEO]({evil})" in bodies["email"]  # a visitor's words stand there, and are only words
    assert "](" not in chat["content"]["description"]
    assert "evil.example" not in bodies["sms"] + chat["content"]["title"]
    for text in (bodies["email"], chat["content"]["description"]):
        links = [line for line in text.splitlines() if line.startswith("Open the lead")]
        assert links == ([f"Open the lead: {ours}{lead}"] if ours else [])
        assert "/website" not in text
        assert "/_next" not in text


def test_c35_floors_and_caps_bound_sums_and_never_steps(stage: Stage, deploy: Deploy) -> None:
    good = PAGE_RULE | {"steps": [[0, 30], [30 * DAY_MS, 0]]}
    bad = good | {"rule": "jobs", "activity": "link_clicked", "steps": [[0, -20], [DAY_MS, 0]]}
    deploy(good, bad)
    bodies = [page(0.1), page(0.2), page(0.3), page(0.15, kind="link_clicked")]
    for order in (bodies, bodies[::-1]):
        for body in order:
            lead = recorded(stage, body)
        assert score(lead) == 50  # 90 less 20, and only then the cap
        stage.clear()


def test_c36_a_fact_whose_rule_is_gone_is_kept_and_earns_nothing(
    stage: Stage, deploy: Deploy
) -> None:
    assert score(recorded(stage, page(1))) == 5
    deploy(PAGE_RULE | {"rule": "clicks", "activity": "link_clicked"})
    assert score(recorded(stage, page(0.5))) == 0
    assert len(stage.facts()) == 2
    deploy(PAGE_RULE)
    assert score(recorded(stage, page(0.4))) == 15


@pytest.mark.parametrize(("minutes", "reasons"), [(4, []), (6, ["future"])])
def test_c37_what_is_redriven_is_judged_by_its_own_ingestion(
    stage: Stage, minutes: int, reasons: list[str]
) -> None:
    at = format_instant(wiring.clock() - 10 * DAY_MS + minutes * 60_000)
    body = message(PAGE | {"at": at}, ingested_at=ago(10))
    stage.record(batch(body, receives=3))
    assert [refused["reason"] for refused in stage.sent("refused")] == reasons


@pytest.mark.parametrize(("lasts", "alerts"), [(30, 1), (5, 0)])
def test_c37_what_is_redriven_alerts_only_if_it_makes_the_lead_hot_now(
    stage: Stage, deploy: Deploy, lasts: int, alerts: int
) -> None:
    hot = PAGE_RULE | {"steps": [[0, 80], [lasts * DAY_MS, 0]]}
    deploy(hot, halves={"fit": UNBOUND, "engagement": UNBOUND})
    recorded(stage, page(10))
    assert stage.counted().get("turned_hot", 0) == alerts


def test_b43_an_erased_person_that_submits_again_is_a_new_lead(stage: Stage) -> None:
    form = {"email": "anna@example.com", "name": "Anna", "company": "Old Ltd"}
    assert stage.capture(request(form | {"submission_id": "1"}))["statusCode"] == 201
    ((lead, _),) = stage.leads().items()
    stage.dynamodb.put_item(TableName="leads", Item=tombstone(lead, at=wiring.clock() - 1))
    again = stage.capture(request({"email": "anna@example.com", "submission_id": "2"}))
    assert (again["statusCode"], json.loads(again["body"])) == (201, {"status": "accepted"})
    item = stage.leads()[lead]
    assert "erased" not in item
    assert "Old Ltd" not in json.dumps(item)
    (fact,) = [fact for fact in stage.facts() if fact["id"] == "2"]
    assert item["first_seen"] == item["last_seen"]
    recorded(stage, page(0))
    late = format_instant(wiring.clock() - 60_000)
    assert stage.record(batch(message(PAGE | {"at": late, "id": "old"}, ingested_at=late)))
    assert [refused["reason"] for refused in stage.sent("refused")] == ["erased"]
    assert fact["kind"] == "form_submitted"


def tombstone(lead: str, *, at: int) -> dict[str, Any]:
    """What an erasure leaves of a lead."""
    numbers = {"revision": 9, "layout": 1, "erased": 1, "erased_at": at}
    texts = {"answers": "{}", "ledger": "[{},{}]", "touches": "[null,null]", "contact": "[]"}
    return (
        {"lead": {"S": lead}}
        | {name: {"N": str(number)} for name, number in numbers.items()}
        | {name: {"S": text} for name, text in texts.items()}
    )


@pytest.mark.parametrize("lost", [1, 2])
def test_k2_a_write_whose_answer_was_lost_is_a_success(stage: Stage, lost: int) -> None:
    """The SDK repeats a put of ours that was done: its condition fails on our own write."""
    answers = []

    def lose(**_: object) -> float | None:
        answers.append("put")
        return 0 if len(answers) == lost else None

    events = wiring.client("dynamodb", hasty=True).meta.events
    events.register_first("needs-retry.dynamodb.PutItem", lose)
    try:
        answer = stage.capture(request({"email": "anna@example.com", "submission_id": "1"}))
    finally:
        events.unregister("needs-retry.dynamodb.PutItem", lose)
    assert (answer["statusCode"], json.loads(answer["body"])) == (201, {"status": "accepted"})
    assert len(answers) == 3
    assert len(stage.facts()) == len(stage.leads()) == 1
    (lead,) = stage.leads().values()
    assert lead["revision"] == {"N": "1"}
    assert stage.counted()["accepted"] == 1
