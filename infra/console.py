"""The console in AWS: a private bucket that CloudFront alone reads, and a function that fills it.

Everything else names the distribution (callback of the sign-in, CORS of the API, the link of an
alert), so the distribution names nothing of theirs: of the API its header knows the Region only.
The page itself, written last as `config.json` is, knows both addresses and narrows the header.

Modules lie in a folder named by their content and are kept for good; `index.html` and `config.json`
are asked for each time. So nothing has to be invalidated, and no page meets modules of another
release.
"""

from aws_cdk import AssetHashType, Aws, CustomResource, Duration, RemovalPolicy, Stack
from aws_cdk import aws_certificatemanager as certificates
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.console_headers import HEADERS, connected_to, content_policy
from infra.console_release import PAGE, ConsoleRelease, narrowed
from infra.deploy_settings import DeploySettings
from infra.nag import acknowledge
from infra.python_function import MEMORY_MB, log_retention
from infra.sign_in import sign_in_pages

REMEMBERED = Duration.days(365)  # that this host speaks TLS only
PUBLISHER_SECONDS = 60
GIVEN_UP_SECONDS = 120  # CloudFormation itself would wait for an hour
OWN_CERTIFICATE = "AwsSolutions-CFR4"
ACCEPTED = {
    "AwsSolutions-CFR1": "People sign in from where they are; leads are behind a token, not here.",
    "AwsSolutions-CFR2": "Nothing is computed here: it hands out files that anyone may read.",
    "AwsSolutions-CFR3": "A log would hold the addresses of machines, which no log of ours does.",
    OWN_CERTIFICATE: "Its own certificate takes no minimum; with console_domain it is TLS 1.2.",
}


class Console(Construct):
    """`address` is where people open it, with a slash at its end; `lead_address` begins the link to
    a lead; `target` is what an own host name points at.
    """

    def __init__(self, scope: Construct, name: str, settings: DeploySettings) -> None:
        super().__init__(scope, name)
        self._settings = settings
        self.files = self._bucket()
        distribution = self._distribution()
        self.target = distribution.distribution_domain_name
        self.address = f"https://{settings.console_domain or self.target}/"
        self.lead_address = f"{self.address}#/leads/"

    def publish(self, release: ConsoleRelease, *, api: str, sign_in: str, client: str) -> None:
        """Put the files, and tell them where `api` and `sign_in` are, and as which `client`."""
        config = {"api": api, "sign_in": sign_in, "client": client, "redirect": self.address}
        pages = {
            PAGE: narrowed(release.page, connected_to([api, sign_in])),
            "config.json": Stack.of(self).to_json_string(config),
        }
        publisher, role = self._publisher(release)
        put = CustomResource(
            self,
            "Release",
            service_token=publisher.function_arn,
            resource_type="Custom::ConsoleRelease",
            service_timeout=Duration.seconds(GIVEN_UP_SECONDS),
            properties={
                "Bucket": self.files.bucket_name,
                "Release": release.name,
                "Pages": pages,
                "KeepFiles": "true" if self._settings.keep_data else "false",
            },
        )
        put.node.add_dependency(role)

    def _bucket(self) -> s3.Bucket:
        kept = self._settings.keep_data
        bucket = s3.Bucket(
            self,
            "Files",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            removal_policy=RemovalPolicy.RETAIN if kept else RemovalPolicy.DESTROY,
        )
        acknowledge(
            bucket,
            "AwsSolutions-S1",
            "It holds what anyone may read in the repository, and only CloudFront reads it.",
        )
        return bucket

    def _distribution(self) -> cloudfront.Distribution:
        settings = self._settings
        distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"{settings.service}: the console",
            default_root_object=PAGE,
            default_behavior=cloudfront.BehaviorOptions(
                origin=origins.S3BucketOrigin.with_origin_access_control(
                    self.files, origin_access_control=self._access()
                ),
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,  # as files say
                compress=True,
                response_headers_policy=self._headers(),
            ),
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            price_class=cloudfront.PriceClass.PRICE_CLASS_100,
            domain_names=[settings.console_domain] if settings.console_domain else None,
            certificate=self._certificate(settings.console_certificate),
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
        )
        self._accept(distribution)
        return distribution

    def _certificate(self, arn: str | None) -> certificates.ICertificate | None:
        if arn is None:
            return None
        return certificates.Certificate.from_certificate_arn(self, "Certificate", arn)

    def _access(self) -> cloudfront.S3OriginAccessControl:
        return cloudfront.S3OriginAccessControl(
            self, "Access", origin_access_control_name=self._named("access")
        )

    def _named(self, what: str) -> str:
        """CloudFront knows one name once in an account, whatever the Region."""
        return f"{self._settings.service}-{what}-{Aws.REGION}"

    def _headers(self) -> cloudfront.ResponseHeadersPolicy:
        policy = content_policy(
            f"https://*.execute-api.{Aws.REGION}.amazonaws.com", sign_in_pages(self._settings)
        )
        return cloudfront.ResponseHeadersPolicy(
            self,
            "Headers",
            response_headers_policy_name=self._named("headers"),
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=policy, override=True
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=cloudfront.HeadersReferrerPolicy.NO_REFERRER, override=True
                ),
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=REMEMBERED, override=True
                ),
            ),
            custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
                custom_headers=[
                    cloudfront.ResponseCustomHeader(
                        header="permissions-policy",
                        value=HEADERS["permissions-policy"],
                        override=True,
                    )
                ]
            ),
        )

    def _publisher(self, release: ConsoleRelease) -> tuple[lambda_.Function, iam.Role]:
        log_group = logs.LogGroup(
            self,
            "PublisherLog",
            retention=log_retention(self._settings.log_days),
            removal_policy=RemovalPolicy.DESTROY,
        )
        role = iam.Role(
            self, "PublisherRole", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")
        )
        for actions, resource in self._allowed(log_group):
            role.add_to_policy(iam.PolicyStatement(actions=actions, resources=[resource]))
        function = lambda_.Function(
            self,
            "Publisher",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            handler="console_publisher.handler",
            code=lambda_.Code.from_asset(
                str(release.asset),
                asset_hash=release.asset.name,
                asset_hash_type=AssetHashType.CUSTOM,
            ),
            memory_size=MEMORY_MB,
            timeout=Duration.seconds(PUBLISHER_SECONDS),
            role=role.without_policy_updates(),
            log_group=log_group,
        )
        acknowledge(
            role,
            f"AwsSolutions-IAM5[Resource::<{_id(self.files)}.Arn>/*]",
            "Files of one bucket, which holds nothing else; a release names its own.",
        )
        return function, role

    def _allowed(self, log_group: logs.LogGroup) -> list[tuple[list[str], str]]:
        own_log = (["logs:CreateLogStream", "logs:PutLogEvents"], log_group.log_group_arn)
        files = self.files.arn_for_objects("*")
        if self._settings.keep_data:
            return [own_log, (["s3:PutObject"], files)]
        emptying = (["s3:ListBucket"], self.files.bucket_arn)
        return [own_log, (["s3:PutObject", "s3:DeleteObject"], files), emptying]

    def _accept(self, distribution: cloudfront.Distribution) -> None:
        for rule, reason in ACCEPTED.items():
            if rule != OWN_CERTIFICATE or not self._settings.console_domain:
                acknowledge(distribution, rule, reason)


def _id(bucket: s3.Bucket) -> str:
    resource = bucket.node.default_child
    assert isinstance(resource, s3.CfnBucket)
    return Stack.of(bucket).get_logical_id(resource)
