"""An HTTP API before one function, as both of ours are: throttled, logged, named routes only.

The access log holds nothing of whoever asks: no address of a machine, no query, no body.
"""

from dataclasses import dataclass

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.deploy_settings import DeploySettings
from infra.python_function import PythonFunction, log_retention

INTEGRATION_SECONDS = 12  # the function's own time-out comes first
LOGGED = (
    '{"requestId":"$context.requestId","time":"$context.requestTime","method":"$context.httpMethod",'
    '"route":"$context.routeKey","status":"$context.status",'
    '"milliseconds":"$context.responseLatency","integrationError":"$context.integrationErrorMessage"}'
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the gateway lets through of all routes together; above it 429."""

    per_second: int
    burst: int


class HttpEntrance(Construct):
    """`api` has a `$default` stage that is deployed by itself; who is let in, a route says."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        api_name: str,
        pages: apigateway.CorsPreflightOptions | None,
        limits: Limits,
        settings: DeploySettings,
        authorizer: apigateway.IHttpRouteAuthorizer | None = None,
    ) -> None:
        super().__init__(scope, name)
        self.api = apigateway.HttpApi(
            self,
            "Api",
            api_name=api_name,
            create_default_stage=False,
            cors_preflight=pages,
            default_authorizer=authorizer,
        )
        self.stage = apigateway.HttpStage(
            self,
            "Stage",
            http_api=self.api,
            auto_deploy=True,
            throttle=apigateway.ThrottleSettings(
                rate_limit=limits.per_second, burst_limit=limits.burst
            ),
        )
        self._log_access(settings)

    def _log_access(self, settings: DeploySettings) -> None:
        log_group = logs.LogGroup(
            self,
            "AccessLog",
            retention=log_retention(settings.log_days),
            removal_policy=RemovalPolicy.DESTROY,
        )
        resource = self.stage.node.default_child
        assert isinstance(resource, apigateway.CfnStage)
        resource.access_log_settings = apigateway.CfnStage.AccessLogSettingsProperty(
            destination_arn=log_group.log_group_arn, format=LOGGED
        )


def handed_to(function: PythonFunction) -> integrations.HttpLambdaIntegration:
    """A request goes to the function whole (payload 2.0)."""
    return integrations.HttpLambdaIntegration(
        "Integration",
        function.function,
        payload_format_version=apigateway.PayloadFormatVersion.VERSION_2_0,
        timeout=Duration.seconds(INTEGRATION_SECONDS),
    )
