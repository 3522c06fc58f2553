"""Finds the running system a command works with: the one on this machine, or a stack in AWS.

On this machine `.local/stack.json` tells its addresses; in AWS the stack's own outputs do, so
nothing has to be configured. Whatever AWS answers instead of doing it becomes one line that says
what to do.
"""

import json
import os
import re
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
)

from cli.model_file import load_model, settings
from cli.problem import ProblemError
from cli.usage.parts import MODEL_FILE
from functions.intake.email_address import AddressError, read_address
from functions.leads.lead_identity import keyed_id
from functions.leads.lead_table import LeadTable, TryLater
from functions.scoring.instants import SECOND_MS

if TYPE_CHECKING:
    from infra.deploy_settings import DeploySettings

STACK_FILE = Path(".local") / "stack.json"
_VERSION = re.compile(r"[0-9a-f]{12}")  # of a model: its fingerprint, which no file is called
PATIENT = Config(
    connect_timeout=3, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 5}
)  # a person waits, and would rather wait than start again


@dataclass(frozen=True, slots=True)
class RunningStack:
    """Addresses of a running system. `place` says where it is, for people; `deployed_at` is when it
    was last brought up or changed (UTC ms).
    """

    name: str
    place: str
    form_address: str
    bus: str
    activity_queue: str
    leads_table: str
    facts_table: str
    deployed_at: int
    session: Any
    endpoint: str | None = None
    model_file: str | None = None
    outputs: Mapping[str, str] = field(default_factory=dict)
    clients: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_local(self) -> bool:
        """Whether it runs on this machine."""
        return self.endpoint is not None

    @property
    def option(self) -> str:
        """What to add to a command so that it means this system."""
        return "" if self.is_local else f" --stack {self.name}"

    def output(self, name: str) -> str:
        """One of the stack's outputs. Raises ProblemError."""
        try:
            return self.outputs[name]
        except KeyError as missing:
            raise ProblemError(_no_output(self.name, missing)) from missing

    def queue(self, name: str) -> str:
        """Address of the queue of an output, as this machine reaches it. Raises ProblemError."""
        url = self.output(name)
        return f"{self.endpoint}/{url.split('/', 3)[3]}" if self.endpoint else url

    def client(self, service: str) -> Any:
        """A client of one AWS service there; making one takes longer than most calls."""
        if service not in self.clients:
            self.clients[service] = self.session.client(
                service, endpoint_url=self.endpoint, config=PATIENT
            )
        return self.clients[service]

    def model(self, options: Namespace) -> Mapping[str, Any]:
        """Load the model asked for, a file or the version of one that was deployed here; else the
        one this system runs where that is known. Raises ProblemError.
        """
        asked = options.model
        if asked and _VERSION.fullmatch(asked) and not Path(asked).exists():
            from cli.kept_models import kept_model_of  # noqa: PLC0415  (it needs a RunningStack)

            return kept_model_of(self, asked).compiled
        return load_model(asked or self.model_file or MODEL_FILE)

    def table(self, model: Mapping[str, Any]) -> LeadTable:
        """Leads and their history."""
        return LeadTable(
            self.client("dynamodb"), self.leads_table, self.facts_table, model["retention"]
        )

    def lead_ids(self) -> "LeadIds":
        """Fetch the key of the lead ids: canonical addresses to ids. Raises ProblemError."""
        keys = self.client("secretsmanager")
        secret = keys.get_secret_value(SecretId=self.output("LeadIdKey"))
        return LeadIds(secret["SecretString"].encode())


@dataclass(frozen=True, slots=True)
class LeadIds:
    """Turns addresses into lead ids, as the functions do."""

    key: bytes

    def __call__(self, address: str) -> str:
        """Give the id of a canonical address."""
        return keyed_id(self.key, address)


def find_stack(options: Namespace) -> RunningStack:
    """Find the running system: --stack, else this machine's. Raises ProblemError.

    A stack in AWS has to be named, even to look at it: it holds real people, and whoever tries the
    command may carry credentials without thinking of them.
    """
    if options.stack:
        return _in_aws(options.stack, options)
    local = _on_this_machine()
    if local is not None:
        return local
    raise ProblemError(
        "no system runs on this machine; start one with make up, or say --stack "
        f"{deploy_settings().stack_name} for the one in AWS"
    )


def deploy_settings() -> "DeploySettings":
    """What `cdk.json` of this folder would deploy. Raises ProblemError."""
    from infra.deploy_settings import InvalidSettings, read_settings  # noqa: PLC0415  (AWS only)

    try:
        return read_settings(settings())
    except InvalidSettings as invalid:
        raise ProblemError(str(invalid)) from invalid


def canonical_address(text: str) -> str:
    """Read an address as the system knows it. Raises ProblemError."""
    try:
        return read_address(text).canonical
    except AddressError as error:
        raise ProblemError(f"{text}: this is no e-mail address; check how it is written") from error


@contextmanager
def aws_faults(options: Namespace) -> Iterator[None]:
    """Turn what AWS, or the way to it, answers instead of doing it into a ProblemError."""
    try:
        yield
    except (NoCredentialsError, ProfileNotFound) as error:
        raise ProblemError(
            f"AWS: {error}; set AWS_PROFILE or say --profile, and sign in"
        ) from error
    except NoRegionError as error:
        raise ProblemError("AWS: no Region is set; set AWS_REGION or say --region") from error
    except EndpointConnectionError as error:
        advice = "check the Region and the network" if options.stack else "start it with make up"
        raise ProblemError(f"the system does not answer; {advice}") from error
    except ClientError as error:
        raise ProblemError(_refused(error)) from error
    except (BotoCoreError, TryLater) as error:
        raise ProblemError(f"AWS did not answer as asked ({error}); try again") from error


def _on_this_machine() -> RunningStack | None:
    try:
        told = json.loads(STACK_FILE.read_text(encoding="utf-8"))
        return RunningStack(
            name=told["stack"],
            place="the system on this machine",
            form_address=told["form_address"],
            bus=told["bus"],
            activity_queue=told["activity_queue"],
            leads_table=told["leads_table"],
            facts_table=told["facts_table"],
            deployed_at=STACK_FILE.stat().st_mtime_ns // 1_000_000,
            session=boto3.Session(
                aws_access_key_id=told["access_key"],
                aws_secret_access_key=told["secret_key"],
                region_name=told["region"],
            ),
            endpoint=told["endpoint"],
            model_file=told["model"],
            outputs=told["outputs"],
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ProblemError(
            f"{STACK_FILE} cannot be read; make down and make up write it anew"
        ) from error


def _in_aws(name: str, options: Namespace) -> RunningStack:
    region = options.region or os.environ.get("AWS_REGION")  # which boto3 alone does not read
    session: Any = boto3.Session(profile_name=options.profile, region_name=region)
    described = session.client("cloudformation", config=PATIENT).describe_stacks(StackName=name)
    stack = described["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
    deployed = stack.get("LastUpdatedTime", stack["CreationTime"])
    try:
        return RunningStack(
            name=name,
            place=f"{name} in AWS, Region {session.region_name}",
            form_address=outputs["FormAddress"],
            bus=outputs["ActivityBus"],
            activity_queue=outputs["ActivityQueue"],
            leads_table=outputs["LeadsTable"],
            facts_table=outputs["FactsTable"],
            deployed_at=int(deployed.timestamp() * SECOND_MS),
            session=session,
            outputs=outputs,
        )
    except KeyError as missing:
        raise ProblemError(_no_output(name, missing)) from missing


def _no_output(stack: str, missing: KeyError) -> str:
    return (
        f"the stack {stack} has no output {missing}; is it a lead-scoring stack? "
        "make deploy brings it up to date"
    )


def _refused(error: ClientError) -> str:
    code = error.response["Error"]["Code"]
    message = error.response["Error"].get("Message", "")
    if error.operation_name == "DescribeStacks" and "does not exist" in message:
        return f"AWS: {message}; say --stack NAME, --region and --profile of the one you mean"
    if code in {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}:
        return f"AWS: {message}; ask for the permission, or use another --profile"
    if code.startswith(("ExpiredToken", "InvalidClientToken", "UnrecognizedClient")):
        return f"AWS: {message}; sign in again"
    return f"AWS, {error.operation_name}: {code}: {message}; try again"
