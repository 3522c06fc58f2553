"""The function that watches, as the schedule calls it, on tables in moto."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from functions import watch_model
from functions.leads.apply_facts import Move
from functions.leads.kept_model import KeptModel, keep
from functions.leads.model_table import ModelTable
from functions.leads.rescore_run import Run, save_run
from functions.leads.week_count import Tally, week_of
from functions.runtime import wiring
from functions.scoring.instants import DAY_MS
from tests.builders import ANNA, World, arrival, compiled_model, page_viewed
from tests.moto_function import deploy, function_in_moto

CONTEXT = SimpleNamespace(function_name="watch", aws_request_id="1")


@pytest.fixture
def deployed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelTable]:
    """Tables in moto, and a model that went live 200 days ago and is rescored."""
    model = tmp_path / "scoring-model.json"
    deploy(model, compiled_model())
    with function_in_moto(monkeypatch, model):
        models = ModelTable(wiring.client("dynamodb"), "models")
        at = wiring.clock() - 200 * DAY_MS
        keep(models, KeptModel("v1", "", {}, at), number=1)
        save_run(models, Run(1, "v1", begun_at=at, starts_at=at, ended_at=at), expected=0)
        yield models


def written(capsys: pytest.CaptureFixture[str]) -> dict[str, float]:
    """Numbers of the metrics that were written, by name."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    metrics = [line for line in lines if "_aws" in line]
    numbers: dict[str, float] = {}
    for line in metrics:
        for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]:
            (numbers[metric["Name"]],) = line[metric["Name"]]
    return numbers


def test_the_first_call_of_a_week_counts_and_writes_metrics_noughts_too_the_next_only_what_rings(
    deployed: ModelTable, capsys: pytest.CaptureFixture[str]
) -> None:
    now = wiring.clock()
    around = replace(World(now=now).around(), store=wiring.store())
    Move(around).apply(ANNA, [arrival(page_viewed(at=now))])
    watched = watch_model.handler({}, CONTEXT)
    assert watched == {"week": week_of(now), "seen": 1, "is_over": True}
    numbers = written(capsys)
    assert (numbers["warm_leads"], numbers["hot_leads"], numbers["cold_won"]) == (1, 0, 0)
    assert numbers["model_age_days"] == pytest.approx(200, abs=0.1)
    watch_model.handler({}, CONTEXT)
    assert set(written(capsys)) == {"model_age_days"}


def test_what_is_kept_of_a_week_is_read_back(deployed: ModelTable) -> None:
    watch_model.handler({"anew": True}, CONTEXT)
    item = deployed.look_up("week", week_of(wiring.clock()))
    assert item is not None
    content = json.loads(item["content"])
    assert content["bands"] == {band: list(Tally()) for band in ("hot", "warm", "cold")}
