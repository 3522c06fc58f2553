"""The schedule: every minute, four invocations of four shards each look for what is due.

The schedule decides nothing but when: late, twice at once or off for a day, the scores are the
same.
"""

from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from infra.python_function import PythonFunction
from infra.scheduled_calls import ScheduledCalls

SECONDS = 60
SHARDS = 16
INVOCATIONS = 4
MAX_AGE_SECONDS = 60  # the next minute asks again


class ExpirySchedule(ScheduledCalls):
    def __init__(self, scope: Construct, name: str, function: PythonFunction) -> None:
        super().__init__(scope, name, function, max_age_seconds=MAX_AGE_SECONDS)
        self.group_name = scheduler.CfnScheduleGroup(self, "Group").ref
        each = SHARDS // INVOCATIONS
        for first in range(0, SHARDS, each):
            shards = list(range(first, first + each))
            self.call(f"Shards{first}", "rate(1 minute)", {"shards": shards}, group=self.group_name)
