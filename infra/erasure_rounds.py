"""Forgetting people: once an hour a round finishes what did not end, and deletes once more what was
erased a day ago.

Whoever asks for an erasure calls the function itself; the schedule only comes after.
"""

from constructs import Construct

from infra.python_function import PythonFunction
from infra.scheduled_calls import ScheduledCalls

SECONDS = 60
MAX_AGE_SECONDS = 3600  # the next hour asks again


class ErasureRounds(ScheduledCalls):
    def __init__(self, scope: Construct, name: str, function: PythonFunction) -> None:
        super().__init__(scope, name, function, max_age_seconds=MAX_AGE_SECONDS)
        self.call("Hourly", "rate(1 hour)", {"round": True})
