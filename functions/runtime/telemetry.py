"""What a function tells about itself: one JSON log line a batch, and counts as metrics.

Never a value a person typed, never an address: a lead is its id, a message its reason (E, G17).
"""

from functools import cache

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit


@cache
def logger() -> Logger:
    """The function's logger; level and service name come from the deployment."""
    return Logger(log_uncaught_exceptions=False)


@cache
def _metrics() -> Metrics:
    return Metrics()


def count(name: str, number: int = 1) -> None:
    """Add to a count of this invocation; `flush` writes them."""
    if number:
        _metrics().add_metric(name=name, unit=MetricUnit.Count, value=number)


def gauge(name: str, milliseconds: int) -> None:
    """Note a duration of this invocation in milliseconds."""
    _metrics().add_metric(name=name, unit=MetricUnit.Milliseconds, value=milliseconds)


def figure(name: str, value: float) -> None:
    """Note a number of no unit, nought too."""
    _metrics().add_metric(name=name, unit=MetricUnit.NoUnit, value=value)


def flush() -> None:
    """Write the counts of this invocation as one line in CloudWatch's metric format, if there
    are any.
    """
    if _metrics().metric_set:
        _metrics().flush_metrics()
