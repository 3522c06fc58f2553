"""Faults are where they say they are: beneath the SDK's retries, and each does what it is named."""

import inspect
from typing import Any

import pytest
from botocore.endpoint import Endpoint

from functions.leads.history import Record
from functions.leads.lead_table import TryLater
from functions.runtime import wiring
from tests.builders import form_submitted
from tests.faults.fault_injector import (
    ANY_CALL,
    CRASHES,
    Fault,
    Mode,
    ProcessKilledError,
    label_of,
    retry_handler,
)
from tests.faults.fault_scenarios import FORM_HOT, NOW
from tests.faults.fault_stage import SERVICES, FaultStage
from tests.faults.living_platform import Platform

DONE = {Mode.LOST, Mode.CRASH_AFTER}  # what was asked for has happened
SURVIVED = [mode for mode in ANY_CALL if mode not in CRASHES]
RECORD = Record(form_submitted(), NOW)


@pytest.fixture(autouse=True)
def _empty(stage: FaultStage) -> None:
    stage.cloud.become(type(stage.cloud)(lambda: stage.clock.now))
    stage.injector.plan([])


def call(service: str, *, hasty: bool) -> None:
    """One call of a service, as our wiring makes it."""
    if service == "dynamodb":
        wiring.store(hasty=hasty).read(["anna"])
    elif service == "sqs":
        wiring.refusals(hasty=hasty).send("body")
    else:
        topic: Any = wiring.client("sns", hasty=hasty)
        with wiring._passing():
            attribute = {"DataType": "String", "StringValue": "1"}
            topic.publish(
                TopicArn=wiring.settings().alert_topic,
                Message='{"sqs": "{}"}',
                MessageAttributes={"alert_id": attribute},
            )


def test_the_method_faults_are_put_beneath_is_there_and_sends_every_attempt() -> None:
    endpoint: Any = Endpoint
    sends = inspect.signature(endpoint._do_get_response)
    assert list(sends.parameters) == ["self", "request", "operation_model", "context"]


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(("hasty", "attempts"), [(True, 2), (False, 3)])
@pytest.mark.parametrize("mode", SURVIVED, ids=lambda mode: mode.value)
def test_the_sdk_repeats_what_is_struck_as_often_as_it_is_set_to(
    stage: FaultStage, service: str, mode: Mode, *, hasty: bool, attempts: int
) -> None:
    stage.injector.plan([Fault(0, mode, whole_call=True)])
    with pytest.raises(TryLater):
        call(service, hasty=hasty)
    assert len(stage.injector.attempts) == len(stage.injector.struck_at) == attempts

    stage.injector.plan([Fault(0, mode)])
    call(service, hasty=hasty)
    assert len(stage.injector.attempts) == 2


@pytest.mark.parametrize("mode", ANY_CALL, ids=lambda mode: mode.value)
def test_an_attempt_that_is_struck_is_done_or_not_as_its_mode_says(
    stage: FaultStage, mode: Mode
) -> None:
    stage.injector.plan([Fault(0, mode, whole_call=mode not in CRASHES)])
    with pytest.raises((TryLater, ProcessKilledError)):
        wiring.store().remember([RECORD])
    assert (len(stage.cloud.facts) == 1) is (mode in DONE)


def test_a_batch_that_is_left_undone_is_asked_again_by_us(stage: FaultStage) -> None:
    stage.injector.plan([Fault(0, Mode.UNDONE), Fault(1, Mode.UNDONE)])
    wiring.store().remember([RECORD])
    assert stage.injector.attempts == ["BatchWriteItem"] * 3
    assert len(stage.cloud.facts) == 1
    stage.injector.plan([Fault(number, Mode.UNDONE) for number in range(4)])
    with pytest.raises(TryLater):
        wiring.store().read(["anna"])


def test_nothing_of_ours_catches_a_crash() -> None:
    assert not issubclass(ProcessKilledError, Exception)


def test_time_outs_and_the_sdks_waiting_pass_on_the_clock_and_nowhere_else(
    stage: FaultStage,
) -> None:
    for mode, least in ((Mode.TIMED_OUT, 3 * 1000), (Mode.LOST, 3 * 2000)):
        began = stage.clock.now
        stage.injector.plan([Fault(0, mode, whole_call=True)])
        with pytest.raises(TryLater):
            call("dynamodb", hasty=False)
        assert least < stage.clock.now - began < least + 1000


def test_attempts_are_named_by_what_they_do_to_what() -> None:
    assert label_of("PutItem", b'{"TableName": "leads", "Item": {}}') == "PutItem leads"
    assert label_of("Query", b'{"TableName": "leads", "IndexName": "due"}') == "Query due"
    url = b'{"QueueUrl": "https://sqs.example/1/parked", "MessageBody": ""}'
    assert label_of("SendMessage", url) == "SendMessage parked"
    assert label_of("Publish", "Action=Publish") == "Publish"


def test_no_client_is_built_beside_those_that_can_be_struck(stage: FaultStage) -> None:
    stage.prepare(FORM_HOT)
    stage.play(FORM_HOT)
    assert wiring.client.cache_info().currsize == 2 * len(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("hasty", [True, False])
def test_retries_are_the_standard_ones_and_nobody_slows_a_client_down(
    service: str, *, hasty: bool
) -> None:
    client = wiring.client(service, hasty=hasty)
    assert type(retry_handler(client)).__module__ == "botocore.retries.standard"
    name = client.meta.service_model.service_id.hyphenize()
    slowing = client.meta.events._emitter._handlers.prefix_search(f"before-send.{name}.Any")
    assert not [one for one in slowing if "adaptive" in getattr(one, "__module__", "")]


def test_a_run_that_never_becomes_quiet_fails(stage: FaultStage) -> None:
    platform = Platform(stage.cloud, stage.injector, stage.clock)
    platform.step = lambda: True  # type: ignore[method-assign]
    with pytest.raises(AssertionError, match="for ever"):
        platform.run()
