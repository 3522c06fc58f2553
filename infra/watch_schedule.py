"""Watching the model: every hour a call; the first of a week counts all leads, by band and rule.

The others go on with a count that takes longer than one call, and say the newest figures again, so
that an alarm which looks at a day sees them.
"""

from constructs import Construct

from infra.python_function import PythonFunction
from infra.scheduled_calls import ScheduledCalls

SECONDS = 720  # it stops by itself after ten minutes
MAX_AGE_SECONDS = 1800  # the next hour asks again


class WatchSchedule(ScheduledCalls):
    def __init__(self, scope: Construct, name: str, function: PythonFunction) -> None:
        super().__init__(scope, name, function, max_age_seconds=MAX_AGE_SECONDS)
        self.call("Hourly", "rate(1 hour)", {})
