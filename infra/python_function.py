"""A Lambda function as all of ours are: its own role that names actions, its own log group, no
surprises.
"""

import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from aws_cdk import AssetHashType, CfnParameter, Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.deploy_settings import DeploySettings
from infra.nag import acknowledge

PYTHON = f"python3.{sys.version_info.minor}"  # that of the interpreter that made the .pyc files
MEMORY_MB = 512
LAYER = f"/aws/service/powertools/python/arm64/{PYTHON}/{version('aws-lambda-powertools')}"


class PythonFunction(Construct):
    """One handler of `functions/`. Grants are made with `allow`, which names each action."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        module: str,
        timeout_seconds: int,
        asset: Path,
        layer: str,
        settings: DeploySettings,
        environment: Mapping[str, str],
    ) -> None:
        super().__init__(scope, name)
        self.timeout_seconds = timeout_seconds
        self.log_group = logs.LogGroup(
            self,
            "Log",
            retention=log_retention(settings.log_days),
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        self.allow(["logs:CreateLogStream", "logs:PutLogEvents"], [self.log_group.log_group_arn])
        if settings.tracing:
            self._allow_traces()
        self.function = lambda_.Function(
            self,
            "Function",
            runtime=lambda_.Runtime(PYTHON, lambda_.RuntimeFamily.PYTHON),
            architecture=lambda_.Architecture.ARM_64,
            handler=f"functions.{module}.handler",
            code=lambda_.Code.from_asset(
                str(asset), asset_hash=asset.name, asset_hash_type=AssetHashType.CUSTOM
            ),
            memory_size=MEMORY_MB,
            timeout=Duration.seconds(timeout_seconds),
            role=self.role.without_policy_updates(),
            log_group=self.log_group,
            logging_format=lambda_.LoggingFormat.TEXT,  # powertools writes the JSON
            reserved_concurrent_executions=settings.reserved_concurrency,
            tracing=lambda_.Tracing.ACTIVE if settings.tracing else lambda_.Tracing.DISABLED,
            environment=dict(environment),
        )
        resource = self.function.node.default_child
        assert isinstance(resource, lambda_.CfnFunction)
        resource.layers = [layer]

    def allow(self, actions: list[str], resources: list[str]) -> None:
        self.role.add_to_policy(iam.PolicyStatement(actions=actions, resources=resources))

    def _allow_traces(self) -> None:
        self.allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], ["*"])
        acknowledge(
            self.role,
            "AwsSolutions-IAM5[Resource::*]",
            "X-Ray knows no resources: its two actions can be allowed on * only.",
        )


def log_retention(days: int) -> logs.RetentionDays:
    names = {1: "ONE_DAY", 3: "THREE_DAYS", 5: "FIVE_DAYS", 7: "ONE_WEEK", 14: "TWO_WEEKS"}
    names |= {30: "ONE_MONTH", 60: "TWO_MONTHS", 90: "THREE_MONTHS", 180: "SIX_MONTHS"}
    return logs.RetentionDays[(names | {365: "ONE_YEAR"})[days]]


def powertools_layer(scope: Construct) -> str:
    """The ARN of the public layer (account 017000801446) with the very version that is locked.

    The number in a layer's ARN is not the package's version; its publisher writes the ARN under
    that version into a public parameter of every Region. It is a parameter of the template,
    because a cloud on one machine has none.
    """
    return CfnParameter(
        scope,
        "PowertoolsLayer",
        type="AWS::SSM::Parameter::Value<String>",
        default=LAYER,
        description="Where the ARN of the Powertools layer stands, of the version that is locked",
    ).value_as_string
