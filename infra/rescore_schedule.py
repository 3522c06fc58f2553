"""The rescore: every minute, one invocation of each segment looks whether the model is another one.

A tick instead of a resource that runs with the deployment: that one would have to end within the
deployment, would run before the other functions have the new model, and a million leads take an
hour. Where nothing is to do, a tick reads one item.
"""

from constructs import Construct

from functions.leads.rescore_run import SEGMENTS
from infra.python_function import PythonFunction
from infra.scheduled_calls import ScheduledCalls

SECONDS = 60
MAX_AGE_SECONDS = 60  # the next minute asks again


class RescoreSchedule(ScheduledCalls):
    def __init__(self, scope: Construct, name: str, function: PythonFunction) -> None:
        super().__init__(scope, name, function, max_age_seconds=MAX_AGE_SECONDS)
        for segment in range(SEGMENTS):
            self.call(f"Segment{segment}", "rate(1 minute)", {"segments": [segment]})
