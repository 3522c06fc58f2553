"""What every store of models and every scan keep: DynamoDB (under moto) and those in memory."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions.leads.kept_model import KeptModel, deployments, keep, kept_model
from functions.leads.lead_scan import LeadScan, TableScan
from functions.leads.lead_table import Conflict, LeadStore, LeadTable
from functions.leads.model_table import ModelStore, ModelTable
from functions.leads.rescore_run import (
    Moved,
    Run,
    all_progress,
    newest_run,
    progress_of,
    save_progress,
    save_run,
)
from functions.scoring.instants import DAY_MS
from tests.builders import MONDAY, compiled_model
from tests.erasure.test_erased_stores import clear_tables, make_tables
from tests.fakes import MemoryModels, MemoryScan, MemoryStore

RUN = Run(1, "v1", begun_at=MONDAY, starts_at=MONDAY)


@pytest.fixture(scope="module")
def dynamodb() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        client: Any = boto3.client("dynamodb", region_name="eu-central-1")
        make_tables(client, "leads", "models")
        yield client


@pytest.fixture(params=["dynamodb", "memory"])
def models(request: pytest.FixtureRequest) -> ModelStore:
    if request.param == "memory":
        return MemoryModels()
    client = request.getfixturevalue("dynamodb")
    clear_tables(client, "models")
    return ModelTable(client, "models")


@pytest.fixture(params=["dynamodb", "memory"])
def scanned(request: pytest.FixtureRequest) -> tuple[LeadStore, LeadScan]:
    if request.param == "memory":
        memory = MemoryStore()
        return memory, MemoryScan(memory, 7)
    client = request.getfixturevalue("dynamodb")
    table = LeadTable(client, "leads", "facts", 400 * DAY_MS)
    return table, TableScan(client, "leads", 7)


def test_each_lead_stands_in_one_segment_and_on_one_page(
    scanned: tuple[LeadStore, LeadScan],
) -> None:
    store, scan = scanned
    names = {f"lead-{number}" for number in range(60)}
    for name in names:
        store.write({"lead": name, "revision": 1}, expected=0)
    seen: list[str] = []
    for segment in range(4):
        after, is_more = None, True
        while is_more:
            page = scan.page(segment, 4, after=after)
            seen += [item["lead"] for item in page.items]
            after, is_more = page.next, page.next is not None
    assert sorted(seen) == sorted(names)


def test_a_run_is_replaced_only_by_who_read_the_newest(models: ModelStore) -> None:
    assert newest_run(models) is None
    saved = save_run(models, RUN, expected=0)
    assert newest_run(models) == saved
    with pytest.raises(Conflict):
        save_run(models, RUN, expected=0)
    assert save_run(models, RUN, expected=saved.revision).revision == 2


def test_progress_is_read_back_as_it_was_kept(models: ModelStore) -> None:
    moved = [Moved("anna", "warm", "hot", 71), Moved("ola", "warm", "cold", 3)]
    further = progress_of(models, RUN, 2).further(
        after="anna", seen=5, written=2, failed=0, moved=moved
    )
    save_progress(models, RUN, further)
    kept = progress_of(models, RUN, 2)
    assert (kept.after, kept.moved) == ("anna", {"warm>hot": 1, "warm>cold": 1})
    assert [list(one) for one in kept.hot] == [["anna", 71]]
    assert [one.segment for one in all_progress(models, RUN)] == [0, 1, 2, 3]
    with pytest.raises(Conflict):
        save_progress(models, RUN, further)


def test_a_model_is_kept_once_and_each_deployment_noted(models: ModelStore) -> None:
    model = KeptModel("v1", "model: ż\n" * 20_000, compiled_model(), MONDAY)
    keep(models, model, number=1)
    keep(models, model, number=1)
    keep(models, KeptModel("v1", "", {}, MONDAY + 5), number=2)
    assert kept_model(models, "v1") == model
    assert [(one.number, one.at) for one in deployments(models)] == [(1, MONDAY), (2, MONDAY + 5)]
