"""The stack on this machine: where everything is, how it comes up, and how it goes without a trace.

`.local/stack.json` tells other tools the addresses of the stack that `make up` or `make run`
started.
"""

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from infra.local.cloud import (
    ACCOUNT,
    KEY,
    REGION,
    LocalCloud,
    answers,
    is_running,
    start_cloud,
    stop_cloud,
)
from infra.local.deployment import deploy, local_client
from infra.local.prepare import LOCAL
from infra.local.synthesis import LOCAL_MAIL, LOCAL_SETTINGS, MODEL, synthesise

STACK_FILE = LOCAL / "stack.json"
INBOX = "alert-inbox"


class StackAlreadyUp(RuntimeError):
    """There is a running stack already."""


@dataclass(frozen=True, slots=True)
class LocalStack:
    """Addresses and names of a running stack; what `.local/stack.json` holds. Pool and clients are
    empty where the setting `sign_in` names another issuer.
    """

    endpoint: str
    region: str
    account: str
    access_key: str
    secret_key: str
    stack: str
    form_address: str
    sales_api: str
    user_pool: str
    console_client: str
    machine_client: str
    sign_in: str
    issuer: str
    bus: str
    mail_source: str
    alert_topic: str
    alert_inbox: str
    activity_queue: str
    parking_queue: str
    refused_queue: str
    leads_table: str
    facts_table: str
    schedule_group: str
    functions: Mapping[str, str]
    outputs: Mapping[str, str]
    model: str
    cloud: LocalCloud

    def client(self, service: str) -> Any:
        return local_client(service, self.cloud)


def read_stack(file: Path = STACK_FILE) -> LocalStack | None:
    """The stack a file tells of, None where it is gone."""
    try:
        written = json.loads(file.read_text(encoding="utf-8"))
        stack = LocalStack(**{**written, "cloud": LocalCloud(**written["cloud"])})
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    return stack if is_running(stack.cloud) and answers(stack.cloud) else None


def bring_up(
    settings: Mapping[str, Any] = LOCAL_SETTINGS,
    *,
    model_file: Path = MODEL,
    enforce_permissions: bool = False,
) -> LocalStack:
    """Starts a cloud, deploys the template and lets a queue listen to the alerts."""
    assembly = synthesise(settings, model_file=model_file)
    cloud = start_cloud(enforce_permissions=enforce_permissions)
    try:
        return bring_up_to_date(cloud, assembly)
    except BaseException:
        stop_cloud(cloud)
        raise


def bring_up_to_date(cloud: LocalCloud, assembly: Path) -> LocalStack:
    """Creates or updates the stack of an assembly in a running cloud."""
    name, outputs = deploy(cloud, assembly)
    (asset,) = assembly.glob("asset.*/scoring-model.json")
    return LocalStack(
        endpoint=cloud.endpoint,
        region=REGION,
        account=ACCOUNT,
        access_key=KEY,
        secret_key=KEY,
        stack=name,
        form_address=_gateway(cloud, outputs["FormAddress"]) + "/forms/",
        sales_api=_gateway(cloud, outputs["SalesApi"]),
        user_pool=outputs.get("UserPool", ""),
        console_client=outputs.get("ConsoleClient", ""),
        machine_client=outputs.get("MachineClient", ""),
        sign_in=cloud.endpoint,  # the pages of every pool stand at the cloud's own address
        issuer=outputs["Issuer"],
        bus=outputs["ActivityBus"],
        mail_source=LOCAL_MAIL,
        alert_topic=outputs["AlertTopic"],
        alert_inbox=_inbox(cloud, outputs["AlertTopic"]),
        activity_queue=_reachable(cloud.endpoint, outputs["ActivityQueue"]),
        parking_queue=_reachable(cloud.endpoint, outputs["ParkingQueue"]),
        refused_queue=_reachable(cloud.endpoint, outputs["RefusedQueue"]),
        leads_table=outputs["LeadsTable"],
        facts_table=outputs["FactsTable"],
        schedule_group=outputs["ScheduleGroup"],
        functions={
            name: outputs[f"{name}Function"]
            for name in ("CaptureForm", "RecordActivity", "ExpirePoints", "ServeSales")
        },
        outputs=outputs,
        model=str(asset),
        cloud=cloud,
    )


def write_stack(stack: LocalStack, file: Path = STACK_FILE) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".partial")
    partial.write_text(json.dumps(asdict(stack), indent=1) + "\n", encoding="utf-8")
    partial.replace(file)


def take_down(file: Path = STACK_FILE) -> bool:
    """Stops the stack a file tells of; whether there was one."""
    stack = read_stack(file)
    if stack:
        stop_cloud(stack.cloud)
    file.unlink(missing_ok=True)
    return stack is not None


@contextlib.contextmanager
def announced(stack: LocalStack, file: Path = STACK_FILE) -> Iterator[LocalStack]:
    """While the block runs, `file` tells where the stack is; then the stack is gone."""
    try:
        if read_stack(file):
            raise StackAlreadyUp(f"A stack is up already ({file.name}); make down stops it.")
        write_stack(stack, file)
        try:
            yield stack
        finally:
            file.unlink(missing_ok=True)
    finally:
        stop_cloud(stack.cloud)


def _inbox(cloud: LocalCloud, topic: str) -> str:
    queues = local_client("sqs", cloud)
    url: str = queues.create_queue(QueueName=INBOX)["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": arn["QueueArn"],
            }
        ],
    }
    queues.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    local_client("sns", cloud).subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"])
    return _reachable(cloud.endpoint, url)


def _gateway(cloud: LocalCloud, address: str) -> str:
    """Where the local cloud serves an API, by the id in its own address; no slash at the end."""
    api = address.partition("://")[2].partition(".")[0]
    return f"{cloud.endpoint}/_aws/execute-api/{api}"


def _reachable(endpoint: str, url: str) -> str:
    """A queue's address by the number of this machine: `localhost` may mean another one."""
    return endpoint + "/" + url.split("/", 3)[3]
