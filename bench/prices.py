"""What AWS asks for, in USD: us-east-1, list prices of June 2026, without any free tier.

Each price stands on the pricing page of its service: aws.amazon.com/<service>/pricing.
"""

REGION, MONTH = "us-east-1", "June 2026"

WRITE_UNIT = 0.625e-6  # dynamodb, on demand
READ_UNIT = 0.125e-6
STORED_GB_MONTH = 0.25
INVOCATION = 0.20e-6  # lambda
GB_SECOND = 0.0000133334  # arm64
HTTP_REQUEST = 1.00e-6  # api-gateway, HTTP API
QUEUE_REQUEST = 0.40e-6  # sqs, standard
BUS_EVENT = 1.00e-6  # eventbridge, events of one's own
SCHEDULED = 1.00e-6  # eventbridge, Scheduler
LOG_GB = 0.50  # cloudwatch, ingestion
