"""Monday morning: one summary for managers, told while anybody is there to read it.

Without a manager or a subscriber of summaries the schedule stands still: a message that nobody
takes would ring the alarm NobodyListens.
"""

from constructs import Construct

from functions.leads.lead import SUMMARY
from infra.deploy_settings import DeploySettings
from infra.listeners import kinds_heard
from infra.python_function import PythonFunction
from infra.scheduled_calls import ScheduledCalls

SECONDS = 60
MAX_AGE_SECONDS = 3600  # later in the morning it is of no use
MONDAY_MORNING = "cron(0 8 ? * MON *)"


class WeeklySummary(ScheduledCalls):
    def __init__(
        self,
        scope: Construct,
        name: str,
        function: PythonFunction,
        *,
        settings: DeploySettings,
        time_zone: str,
    ) -> None:
        super().__init__(scope, name, function, max_age_seconds=MAX_AGE_SECONDS)
        self.call(
            "Monday",
            MONDAY_MORNING,
            {},
            time_zone=time_zone,
            is_on=SUMMARY in kinds_heard(settings),
        )
