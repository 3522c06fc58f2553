"""Stacks on the local cloud. Each test process starts its own, on its own port, and stops it."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from infra.local.cloud import ACCOUNT, REGION, LocalCloud, start_cloud, stop_cloud
from infra.local.deployment import local_client
from infra.local.local_stack import LocalStack, bring_up, bring_up_to_date
from infra.local.synthesis import LOCAL_SETTINGS, synthesise
from infra.local.visitors import post_form, put_activity
from tests.cloud.patched_copy import patched_copy
from tests.cloud.rough_stack import ROUGH_MODEL, WORKER, Doors, RoughStack, make_rough, page
from tests.cloud.service_door import Door
from tests.cloud.stack_driving import is_idle, wait_until

WATCHED_MODEL = Path(__file__).with_name("watched_model.yaml")
TERRITORIES = {"alerts-poland": ["PL"], "alerts-germany": ["DE"]}  # queue: countries


@pytest.fixture(autouse=True, scope="session")
def _no_account_of_the_user() -> None:
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            del os.environ[name]


@pytest.fixture(scope="session")
def stack() -> Iterator[LocalStack]:
    """A stack that tests share: each uses people of its own."""
    running = bring_up()
    yield running
    stop_cloud(running.cloud)


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    """A cloud with nothing in it yet."""
    started = start_cloud()
    try:
        yield started
    finally:
        stop_cloud(started)


@pytest.fixture(scope="session")
def watched_stack() -> Iterator[LocalStack]:
    """One stack with a small model, refreshed each minute, whose alerts go to two territories.

    Tests that use it belong to the xdist group `watched_stack`, so that it comes up once.
    """
    settings = {
        **LOCAL_SETTINGS,
        "refresh_minutes": 1,
        "subscribers": [
            {
                "protocol": "sqs",
                "endpoint": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}",
                "filter": {"country": countries},
            }
            for queue, countries in TERRITORIES.items()
        ],
    }
    assembly = synthesise(settings, model_file=WATCHED_MODEL)
    started = start_cloud()
    try:
        for queue in TERRITORIES:
            local_client("sqs", started).create_queue(QueueName=queue)
        yield bring_up_to_date(started, assembly)
    finally:
        stop_cloud(started)


@pytest.fixture(scope="session")
def rough(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoughStack]:
    """One stack on which faults of the platform are tried, its functions warm.

    Tests that use it belong to the xdist group `rough`, use people of their own, and leave it idle.
    """
    doors = Doors(Door(), Door())
    assembly = patched_copy(
        tmp_path_factory.mktemp("rough"),
        lambda template: make_rough(template, doors),
        model=ROUGH_MODEL,
        files={WORKER.name: WORKER},
    )
    with ExitStack() as ends:
        cloud = start_cloud()
        ends.callback(stop_cloud, cloud)
        ends.enter_context(doors.table.standing_before(cloud.endpoint))
        ends.enter_context(doors.queues.standing_before(cloud.endpoint))
        running = RoughStack(bring_up_to_date(cloud, assembly), doors)
        warm = page("warm@example.com", "first")
        put_activity(running.stack, warm)
        assert post_form(running.stack, "demo", {"email": warm["lead"]})[0] == 201
        wait_until(
            "the functions are warm", lambda: running.item(warm["lead"]) and is_idle(running.stack)
        )
        yield running
