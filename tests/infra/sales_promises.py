"""What the template promises of the sales API and of who signs in to it.

Read off the JSON of a stack that has its own console and another page of it; the tables are the
reviewed ones, and know nothing of the code that makes the template.
"""

import re
from collections.abc import Mapping
from typing import Any

from tests.infra.template_reading import Template, named, of_api, of_type, properties

CONSOLE = "https://sales.example.com"  # where the promised template has another page of it
POOL = "PeoplePool74375F38"  # another logical id would be another, empty pool: nobody could sign in
READ, WRITE, ADMIN = ["leads/read"], ["leads/write"], ["leads/admin"]
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
SALES_PAGES = {
    "AllowCredentials": False,
    "AllowHeaders": ["authorization", "content-type", "if-match", "idempotency-key"],
    "AllowMethods": ["GET", "POST", "PUT", "PATCH", "DELETE"],
    "ExposeHeaders": ["etag", "link"],
    "MaxAge": 3600,
}
EVERY_CLIENT = {  # what both clients have
    "AccessTokenValidity": 60,
    "AllowedOAuthFlowsUserPoolClient": True,
    "EnableTokenRevocation": True,
    "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"],  # no password leaves the hosted page
    "PreventUserExistenceErrors": "ENABLED",
    "UserPoolId": {"Ref": POOL},
}


def every_route_of_sales_asks_for_a_token_with_its_scope(template: Template) -> None:
    """No proxy and no $default: whatever is not in the table is answered by the gateway."""
    (authorizer,) = of_type(template, "AWS::ApiGatewayV2::Authorizer")
    routes = of_api(template, "AWS::ApiGatewayV2::Route", "Sales").values()
    assert {route["RouteKey"]: route["AuthorizationScopes"] for route in routes} == ROUTES
    assert len(routes) == len(ROUTES)
    for route in routes:
        assert route["AuthorizationType"] == "JWT"
        assert route["AuthorizerId"] == {"Ref": authorizer}


def tokens_are_those_of_the_two_clients_of_the_pool(template: Template) -> None:
    (authorizer,) = of_api(template, "AWS::ApiGatewayV2::Authorizer", "Sales").values()
    assert authorizer["AuthorizerType"] == "JWT"
    assert authorizer["IdentitySource"] == ["$request.header.Authorization"]
    host = ["https://cognito-idp.", {"Ref": "AWS::Region"}, ".amazonaws.com/"]
    clients = [{"Ref": _client(template, name)} for name in ("Machine", "Console")]
    issuer = {"Fn::Join": ["", [*host, {"Ref": POOL}]]}
    assert authorizer["JwtConfiguration"] == {"Audience": clients, "Issuer": issuer}
    assert template["Outputs"]["Issuer"]["Value"] == issuer


def sales_may_be_called_by_pages_of_the_console_alone(template: Template) -> None:
    api = named(template, "AWS::ApiGatewayV2::Api", "SalesApi")
    assert api["ProtocolType"] == "HTTP"
    assert api["CorsConfiguration"] == SALES_PAGES | {
        "AllowOrigins": [_of_the_stack(template), CONSOLE]
    }


def people_are_made_by_admins_alone(template: Template) -> None:
    assert _words_left_out(_pool(template), "UserPoolName", "UserPoolTags") == {
        "AccountRecoverySetting": {
            "RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]
        },
        "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
        "DeletionProtection": "ACTIVE",
        "EnabledMfas": ["SOFTWARE_TOKEN_MFA"],
        "MfaConfiguration": "OPTIONAL",
        "Policies": {
            "PasswordPolicy": {
                "MinimumLength": 12,
                "RequireLowercase": True,
                "RequireNumbers": True,
                "RequireSymbols": True,
                "RequireUppercase": True,
                "TemporaryPasswordValidityDays": 7,
            }
        },
        "Schema": [{"Mutable": True, "Name": "email", "Required": True}],
        "UserPoolTier": "ESSENTIALS",
        "UsernameConfiguration": {"CaseSensitive": False},
    }, "an alias or an attribute as user name would put a random name into tokens"


def people_who_sign_in_cannot_be_lost(template: Template) -> None:
    """D16"""
    pool = template["Resources"][POOL]
    assert pool["Type"] == "AWS::Cognito::UserPool"
    assert pool["DeletionPolicy"] == pool["UpdateReplacePolicy"] == "Retain"
    assert pool["Properties"]["DeletionProtection"] == "ACTIVE"


def the_console_has_no_secret_and_signs_in_by_code_alone(template: Template) -> None:
    """Without a secret, so that the verifier of the page which asked is what counts (PKCE)."""
    pages = [_of_the_stack(template, "/"), f"{CONSOLE}/"]
    client = template["Resources"][_client(template, "Console")]["Properties"]
    assert _words_left_out(client, "ClientName") == EVERY_CLIENT | {
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", *READ, *WRITE, "leads/admin"],
        "CallbackURLs": pages,
        "GenerateSecret": False,
        "IdTokenValidity": 60,
        "LogoutURLs": pages,
        "RefreshTokenValidity": 12,
        "SupportedIdentityProviders": ["COGNITO"],
        "TokenValidityUnits": {
            "AccessToken": "minutes",
            "IdToken": "minutes",
            "RefreshToken": "hours",
        },
    }


def a_machine_signs_in_by_its_secret_and_is_no_admin(template: Template) -> None:
    client = template["Resources"][_client(template, "Machine")]["Properties"]
    assert _words_left_out(client, "ClientName") == EVERY_CLIENT | {
        "AllowedOAuthFlows": ["client_credentials"],
        "AllowedOAuthScopes": [*READ, *WRITE],
        "GenerateSecret": True,
        "TokenValidityUnits": {"AccessToken": "minutes"},
    }
    assert len(of_type(template, "AWS::Cognito::UserPoolClient")) == 2


def scopes_are_defined_before_a_client_asks_for_them(template: Template) -> None:
    (name,) = of_type(template, "AWS::Cognito::UserPoolResourceServer")
    server = template["Resources"][name]["Properties"]
    assert server["Identifier"] == "leads"
    assert [scope["ScopeName"] for scope in server["Scopes"]] == ["read", "write", "admin"]
    assert all(scope["ScopeDescription"][0].isupper() for scope in server["Scopes"])
    assert server["UserPoolId"] == {"Ref": POOL}
    for client in of_type(template, "AWS::Cognito::UserPoolClient").values():
        assert client["DependsOn"] == [name]


def people_have_the_roles_that_the_code_knows(template: Template) -> None:
    groups = properties(template, "AWS::Cognito::UserPoolGroup").values()
    assert [_words_left_out(group, "Description") for group in groups] == [
        {"GroupName": name, "UserPoolId": {"Ref": POOL}} for name in ("reps", "managers", "admins")
    ], "no role of AWS comes with a group"


def people_sign_in_on_a_host_of_this_account(template: Template) -> None:
    (name,) = of_type(template, "AWS::Cognito::UserPoolDomain")
    stage = _pool(template)["UserPoolName"]
    assert template["Resources"][name]["Properties"] == {
        "Domain": {"Fn::Join": ["", [f"{stage}-", {"Ref": "AWS::AccountId"}]]},
        "UserPoolId": {"Ref": POOL},
    }
    host = [{"Ref": name}, ".auth.", {"Ref": "AWS::Region"}, ".amazoncognito.com"]
    assert template["Outputs"]["SignIn"]["Value"] == {"Fn::Join": ["", ["https://", *host]]}


def outputs_say_where_sales_is(template: Template) -> None:
    outputs = {name: output["Value"] for name, output in template["Outputs"].items()}
    (api,) = [one for one in of_type(template, "AWS::ApiGatewayV2::Api") if one.startswith("Sales")]
    assert outputs["SalesApi"] == {"Fn::GetAtt": [api, "ApiEndpoint"]}
    assert outputs["UserPool"] == {"Ref": POOL}
    for name in ("Machine", "Console"):
        assert outputs[f"{name}Client"] == {"Ref": _client(template, name)}, "never its secret"


def _of_the_stack(template: Template, path: str = "") -> dict[str, Any]:
    """The address of the stack's own console."""
    (distribution,) = of_type(template, "AWS::CloudFront::Distribution")
    host = {"Fn::GetAtt": [distribution, "DomainName"]}
    return {"Fn::Join": ["", ["https://", host, *([path] if path else [])]]}


def _pool(template: Template) -> Mapping[str, Any]:
    (pool,) = properties(template, "AWS::Cognito::UserPool").values()
    return pool


def _client(template: Template, name: str) -> str:
    clients = of_type(template, "AWS::Cognito::UserPoolClient")
    (found,) = [one for one in clients if re.fullmatch(rf"People{name}Client[0-9A-F]{{8}}", one)]
    return found


def _words_left_out(written: Mapping[str, Any], *words: str) -> dict[str, Any]:
    assert all(written[word] for word in words)
    return {name: value for name, value in written.items() if name not in words}
