"""The one place that chooses: which store, which topic, which clock a function works with.

Everything is built on first use and kept while the function is warm. One boto3 session serves all
clients: a session each costs 160 ms of cold start. Timeouts and attempts are set on every client,
never left to the SDK, whose defaults let one call sleep for seven seconds.
"""

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session, get_session

from functions.leads.apply_facts import Move
from functions.leads.due import Refresh
from functions.leads.lead_identity import keyed_id
from functions.leads.lead_table import LeadTable, TryLater
from functions.leads.rounds import Round
from functions.leads.surroundings import Surroundings
from functions.leads.team import Team, read_team
from functions.runtime.settings import Settings, read_settings
from functions.runtime.telemetry import count, figure, gauge, logger
from functions.scoring.rule_book import RuleBook
from functions.scoring.touches import Naming

if TYPE_CHECKING:
    from mypy_boto3_sns.client import SNSClient
    from mypy_boto3_sqs.client import SQSClient

    from functions.leads.hot_alert import Alert
    from functions.leads.rescore_run import Progress, Run
    from functions.leads.rescoring import Rescoring
    from functions.leads.watching import Watching
    from functions.sales.sales_desk import SalesDesk

HASTY = Config(
    connect_timeout=0.5,
    read_timeout=1,
    retries={"mode": "standard", "total_max_attempts": 2},
    parameter_validation=False,
)  # a form's visitor waits: a slow call must not eat the visit
PATIENT = Config(
    connect_timeout=1,
    read_timeout=2,
    retries={"mode": "standard", "total_max_attempts": 3},
    parameter_validation=False,
)


@dataclass(frozen=True, slots=True)
class Queue:
    """One SQS queue to send to."""

    client: "SQSClient"
    url: str

    def send(self, body: str) -> None:
        """Send one message. Raises TryLater; then it may or may not have been sent."""
        with _passing():
            self.client.send_message(QueueUrl=self.url, MessageBody=body)

    def hide(self, receipt_handle: str, *, seconds: int) -> None:
        """Let a received message come back after so many seconds. Raises TryLater."""
        with _passing():
            self.client.change_message_visibility(
                QueueUrl=self.url, ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
            )


@dataclass(frozen=True, slots=True)
class Topic:
    """The topic alerts go to."""

    client: "SNSClient"
    arn: str

    def publish(self, alert: "Alert") -> None:
        """Publish one alert with its attributes. Raises TryLater."""
        with _passing():
            self.client.publish(
                TopicArn=self.arn,
                Subject=alert.subject,
                Message=json.dumps(dict(alert.bodies), ensure_ascii=False),
                MessageStructure="json",
                MessageAttributes={
                    name: _attribute(value) for name, value in alert.attributes.items()
                },
            )


@cache
def settings() -> Settings:
    """The function's settings, read once."""
    return read_settings()


def clock() -> int:
    """Now, in UTC milliseconds."""
    return time.time_ns() // 1_000_000


def pause(milliseconds: int) -> None:
    """Wait."""
    time.sleep(milliseconds / 1000)


@cache
def model() -> Mapping[str, Any]:
    """The compiled model of this deployment."""
    with settings().model_file.open(encoding="utf-8") as file:
        compiled: Mapping[str, Any] = json.load(file)
    return compiled


@cache
def book() -> RuleBook:
    """The model as code."""
    return RuleBook(model())


@cache
def team() -> Team:
    """Who sells, as this deployment lists them; nobody where it lists none."""
    file = settings().team_file
    return read_team(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else Team()


@cache
def client(service: str, *, hasty: bool = False) -> Any:
    """A client of one AWS service; all share one session."""
    return _session().create_client(service, config=HASTY if hasty else PATIENT)


@cache
def store(*, hasty: bool = False) -> LeadTable:
    """Leads and their history."""
    names = settings()
    dynamodb = client("dynamodb", hasty=hasty)
    return LeadTable(dynamodb, names.leads_table, names.facts_table, book().retention, pause)


def move(*, hasty: bool = False) -> Move:
    """The one move; `hasty` where a visitor waits."""
    return Move(_surroundings(hasty=hasty))


def sweep_round() -> Round:
    """One round of the schedule, beginning now."""
    return Round(_surroundings(hasty=False))


def sales_desk() -> "SalesDesk":
    """What sales may ask and do."""
    # only one function needs them
    from functions.leads.lead_lists import LeadIndexes  # noqa: PLC0415
    from functions.sales.sales_desk import SalesDesk  # noqa: PLC0415

    around = _surroundings(hasty=False)
    leads = store()
    return SalesDesk(
        store=leads,
        lists=LeadIndexes(leads.client, leads.leads),
        move=move(),
        book=around.book,
        naming=around.naming,
        clock=clock,
        lead_id=lead_id,
        forget=forget,
        team=team(),
    )


def rescoring() -> "Rescoring":
    """One call of the rescore, beginning now."""
    # only one function needs them
    from functions.leads.lead_scan import TableScan  # noqa: PLC0415
    from functions.leads.model_table import ModelTable  # noqa: PLC0415
    from functions.leads.rescoring import Rescoring  # noqa: PLC0415

    leads, source = store(), settings().model_source
    return Rescoring(
        _surroundings(hasty=False),
        scan=TableScan(leads.client, leads.leads),
        models=ModelTable(leads.client, settings().models_table),
        source=source.read_text(encoding="utf-8") if source.is_file() else "",
        tell=_tell_rescored,
    )


def watching() -> "Watching":
    """One call of what watches the model, beginning now."""
    # only one function needs them
    from functions.leads.lead_scan import TableScan  # noqa: PLC0415
    from functions.leads.model_table import ModelTable  # noqa: PLC0415
    from functions.leads.watching import Watching  # noqa: PLC0415

    leads = store()
    return Watching(
        _surroundings(hasty=False),
        scan=TableScan(leads.client, leads.leads),
        models=ModelTable(leads.client, settings().models_table),
        figure=figure,
    )


def _tell_rescored(run: "Run", done: "Progress") -> None:
    """Publish the digest of a rescore that wrote any lead, where anybody listens. Raises
    TryLater.
    """
    from functions.sales.digest import digest  # noqa: PLC0415  only one function needs it

    names = settings()
    if not (names.tells_digest and done.written):
        return
    urls = {"lead_url": names.alert_url, "console_url": names.console_url}
    topic().publish(digest(run, done, store(), book(), **urls))
    count("digests", 1)


def forget(lead: str) -> None:
    """Ask the one function that may to erase a lead, and wait for nothing: it ends what it began.
    Raises TryLater.
    """
    with _passing():
        client("lambda").invoke(
            FunctionName=settings().erase_function,
            InvocationType="Event",
            Payload=json.dumps({"lead": lead}).encode(),
        )


@cache
def _surroundings(*, hasty: bool) -> Surroundings:
    return Surroundings(
        store=store(hasty=hasty),
        publisher=topic(hasty=hasty),
        book=book(),
        naming=Naming(model()),
        clock=clock,
        pause=pause,
        count=count,
        gauge=gauge,
        chance=random.randint,
        refresh=Refresh(settings().refresh_minutes),
        lead_url=settings().alert_url,
        team=team(),
        tell=lambda message, **told: logger().info(message, extra=told),
    )


def topic(*, hasty: bool = False) -> Topic:
    """The topic alerts go to."""
    return Topic(_later("sns", hasty=hasty), settings().alert_topic)


@cache
def queue(url: str, *, hasty: bool = False) -> Queue:
    """A queue by its address."""
    return Queue(_later("sqs", hasty=hasty), url)


def parking(*, hasty: bool = False) -> Queue:
    """The queue on which forms wait while the table is away."""
    return queue(settings().parking_queue, hasty=hasty)


def refusals(*, hasty: bool = False) -> Queue:
    """The queue that keeps what was refused."""
    return queue(settings().refused_queue, hasty=hasty)


def lead_id(address: str) -> str:
    """Give the id of the person with this canonical address: its keyed hash, 22 letters."""
    return keyed_id(settings().lead_id_key, address)


def _later(service: str, *, hasty: bool) -> Any:
    """Give a client that is made when it is first used: few calls alert, refuse or park."""
    return _Later(partial(client, service, hasty=hasty))


class _Later:
    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make

    def __getattr__(self, name: str) -> Any:
        return getattr(self._make(), name)


@cache
def _session() -> Session:
    return get_session()


def _attribute(value: str | int) -> Any:
    kind = "Number" if isinstance(value, int) else "String"
    return {"DataType": kind, "StringValue": str(value)}


@contextmanager
def _passing() -> Iterator[None]:
    """Turn any fault of a service into TryLater: the caller repeats or leaves it to the
    schedule.
    """
    try:
        yield
    except ClientError as error:
        raise TryLater(error.response["Error"]["Code"]) from error
    except BotoCoreError as error:
        raise TryLater(type(error).__name__) from error
