"""Who signs people and machines in: a user pool of our own, or an issuer that is there already.

A scope says what a client may ask for; what a person may do comes from `cognito:groups` and is
decided by the function. User names are the mail addresses themselves: were the address an alias, an
access token would carry a random name, and no rep would be known by it.
"""

from collections.abc import Sequence

from aws_cdk import Aws, RemovalPolicy
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.deploy_settings import DeploySettings
from infra.nag import acknowledge
from infra.scopes import ADMIN, READ, SCOPES, SERVER, WRITE

GROUPS = {
    "reps": "See every lead, write to their own and to those of nobody",
    "managers": "Write to every lead",
    "admins": "Export and erase too",
}
PASSWORD_LENGTH_MIN = 12
INVITED_DAYS = 7
TOKEN_MINUTES = 60
REFRESH_HOURS = 12  # a working day: in the morning one signs in


class SignIn(Construct):
    """`issuer` and `audience` are what a token has to name; `outputs` tell where everything is.

    People come back to `consoles`, addresses of pages. `pages` is where they sign in,
    `console_client` who asks for them; both are empty where nobody has to know.
    """

    def __init__(
        self, scope: Construct, name: str, settings: DeploySettings, *, consoles: Sequence[str]
    ) -> None:
        super().__init__(scope, name)
        self.outputs: dict[str, str] = {}
        self.pages, self.console_client = "", ""
        if settings.sign_in:
            self.issuer = settings.sign_in.issuer
            self.audience = list(settings.sign_in.audience)
            self.pages = settings.sign_in.pages or ""
            self.console_client = settings.sign_in.console_client or ""
        else:
            pool = self._pool(settings)
            self.issuer = f"https://cognito-idp.{Aws.REGION}.amazonaws.com/{pool.ref}"
            self._let_in(pool, settings, consoles)
        self.outputs["Issuer"] = self.issuer

    def _let_in(
        self, pool: cognito.CfnUserPool, settings: DeploySettings, consoles: Sequence[str]
    ) -> None:
        for group, says in GROUPS.items():
            cognito.CfnUserPoolGroup(
                self, group.title(), user_pool_id=pool.ref, group_name=group, description=says
            )
        server = self._server(pool)
        clients = {"MachineClient": self._machine_client(pool)}
        if consoles:  # without a page to come back to nobody can sign in
            clients["ConsoleClient"] = self._console_client(pool, consoles)
            self.console_client = clients["ConsoleClient"].ref
        for client in clients.values():
            client.node.add_dependency(server)
        self.audience = [client.ref for client in clients.values()]
        self.pages = self._hosted_pages(pool, settings)
        self.outputs = {
            "UserPool": pool.ref,
            "SignIn": self.pages,
            **{name: client.ref for name, client in clients.items()},
        }

    def _pool(self, settings: DeploySettings) -> cognito.CfnUserPool:
        verified_mail = cognito.CfnUserPool.RecoveryOptionProperty(
            name="verified_email", priority=1
        )
        pool = cognito.CfnUserPool(
            self,
            "Pool",
            user_pool_name=settings.service,
            user_pool_tier="ESSENTIALS",
            username_configuration=cognito.CfnUserPool.UsernameConfigurationProperty(
                case_sensitive=False
            ),
            schema=[  # an invitation and a forgotten password are sent there
                cognito.CfnUserPool.SchemaAttributeProperty(
                    name="email", required=True, mutable=True
                )
            ],
            admin_create_user_config=cognito.CfnUserPool.AdminCreateUserConfigProperty(
                allow_admin_create_user_only=True
            ),
            policies=cognito.CfnUserPool.PoliciesProperty(password_policy=_password_policy()),
            mfa_configuration="OPTIONAL",
            enabled_mfas=["SOFTWARE_TOKEN_MFA"],
            account_recovery_setting=cognito.CfnUserPool.AccountRecoverySettingProperty(
                recovery_mechanisms=[verified_mail]
            ),
            deletion_protection="ACTIVE" if settings.keep_data else "INACTIVE",
        )
        pool.apply_removal_policy(
            RemovalPolicy.RETAIN if settings.keep_data else RemovalPolicy.DESTROY
        )
        acknowledge(
            pool,
            "AwsSolutions-COG2",
            "Each person may turn on an app for one-time codes; a company that wants it of all "
            "brings its own issuer (setting sign_in).",
        )
        acknowledge(
            pool,
            "AwsSolutions-COG8",
            "The Plus plan costs by person and month; people are few and made by admins alone.",
        )
        return pool

    def _server(self, pool: cognito.CfnUserPool) -> cognito.CfnUserPoolResourceServer:
        return cognito.CfnUserPoolResourceServer(
            self,
            "Server",
            user_pool_id=pool.ref,
            identifier=SERVER,
            name=SERVER,
            scopes=[
                cognito.CfnUserPoolResourceServer.ResourceServerScopeTypeProperty(
                    scope_name=name, scope_description=says
                )
                for name, says in SCOPES.items()
            ],
        )

    def _console_client(
        self, pool: cognito.CfnUserPool, addresses: Sequence[str]
    ) -> cognito.CfnUserPoolClient:
        """Of pages anyone can read, so without a secret: a code is worth nothing without the
        verifier that only the page which asked for it has (PKCE).
        """
        return cognito.CfnUserPoolClient(
            self,
            "ConsoleClient",
            user_pool_id=pool.ref,
            client_name="console",
            generate_secret=False,
            allowed_o_auth_flows_user_pool_client=True,
            allowed_o_auth_flows=["code"],
            allowed_o_auth_scopes=["openid", READ, WRITE, ADMIN],
            callback_ur_ls=list(addresses),
            logout_ur_ls=list(addresses),
            supported_identity_providers=["COGNITO"],
            explicit_auth_flows=["ALLOW_REFRESH_TOKEN_AUTH"],  # passwords only on the hosted page
            prevent_user_existence_errors="ENABLED",
            enable_token_revocation=True,
            access_token_validity=TOKEN_MINUTES,
            id_token_validity=TOKEN_MINUTES,
            refresh_token_validity=REFRESH_HOURS,
            token_validity_units=cognito.CfnUserPoolClient.TokenValidityUnitsProperty(
                access_token="minutes",  # noqa: S106  a unit
                id_token="minutes",  # noqa: S106
                refresh_token="hours",  # noqa: S106
            ),
        )

    def _machine_client(self, pool: cognito.CfnUserPool) -> cognito.CfnUserPoolClient:
        """A CRM: its secret is asked of Cognito by whoever sets it up and stands nowhere here."""
        return cognito.CfnUserPoolClient(
            self,
            "MachineClient",
            user_pool_id=pool.ref,
            client_name="machine",
            generate_secret=True,
            allowed_o_auth_flows_user_pool_client=True,
            allowed_o_auth_flows=["client_credentials"],
            allowed_o_auth_scopes=[READ, WRITE],
            explicit_auth_flows=["ALLOW_REFRESH_TOKEN_AUTH"],  # none at all would allow passwords
            prevent_user_existence_errors="ENABLED",
            enable_token_revocation=True,
            access_token_validity=TOKEN_MINUTES,
            token_validity_units=cognito.CfnUserPoolClient.TokenValidityUnitsProperty(
                access_token="minutes"  # noqa: S106  a unit
            ),
        )

    def _hosted_pages(self, pool: cognito.CfnUserPool, settings: DeploySettings) -> str:
        """Where people sign in; the host's name is unique in a Region, so it names the account."""
        domain = cognito.CfnUserPoolDomain(
            self, "Domain", user_pool_id=pool.ref, domain=_host(settings)
        )
        return _pages(domain.ref)


def sign_in_pages(settings: DeploySettings) -> str:
    """Where people will sign in, for what has to be made before the pool."""
    return (settings.sign_in and settings.sign_in.pages) or _pages(_host(settings))


def _host(settings: DeploySettings) -> str:
    return f"{settings.service}-{Aws.ACCOUNT_ID}"


def _pages(host: str) -> str:
    return f"https://{host}.auth.{Aws.REGION}.amazoncognito.com"


def _password_policy() -> cognito.CfnUserPool.PasswordPolicyProperty:
    return cognito.CfnUserPool.PasswordPolicyProperty(
        minimum_length=PASSWORD_LENGTH_MIN,
        require_lowercase=True,
        require_uppercase=True,
        require_numbers=True,
        require_symbols=True,
        temporary_password_validity_days=INVITED_DAYS,
    )
