"""What an engineer may set in `cdk.json` (or with `-c name=value`); nothing must be set.

Read as a whole and refused as a whole: a message names the setting, what is wrong and what to
write.
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, Any, Literal, Self, get_args, get_origin

from pydantic import (
    BeforeValidator,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails

from infra.strict import Strict
from infra.team import TEAM_MAX, Away, TeamMember, mistakes_in_team
from infra.territories import mistakes_in

ADDRESS = r"[^@\s]+@[^@\s]+\.[^@\s]+"
OWN = "this account"  # a sender of the stack's own account
NO_CONSOLE = "No console: sign_in names neither pages nor console_client for it."


class InvalidSettings(ValueError):
    """What is wrong in `cdk.json`, one line per setting."""


def _written(value: object) -> object:
    """`-c name=[...]` arrives as text; what looks like JSON is read as JSON."""
    if isinstance(value, str) and value[:1] in {"[", "{"}:
        try:
            return json.loads(value)
        except ValueError as mistake:
            raise ValueError(
                "it looks like JSON and is none: look at quotes and commas"
            ) from mistake
    return value


def _digits(value: object) -> object:
    """An account may be written as a number; one that began with a zero has lost it."""
    return str(value) if isinstance(value, int) else value


class Subscriber(Strict):
    """Who is told of a hot lead. A filter gives each rep a territory: `{"country": ["PL"]}`."""

    protocol: Literal["email", "sms", "https", "sqs", "lambda"]
    endpoint: str = Field(min_length=3)
    filter: dict[str, list[Any]] = Field(default={})

    @field_validator("filter", mode="before")
    @classmethod
    def _fits_some_alert(cls, value: object) -> object:
        if mistakes := list(mistakes_in(value)):
            raise ValueError("; ".join(mistakes))
        return value

    @model_validator(mode="after")
    def _fits(self) -> Self:
        beginnings = {"sms": "+", "https": "https://", "sqs": "arn:", "lambda": "arn:"}
        if self.protocol == "email" and not re.fullmatch(ADDRESS, self.endpoint):
            raise ValueError("an email endpoint is an address")
        if not self.endpoint.startswith(beginnings.get(self.protocol, "")):
            raise ValueError(f"its endpoint begins with {beginnings[self.protocol]}")
        return self


class Sender(Strict):
    """Who may put activities on the bus, of which kinds, and whether its imports are silent (C26,
    C27, C34).
    """

    source: str = Field(pattern=r"^[A-Za-z0-9._/-]{1,256}$")
    account: Annotated[str, BeforeValidator(_digits)] = Field(
        default=OWN, pattern=rf"^(\d{{12}}|{OWN})$"
    )
    kinds: list[str] | None = None
    imports: bool = Field(default=False, alias="import")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.source.startswith("aws."):
            raise ValueError("sources beginning with aws. are Amazon's own; see mail_sources")
        if self.account != OWN and not self.kinds:
            raise ValueError("a sender of another account names its kinds")
        return self


class Issuer(Strict):
    """Who signs people in instead of a user pool of our own; its access tokens carry the scopes
    `leads/read` and `leads/write`, and `cognito:groups` of whoever is a person. The console signs
    in there where `pages` has Cognito's `/oauth2/authorize`, `/oauth2/token` and `/logout`.
    """

    issuer: str = Field(pattern=r"^https://\S+$", description="`iss` of its tokens")
    audience: list[Annotated[str, Field(min_length=1)]] = Field(
        min_length=1, description="what `aud` or `client_id` of a token may be"
    )
    pages: str | None = Field(
        default=None,
        pattern=r"^https://[a-z0-9.-]+$",
        description="the host on which people sign in, for the console",
    )
    console_client: str | None = Field(
        default=None, min_length=1, description="the console's client id, one of the audience"
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.pages is None) != (self.console_client is None):
            raise ValueError("pages and console_client go together: write both or neither")
        if self.console_client and self.console_client not in self.audience:
            raise ValueError("console_client is one of the audience")
        return self


Listed = BeforeValidator(_written)
Address = Annotated[str, Field(pattern=f"^{ADDRESS}$")]
ConsoleAddress = Annotated[
    str,
    Field(
        pattern=r"^(https://[a-z0-9.-]+(:\d+)?|http://(localhost|127\.0\.0\.1):\d+)/[A-Za-z0-9._~/-]*$"
    ),
]
Origin = Annotated[str, Field(pattern=r"^(https?://[a-z0-9.:-]+|null)$")]


class DeploySettings(Strict):
    stage: str = Field(
        default="prod",
        pattern=r"^[a-z][a-z0-9-]{0,15}$",
        description="names one stack among several in an account",
    )
    keep_data: bool = Field(
        default=True, description="false: a trial stack, which `cdk destroy` removes wholly"
    )
    retention_days: int = Field(
        default=400, ge=30, le=3650, description="how long a fact counts and is kept"
    )
    subscribers: Annotated[list[Subscriber], Listed] = Field(
        default=[], description="who is told of a hot lead"
    )
    team: Annotated[list[TeamMember], Listed] = Field(
        default=[],
        max_length=TEAM_MAX,
        description="who sells: owners, alerts and sign-ins follow from it",
    )
    operators: Annotated[list[Address], Listed] = Field(
        default=[], description="mail addresses that alarms go to; never the topic of the alerts"
    )
    senders: Annotated[list[Sender], Listed] = Field(
        default=[],
        description="who may put activities on the bus; none: this account, anyone in it",
    )
    mail_sources: Annotated[list[str], Listed] = Field(
        default=["aws.ses"],
        description="sources of mail events on the default bus; none: no rule there at all",
    )
    mail_configuration_set: bool = Field(
        default=False, description="make an SES configuration set that sends its events"
    )
    form_origins: Annotated[list[Origin], Listed] = Field(
        default=[],
        description="pages that may send every form, beside those a form lists: a staging site; "
        "`null` is a page opened from a file",
    )
    domain: str | None = Field(
        default=None,
        pattern=r"^([a-z0-9-]+\.)+[a-z]{2,}$",
        description="the forms' own host name, with `certificate`",
    )
    certificate: str | None = Field(
        default=None, pattern=r"^arn:aws[a-z-]*:acm:", description="ARN of the domain's certificate"
    )
    console: bool = Field(
        default=True,
        description="false leaves out the page for sales, which a local cloud serves otherwise",
    )
    console_domain: str | None = Field(
        default=None,
        pattern=r"^([a-z0-9-]+\.)+[a-z]{2,}$",
        description="the console's own host name, with `console_certificate`",
    )
    console_certificate: str | None = Field(
        default=None,
        pattern=r"^arn:aws[a-z-]*:acm:us-east-1:",
        description="ARN of its certificate, in the one Region that CloudFront asks",
    )
    console_addresses: Annotated[list[ConsoleAddress], Listed] = Field(
        default=[],
        description="pages beside the stack's own console to which a sign-in may come back and "
        "which may call the sales API",
    )
    sign_in: Annotated[Issuer | None, Listed] = Field(
        default=None, description="an issuer that signs people in; none: a user pool is made"
    )
    tags: Annotated[dict[str, str], Listed] = Field(
        default={}, description="put on every resource that takes tags"
    )
    forms_per_second: int = Field(default=20, ge=1, le=1000)
    forms_burst: int = Field(default=40, ge=1, le=2000)
    sales_per_second: int = Field(default=20, ge=1, le=1000)
    sales_burst: int = Field(default=40, ge=1, le=2000)
    activity_concurrency: int = Field(
        default=4, ge=2, le=1000, description="of 10 executions a new account has, forms need some"
    )
    reserved_concurrency: int | None = Field(
        default=None, ge=1, description="of each function; a new account cannot reserve any"
    )
    table_reads_per_second: int = Field(default=4000, ge=10, description="what a flood may cost")
    table_writes_per_second: int = Field(default=4000, ge=10, description="what a flood may cost")
    archive_days: int = Field(
        default=0, ge=0, le=30, description="0: none; an archive cannot forget one person"
    )
    refresh_minutes: int = Field(
        default=1440,
        ge=1,
        description="a stored score is brought up to date once in so many minutes",
    )
    alert_url: str | None = Field(
        default=None, pattern=r"^https://", description="the link in an alert; none: the console's"
    )
    alerts_per_hour: int = Field(default=50, ge=1, description="above it the operators are told")
    combined_alarms: bool = Field(
        default=True,
        description="false leaves out alarms over several metrics, which a local cloud lacks",
    )
    log_days: Literal[1, 3, 5, 7, 14, 30, 60, 90, 180, 365] = 30
    tracing: bool = Field(default=False, description="the X-Ray SDK costs 150 ms of a cold start")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.domain is None) != (self.certificate is None):
            raise ValueError("domain and certificate go together: write both or neither")
        if (self.console_domain is None) != (self.console_certificate is None):
            raise ValueError(
                "console_domain and console_certificate go together: write both or neither"
            )
        if self.forms_burst < self.forms_per_second:
            raise ValueError("forms_burst is at least forms_per_second")
        if self.sales_burst < self.sales_per_second:
            raise ValueError("sales_burst is at least sales_per_second")
        return self

    @field_validator("subscribers")
    @classmethod
    def _subscribed_once(cls, value: list[Subscriber]) -> list[Subscriber]:
        """SNS refuses a second subscription of an endpoint, whatever its filter."""
        if twice := _twice(f"{one.protocol} {one.endpoint}" for one in value):
            raise ValueError(f"{twice} is listed twice; one filter may list several values")
        return value

    @field_validator("stage")
    @classmethod
    def _may_name_a_host(cls, value: str) -> str:
        """The host of the sign-in has the stage in its name, and Cognito takes none of these."""
        if taken := next((word for word in ("aws", "amazon", "cognito") if word in value), None):
            raise ValueError(f"a host of the sign-in may not contain {taken}: choose another name")
        return value

    @field_validator("team")
    @classmethod
    def _sells_once(cls, value: list[TeamMember]) -> list[TeamMember]:
        if twice := _twice(member.mail for member in value):
            raise ValueError(f"{twice} is listed twice; write what they own in one entry")
        return value

    @field_validator("senders")
    @classmethod
    def _admitted_once(cls, value: list[Sender]) -> list[Sender]:
        if twice := _twice(f"{one.source} of {one.account}" for one in value):
            raise ValueError(f"{twice} is listed twice; write its kinds in one place")
        return value

    @field_validator("operators", "console_addresses")
    @classmethod
    def _listed_once(cls, value: list[str]) -> list[str]:
        if twice := _twice(value):
            raise ValueError(f"{twice} is listed twice")
        return value

    @property
    def serves_console(self) -> bool:
        """Whether the console is in the stack; not where nobody says how one signs in to it."""
        return self.console and (self.sign_in is None or self.sign_in.console_client is not None)

    @property
    def stack_name(self) -> str:
        return "LeadScoring" if self.stage == "prod" else f"LeadScoring-{self.stage}"

    @property
    def service(self) -> str:
        """The name under which metrics and logs of this stack are found."""
        return f"lead-scoring-{self.stage}"


NESTED: Mapping[str, type[Strict]] = {
    "subscribers[]": Subscriber,
    "senders[]": Sender,
    "team[]": TeamMember,
    "team[].away": Away,
    "sign_in": Issuer,
}
_KASIA = '[{"name": "Kasia Nowak", "mail": "kasia@example.com"}]'
WRITE: Mapping[str, str] = {  # what to write where it is neither a number nor true or false
    "stage": "at most 16 small letters, digits and hyphens, a letter first, as in trial",
    "subscribers": 'a list, as in [{"protocol": "email", "endpoint": "anna@example.com"}]',
    "subscribers[]": 'an object, as in {"protocol": "email", "endpoint": "anna@example.com"}',
    "subscribers[].protocol": "email, sms, https, sqs or lambda",
    "subscribers[].endpoint": "a mail address, a number beginning with +, a URL or an ARN",
    "operators": 'a list of mail addresses, as in ["ops@example.com"]',
    "operators[]": "a mail address, as in ops@example.com",
    "senders": 'a list, as in [{"source": "example.website"}]',
    "senders[]": 'an object, as in {"source": "example.website"}',
    "senders[].source": "a name of letters, digits and ._/-, as in example.website",
    "senders[].account": f'its twelve digits in quotes, as in "111122223333", or "{OWN}"',
    "senders[].kinds": 'a list of kinds, as in ["page_viewed"]; without it all are let in',
    "senders[].import": "true or false",
    "mail_sources": 'a list of sources, as in ["aws.ses"]',
    "form_origins": 'a list of origins, as in ["https://www.example.com"]',
    "form_origins[]": "an origin without a path, as in https://www.example.com",
    "domain": "a host name, as in forms.example.com",
    "certificate": "the ARN of a certificate of ACM, which begins with arn:aws:acm:",
    "console_domain": "a host name, as in sales.example.com",
    "console_certificate": "the ARN of a certificate of ACM in us-east-1",
    "console_addresses": 'a list of pages, as in ["https://sales.example.com/"]',
    "console_addresses[]": "the console's page, as in https://sales.example.com/",
    "sign_in": 'an object, as in {"issuer": "https://id.example.com", "audience": ["leads"]}',
    "sign_in.issuer": "the issuer of the tokens, as in https://id.example.com",
    "sign_in.audience": 'a list, as in ["leads"]: what aud or client_id of a token may be',
    "team": f"a list of at most {TEAM_MAX}, as in {_KASIA}",
    "team[]": f"an object, as in {_KASIA[1:-1]}",
    "team[].name": "a name, as in Kasia Nowak",
    "team[].mail": "a mail address in small letters, as in kasia@example.com",
    "team[].role": "rep, manager or admin",
    "team[].owns": 'an object of lists by country, industry or channel, as in {"country": ["PL"]}',
    "team[].calls_a_day": "a whole number from 1 to 500",
    "team[].away": 'the first and the last day, as in {"from": "2026-12-21", "to": "2027-01-01"}',
    "team[].away.from": "a day, as in 2026-12-21",
    "team[].away.to": "a day, as in 2027-01-01",
    "sign_in.pages": "the host of the sign-in, as in https://sign-in.example.com",
    "sign_in.console_client": "the console's client id, one of the audience",
    "tags": 'an object of texts, as in {"team": "growth"}',
    "alert_url": "a link that begins with https://",
}


def read_settings(context: Mapping[str, Any]) -> DeploySettings:
    """The settings among the keys of CDK's context; CDK's own keys hold a colon.

    Raises InvalidSettings, which names each setting that is wrong.
    """
    written = {
        name: value
        for name, value in context.items()
        if ":" not in name and not name.startswith(("@", "cdk-", "tree-"))
    }
    try:
        return DeploySettings.model_validate(written)
    except ValidationError as error:
        raise InvalidSettings("\n".join(_sentences(error))) from error


def _twice(names: Iterable[str]) -> str | None:
    return next((name for name, times in Counter(names).items() if times > 1), None)


def check_kinds(settings: DeploySettings, known: Collection[str]) -> None:
    """Check that the model or a mapping file knows each kind of a sender: with a misspelt one, all
    that its sender puts on the bus would be refused.

    Raises InvalidSettings, a line for each unknown kind.
    """
    mistakes = [
        f"cdk.json, senders.{number}.kinds: {kind} is no kind of the model or of a mapping file; "
        f"known are {', '.join(sorted(known))}"
        for number, sender in enumerate(settings.senders, start=1)
        for kind in sender.kinds or ()
        if kind not in known
    ]
    if mistakes:
        raise InvalidSettings("\n".join(mistakes))


def check_team(settings: DeploySettings, model: Mapping[str, Any]) -> None:
    """Check that the model knows what the team's territories are made of.

    Raises InvalidSettings, a line for each mistake.
    """
    if mistakes := list(mistakes_in_team(settings.team, model)):
        raise InvalidSettings("\n".join(mistakes))


def _sentences(error: ValidationError) -> list[str]:
    sentences = []
    for mistake in error.errors(include_url=False):
        place = [part + 1 if isinstance(part, int) else part for part in mistake["loc"]]
        where = ".".join(str(part) for part in place) or "settings"
        sentences.append(f"cdk.json, {where}: {_reason(mistake)}")
    return list(dict.fromkeys(sentences))  # pydantic may try several ways at one place


def _reason(mistake: ErrorDetails) -> str:
    path = ".".join("[]" if isinstance(part, int) else part for part in mistake["loc"])
    path = path.replace(".[]", "[]")
    if mistake["type"] == "value_error":
        return mistake["msg"].removeprefix("Value error, ")
    if mistake["type"] == "extra_forbidden":
        known = NESTED.get(path.rpartition(".")[0], DeploySettings).model_fields.items()
        names = ", ".join(field.alias or name for name, field in known)
        return f"there is no such setting; known are {names}"
    missing = "it is missing; " if mistake["type"] == "missing" else ""
    return f"{missing}write {_asked(path)}"


def _asked(path: str) -> str:
    """What to write at a place; of a number its limits, as the field has them."""
    if path in WRITE:
        return WRITE[path]
    field = DeploySettings.model_fields.get(path)
    if field is None:  # inside a setting that is described as a whole
        return _asked(path[: max(path.rfind("."), path.rfind("["))])
    if field.annotation is bool:
        return "true or false"
    if get_origin(field.annotation) is Literal:
        return "one of " + ", ".join(str(choice) for choice in get_args(field.annotation))
    least = next(one.ge for one in field.metadata if hasattr(one, "ge"))
    most = next((f" to {one.le}" for one in field.metadata if hasattr(one, "le")), " on")
    return f"a whole number from {least}{most}"
