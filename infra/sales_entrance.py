"""The sales API: the console's and a CRM's way in, each route behind a token and its scope.

Routes are listed one by one. What is not listed is answered by the gateway, and without its scope
the ID token of a signed-in person would pass for an access token.
"""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from constructs import Construct

from infra.console_headers import origin_of
from infra.deploy_settings import DeploySettings
from infra.http_entrance import HttpEntrance, Limits, handed_to
from infra.python_function import PythonFunction
from infra.scopes import ADMIN, READ, WRITE
from infra.sign_in import SignIn

SECONDS = 10
ROUTES = {
    "GET /leads": READ,
    "POST /leads": WRITE,
    "GET /leads/{id}": READ,
    "GET /leads/{id}/score": READ,
    "GET /leads/{id}/export": ADMIN,
    "DELETE /leads/{id}": ADMIN,
    "PATCH /leads/{id}/answers": WRITE,
    "PUT /leads/{id}/ticks": WRITE,
    "PUT /leads/{id}/outcome": WRITE,
    "PUT /leads/{id}/owner": WRITE,
    "POST /leads/{id}/contacted": WRITE,
    "PUT /leads/{id}/later": WRITE,
    "POST /leads/{id}/reject": WRITE,
    "GET /leads.csv": READ,
    "GET /reports/quality": READ,
    "GET /reports/quality.csv": READ,
    "GET /reports/completeness": READ,
    "GET /reports/goals": READ,
    "GET /me": READ,
    "GET /openapi.json": READ,
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
HEADERS = ["authorization", "content-type", "if-match", "idempotency-key"]


class SalesEntrance(HttpEntrance):
    """`address` is where the API stands, without a slash at its end; pages of `consoles` may call
    it.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        function: PythonFunction,
        sign_in: SignIn,
        consoles: Sequence[str],
        settings: DeploySettings,
    ) -> None:
        super().__init__(
            scope,
            name,
            api_name=f"{settings.service}-sales",
            pages=_cors(consoles) if consoles else None,
            limits=Limits(settings.sales_per_second, settings.sales_burst),
            settings=settings,
            authorizer=authorizers.HttpJwtAuthorizer(
                "Authorizer", sign_in.issuer, jwt_audience=sign_in.audience
            ),
        )
        integration = handed_to(function)
        for route, needed in ROUTES.items():
            method, path = route.split(" ")
            self.api.add_routes(
                path=path,
                methods=[apigateway.HttpMethod[method]],
                integration=integration,
                authorization_scopes=[needed],
            )
        self.address = self.api.api_endpoint


def _cors(addresses: Sequence[str]) -> apigateway.CorsPreflightOptions:
    """A page sends its token itself, in a header: no credentials of the browser are let in."""
    return apigateway.CorsPreflightOptions(
        allow_origins=list(dict.fromkeys(origin_of(address) for address in addresses)),
        allow_methods=[apigateway.CorsHttpMethod[method] for method in METHODS],
        allow_headers=HEADERS,
        expose_headers=["etag", "link"],
        allow_credentials=False,
        max_age=Duration.hours(1),
    )
