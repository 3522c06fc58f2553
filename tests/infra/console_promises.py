"""What the template promises of the console: who reads its files, how they are served, what the
page is told.

Read off the JSON; of the code that makes it, they know the files of `web/` and nothing else.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from infra.local.prepare import ROOT
from tests.infra.template_reading import (
    Template,
    lead_functions,
    named,
    of_type,
    properties,
    short_resource,
)

WEB = ROOT / "web"
TOLD = {"api", "sign_in", "client", "redirect"}  # what the page is told in AWS
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self' https://*.execute-api.AWS::Region.amazonaws.com {sign_in}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
OPTIMIZED = (
    "658327ea-f89d-4fab-a63d-7e88639e58f6"  # CloudFront's own: as the files say, 1 s at least
)
HOST = "https://WebConsoleDistribution.DomainName/"


def files_of_the_console_are_read_by_its_distribution_alone(template: Template) -> None:
    (name,) = of_type(template, "AWS::S3::Bucket")
    bucket = template["Resources"][name]
    assert bucket["DeletionPolicy"] == bucket["UpdateReplacePolicy"] == "Retain"
    encrypted = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    assert _untagged(bucket["Properties"]) == {
        "BucketEncryption": {"ServerSideEncryptionConfiguration": [encrypted]},
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
    }
    (policy,) = properties(template, "AWS::S3::BucketPolicy").values()
    assert policy["Bucket"] == {"Ref": name}
    without_tls, read = policy["PolicyDocument"]["Statement"]
    assert _read_aloud(without_tls) == {
        "Action": "s3:*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Resource": ["WebConsoleFiles.Arn", "WebConsoleFiles.Arn/*"],
    }
    ours = "arn:AWS::Partition:cloudfront::AWS::AccountId:distribution/WebConsoleDistribution"
    assert _read_aloud(read) == {
        "Action": "s3:GetObject",
        "Condition": {"StringEquals": {"AWS:SourceArn": ours}},
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Resource": "WebConsoleFiles.Arn/*",
    }


def the_console_is_served_over_tls_as_its_files_say(template: Template) -> None:
    distribution = _read_aloud(_only(template, "AWS::CloudFront::Distribution"))
    config = distribution["DistributionConfig"]
    (origin,) = config.pop("Origins")
    assert config.pop("Comment")
    assert config == {
        "DefaultCacheBehavior": {
            "CachePolicyId": OPTIMIZED,
            "Compress": True,
            "ResponseHeadersPolicyId": "WebConsoleHeaders",
            "TargetOriginId": origin.pop("Id"),
            "ViewerProtocolPolicy": "redirect-to-https",
        },
        "DefaultRootObject": "index.html",
        "Enabled": True,
        "HttpVersion": "http2and3",
        "IPV6Enabled": True,
        "PriceClass": "PriceClass_100",
    }
    assert origin == {
        "DomainName": "WebConsoleFiles.RegionalDomainName",
        "OriginAccessControlId": "WebConsoleAccess.Id",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    access = _only(template, "AWS::CloudFront::OriginAccessControl")["OriginAccessControlConfig"]
    assert {key: value for key, value in access.items() if key != "Name"} == {
        "OriginAccessControlOriginType": "s3",
        "SigningBehavior": "always",
        "SigningProtocol": "sigv4",
    }


def the_page_runs_its_own_files_and_shows_in_no_frame(template: Template) -> None:
    written = _only(template, "AWS::CloudFront::ResponseHeadersPolicy")
    headers = _read_aloud(written["ResponseHeadersPolicyConfig"])
    del headers["Name"]
    host = _read_aloud(_only(template, "AWS::Cognito::UserPoolDomain")["Domain"])
    policy = POLICY.format(sign_in=f"https://{host}.auth.AWS::Region.amazoncognito.com")
    assert headers == {
        "CustomHeadersConfig": {
            "Items": [
                {
                    "Header": "permissions-policy",
                    "Override": True,
                    "Value": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
                }
            ]
        },
        "SecurityHeadersConfig": {
            "ContentSecurityPolicy": {"ContentSecurityPolicy": policy, "Override": True},
            "ContentTypeOptions": {"Override": True},
            "ReferrerPolicy": {"Override": True, "ReferrerPolicy": "no-referrer"},
            "StrictTransportSecurity": {"AccessControlMaxAgeSec": 31_536_000, "Override": True},
        },
    }


def the_page_is_told_where_it_is_and_whom_it_may_call(template: Template) -> None:
    release = _release(template)
    assert set(release["Pages"]) == {"config.json", "index.html"}
    told = json.loads(release["Pages"]["config.json"])
    sign_in = "https://PeopleDomain.auth.AWS::Region.amazoncognito.com"
    assert told == {
        "api": "SalesApi.ApiEndpoint",
        "sign_in": sign_in,
        "client": "PeopleConsoleClient",
        "redirect": HOST,
    }
    page = release["Pages"]["index.html"]
    narrowed = f"connect-src 'self' SalesApi.ApiEndpoint {sign_in}"
    assert page.count(f'<meta http-equiv="content-security-policy" content="{narrowed}">') == 1


def the_page_names_files_of_its_own_release(template: Template) -> None:
    """Then nothing that is kept for good is ever asked for under a name it had before."""
    release = _release(template)
    assert re.fullmatch(r"[0-9a-f]{16}", release["Release"])
    written = (WEB / "index.html").read_text("utf-8")
    page = re.sub(r'\n    <meta http-equiv="content-security-policy" [^>]*>', "", _page(release))
    assert page.replace(f'"{release["Release"]}/', '"') == written
    assert set(re.findall(rf'"{release["Release"]}/([^"]+)"', page)) == {
        path.name for path in WEB.iterdir() if path.name != "index.html"
    }


def the_release_is_put_before_the_deployment_ends(template: Template) -> None:
    release = _release(template)
    assert set(release) == {
        "ServiceToken", "ServiceTimeout", "Bucket", "Release", "Pages", "KeepFiles",
    }  # fmt: skip
    assert release["ServiceToken"] == "WebConsolePublisher.Arn"
    assert release["Bucket"] == "WebConsoleFiles"
    assert release["KeepFiles"] == "true"
    publisher = _untagged(named(template, "AWS::Lambda::Function", "WebConsolePublisher"))
    assert {key: value for key, value in publisher.items() if key not in {"Code", "Runtime"}} == {
        "Architectures": ["arm64"],
        "Handler": "console_publisher.handler",
        "LoggingConfig": {"LogGroup": publisher["LoggingConfig"]["LogGroup"]},
        "MemorySize": 512,
        "Role": publisher["Role"],
        "Timeout": 60,
    }
    assert short_resource(publisher["Role"]) == "WebConsolePublisherRole"
    assert short_resource(publisher["LoggingConfig"]["LogGroup"]) == "WebConsolePublisherLog"
    assert publisher["Timeout"] < int(release["ServiceTimeout"]) == 120


def an_alert_links_to_the_console(template: Template) -> None:
    for function in lead_functions(template).values():
        link = function["Environment"]["Variables"]["ALERT_URL"]
        assert _read_aloud(link) == f"{HOST}#/leads/"


def outputs_say_where_the_console_is(template: Template) -> None:
    outputs = {name: _read_aloud(one["Value"]) for name, one in template["Outputs"].items()}
    assert outputs["Console"] == HOST
    assert outputs["ConsoleTarget"] == "WebConsoleDistribution.DomainName"


def _release(template: Template) -> dict[str, Any]:
    read: dict[str, Any] = _read_aloud(_only(template, "Custom::ConsoleRelease"))
    return read


def _page(release: Mapping[str, Any]) -> str:
    return str(release["Pages"]["index.html"])


def _only(template: Template, kind: str) -> dict[str, Any]:
    (found,) = properties(template, kind).values()
    return _untagged(found)


def _untagged(written: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in written.items() if name != "Tags"}


def _read_aloud(value: Any) -> Any:
    """References become names: `SalesApi.ApiEndpoint`, and what is joined is one text."""
    if isinstance(value, list):
        return [_read_aloud(part) for part in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"Ref"}:
        return _name(value["Ref"])
    if set(value) == {"Fn::GetAtt"}:
        name, attribute = value["Fn::GetAtt"]
        return f"{_name(name)}.{attribute}"
    if set(value) == {"Fn::Join"}:
        between, parts = value["Fn::Join"]
        return between.join(_read_aloud(part) for part in parts)
    return {key: _read_aloud(part) for key, part in value.items()}


def _name(logical_id: str) -> str:
    return re.sub(r"[0-9A-F]{8}$", "", logical_id)
