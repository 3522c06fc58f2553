"""What must not be lost: the leads, their history, who was erased, which models ran, and the key
that names the leads.

Deletion protection, point-in-time recovery and retention are on unless `keep_data` is false (a
trial stack). Logical ids are fixed by a test: another id would be another, empty table.
"""

from aws_cdk import RemovalPolicy, SecretValue
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.deploy_settings import DeploySettings
from infra.nag import acknowledge

RECOVERY_DAYS = 35  # the most DynamoDB offers
_TEXT = dynamodb.AttributeType.STRING
_NUMBER = dynamodb.AttributeType.NUMBER


class LeadStorage(Construct):
    """Tables `leads` (with the indexes of its readers), `facts` (the history) and `erased` (who was
    to be forgotten; never restored with the others), `models` (each that was deployed, and how far
    the leads were brought under it), and the key of the lead ids.
    """

    def __init__(self, scope: Construct, name: str, settings: DeploySettings) -> None:
        super().__init__(scope, name)
        self.leads = self._table("Leads", settings, key=("lead", _TEXT))
        self.facts = self._table(
            "Facts", settings, key=("lead", _TEXT), sort_key="fact", expires="expires_at"
        )
        self.erased = self._table("Erased", settings, key=("shard", _NUMBER), sort_key="lead")
        self.models = self._table("Models", settings, key=("name", _TEXT), sort_key="part")
        self.indexes = [
            self._index("due", "due_shard", "due_at", kinds=(_NUMBER, _NUMBER)),
            self._index("ranking", "band", "call_order"),
            self._index("owned", "owner_band", "call_order"),
            self._index("monthly", "month", "lead", projected=["quality"]),
            self._index("no_contact", "do_not_contact", "lead"),
            self._index("external", "external_id", None),
        ]
        self._key = secretsmanager.Secret(
            self,
            "LeadIdKey",
            description="Names leads: rotating it would rename every one of them.",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=64, exclude_punctuation=True
            ),
            removal_policy=_removal(settings),
        )
        acknowledge(
            self._key,
            "AwsSolutions-SMG4",
            "Rotating the key of the lead ids would rename every lead; it is never rotated.",
        )

    @property
    def lead_id_key(self) -> SecretValue:
        return self._key.secret_value

    @property
    def lead_id_key_arn(self) -> str:
        return self._key.secret_arn

    def index_arns(self, *names: str) -> list[str]:
        """ARNs of indexes of the leads."""
        return [f"{self.leads.table_arn}/index/{name}" for name in names]

    def _table(
        self,
        name: str,
        settings: DeploySettings,
        *,
        key: tuple[str, dynamodb.AttributeType],
        sort_key: str | None = None,
        expires: str | None = None,
    ) -> dynamodb.Table:
        return dynamodb.Table(
            self,
            name,
            partition_key=dynamodb.Attribute(name=key[0], type=key[1]),
            sort_key=dynamodb.Attribute(name=sort_key, type=_TEXT) if sort_key else None,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            max_read_request_units=settings.table_reads_per_second,
            max_write_request_units=settings.table_writes_per_second,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True, recovery_period_in_days=RECOVERY_DAYS
            ),
            deletion_protection=settings.keep_data,
            removal_policy=_removal(settings),
            time_to_live_attribute=expires,
        )

    def _index(
        self,
        name: str,
        key: str,
        order: str | None,
        *,
        kinds: tuple[dynamodb.AttributeType, dynamodb.AttributeType] = (_TEXT, _TEXT),
        projected: list[str] | None = None,
    ) -> str:
        self.leads.add_global_secondary_index(
            index_name=name,
            partition_key=dynamodb.Attribute(name=key, type=kinds[0]),
            sort_key=dynamodb.Attribute(name=order, type=kinds[1]) if order else None,
            projection_type=dynamodb.ProjectionType.INCLUDE
            if projected
            else dynamodb.ProjectionType.KEYS_ONLY,
            non_key_attributes=projected,
        )
        return name


def _removal(settings: DeploySettings) -> RemovalPolicy:
    return RemovalPolicy.RETAIN if settings.keep_data else RemovalPolicy.DESTROY
