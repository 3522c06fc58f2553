"""Queues as all of ours are: encrypted, TLS only, and with an end for what fails for hours."""

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.nag import acknowledge

RECEIVES_MAX = 30  # five hours with our back-off: an outage of four passes without a dead letter
KEEP_DAYS = 4
DEAD_LETTER_DAYS = 14  # the most SQS keeps; age counts from the first send
LONG_POLL_SECONDS = 20  # the most SQS offers: the fewest empty receives


def dead_letters(scope: Construct, name: str, *, of_a_queue: bool = False) -> sqs.Queue:
    """Where what could not be delivered waits two weeks for a person."""
    queue = sqs.Queue(
        scope,
        name,
        retention_period=Duration.days(DEAD_LETTER_DAYS),
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
    )
    if not of_a_queue:
        acknowledge(
            queue,
            "AwsSolutions-SQS3",
            "It ends an edge that is no queue (rule, schedule, subscription, refusal).",
        )
    return queue


def work_queue(
    scope: Construct, name: str, *, visibility_seconds: int, dead: sqs.Queue
) -> sqs.Queue:
    return sqs.Queue(
        scope,
        name,
        visibility_timeout=Duration.seconds(visibility_seconds),
        retention_period=Duration.days(KEEP_DAYS),
        receive_message_wait_time=Duration.seconds(LONG_POLL_SECONDS),
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        dead_letter_queue=sqs.DeadLetterQueue(queue=dead, max_receive_count=RECEIVES_MAX),
    )
