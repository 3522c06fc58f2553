"""The real handlers on moto's tables: captured, recorded, erased, and what comes afterwards."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from botocore.config import Config

from functions import erase_lead
from functions.erase_lead import ErasuresUnfinishedError, NoLeadError
from functions.leads.erasure import AGAIN_MS
from functions.runtime import wiring
from functions.scoring.instants import format_instant
from tests.erasure.test_erased_stores import clear_tables, make_tables
from tests.handlers.lambda_stage import Stage, batch, lambda_stage, message, request

EMAIL = "anna.nowak@example.com"
FORM = {"email": EMAIL, "name": "Anna", "company": "Old Ltd", "submission_id": "1"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with (
        pytest.MonkeyPatch.context() as patch,
        lambda_stage(patch, tmp_path_factory.mktemp("asset"), ERASED_TABLE="erased") as stage,
    ):
        make_tables(stage.dynamodb, "erased")
        yield stage


@pytest.fixture
def stage(built: Stage, capsys: pytest.CaptureFixture[str]) -> Stage:
    built.restart()
    erase_lead._erasure.cache_clear()
    built.clear()
    clear_tables(built.dynamodb, "erased")
    built.out = lambda: capsys.readouterr().out
    return built


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets the functions' clock ahead."""

    def ahead(milliseconds: int) -> None:
        clock = wiring.clock
        monkeypatch.setattr(wiring, "clock", lambda: clock() + milliseconds)
        erase_lead._erasure.cache_clear()

    return ahead


def erase(event: Mapping[str, Any]) -> dict[str, Any]:
    return erase_lead.handler(event, None)


def page(number: int, **more: Any) -> dict[str, Any]:
    at = format_instant(wiring.clock() - 1000)
    told = {"id": f"visit-{number}", "lead": EMAIL, "at": at, "kind": "page_viewed", "path": "/"}
    return message(told | more, ingested_at=format_instant(wiring.clock()))


def known(stage: Stage, pages: int = 30) -> str:
    """Let Anna be known by a form and pages; gives her lead's id."""
    assert stage.capture(request(FORM))["statusCode"] == 201
    assert stage.record(batch(*map(page, range(pages)))) == {"batchItemFailures": []}
    assert len(stage.facts()) == pages + 1
    (lead,) = stage.leads()
    return lead


def register(stage: Stage) -> dict[str, Any]:
    (entry,) = stage.dynamodb.scan(TableName="erased")["Items"]
    return {name: next(iter(value.values())) for name, value in entry.items()}


def test_g23_c32_d17_an_erased_person_is_gone_from_every_table_and_comes_back_by_a_form_alone(
    stage: Stage, later: Callable[[int], None]
) -> None:
    lead = known(stage)
    told = erase({"lead": lead})
    assert (told["was"], told["facts"], told["is_complete"]) == ("lead", 31, True)
    everything = json.dumps([stage.leads(), stage.facts(), register(stage)])
    assert not [word for word in ("anna", "Anna", "Old Ltd", "example.com") if word in everything]
    assert register(stage)["lead"] == lead
    assert stage.counted()["facts_erased"] == 31

    assert stage.record(batch(page(1), page(99))) == {"batchItemFailures": []}
    assert [refused["reason"] for refused in stage.sent("refused")] == ["erased"] * 2
    assert stage.facts() == []

    again = stage.capture(request({"email": EMAIL, "submission_id": "2"}))
    assert (again["statusCode"], json.loads(again["body"])) == (201, {"status": "accepted"})
    assert "Old Ltd" not in json.dumps([stage.leads(), stage.facts()])
    later(AGAIN_MS)
    assert erase({"round": True}) == {"finished": 1, "failed": 0}
    assert "again_at" not in register(stage)
    assert len(stage.facts()) == 1
    assert "erased" not in stage.leads()[lead]


def test_g23_an_erasure_may_be_repeated_and_a_restore_undone(stage: Stage) -> None:
    lead = known(stage, pages=3)
    tables = {name: stage.dynamodb.scan(TableName=name)["Items"] for name in ("leads", "facts")}
    first = erase({"lead": lead})
    assert erase({"lead": lead}) == first | {"was": "erased", "facts": 0}
    for name, items in tables.items():
        for item in items:
            stage.dynamodb.put_item(TableName=name, Item=item)
    told = erase({"restored": True})
    assert (told["seen"], told["erased"], told["facts"], told["after"]) == (1, 1, 4, None)
    assert stage.facts() == []
    assert stage.leads()[lead]["erased_at"]["N"] == str(first["erased_at"])
    assert erase({"restored": True, "after": lead})["seen"] == 0


@pytest.mark.parametrize("given", [EMAIL, "", None, 5, "x" * 23, {"S": "x"}])
def test_g17_whatever_is_no_lead_id_is_never_written(stage: Stage, given: object) -> None:
    with pytest.raises(NoLeadError):
        erase({"lead": given})
    assert stage.leads() == {}
    assert stage.dynamodb.scan(TableName="erased")["Items"] == []
    assert EMAIL not in stage.out()


def test_g23_a_round_that_could_not_finish_says_so_by_failing(
    stage: Stage, later: Callable[[int], None]
) -> None:
    lead = known(stage, pages=1)
    erase({"lead": lead})
    later(AGAIN_MS)
    stage.dynamodb.update_item(
        TableName="leads",
        Key={"lead": {"S": lead}},
        UpdateExpression="REMOVE erased, erased_at SET revision = :many",
        ExpressionAttributeValues={":many": {"S": "many"}},
    )
    with pytest.raises(ErasuresUnfinishedError):
        erase({"round": True})
    counted = stage.counted()
    assert (counted["erasures_failed"], counted["erasure_rounds"]) == (1, 1)


def test_an_hour_without_erasures_is_a_round_too(stage: Stage) -> None:
    assert erase({"round": True}) == {"finished": 0, "failed": 0}
    assert stage.counted() == {"erasure_rounds": 1}


def test_e_what_an_erasure_writes_down_names_nobody(stage: Stage) -> None:
    lead = known(stage, pages=1)
    stage.out()
    erase({"lead": lead})
    lines = stage.out().splitlines()
    told = [json.loads(line) for line in lines]
    assert [line for line in told if line.get("lead") == lead]
    assert not [line for line in lines if "anna" in line.casefold() or "@" in line]


def test_its_clients_wait_as_all_others_do(stage: Stage) -> None:
    erase({"round": True})
    config: Config = erase_lead._erasure().register.client.meta.config  # type: ignore[attr-defined]
    assert (config.connect_timeout, config.read_timeout) == (1, 2)  # type: ignore[attr-defined]
    assert stage
