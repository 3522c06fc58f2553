"""The rescore of a stack as one follows it: to its middle, where its workers die, to its end."""

import contextlib
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cli.progress import Advance
from functions.leads.model_table import ModelTable
from functions.leads.rescore_run import Progress, all_progress, newest_run, together
from infra.local.local_stack import LocalStack
from tests.cloud.stack_driving import take_messages

LOOK_SECONDS = 1.0


class FollowedRescore:
    """What became of it: `killed` workers, and how many `seconds` it took."""

    def __init__(self, stack: LocalStack, leads: int) -> None:
        self._stack, self._leads = stack, leads
        self._models = ModelTable(stack.client("dynamodb"), stack.outputs["ModelsTable"])
        self._version = json.loads(Path(stack.model).read_text("utf-8"))["version"]
        self._digests: list[dict[str, Any]] = []
        self._alerts: list[dict[str, Any]] = []
        self.killed, self.seconds = 0, 0.0
        self.done = Progress("", 0)

    def follow(self, advance: Advance, *, deadline: float) -> None:
        """Wait for the rescore of the new model, kill it half-way, wait for its end."""
        seen = 0
        while True:
            assert time.monotonic() < deadline, f"not over: {self.done}"
            time.sleep(LOOK_SECONDS)
            run = newest_run(self._models)
            if run is None or run.version != self._version:
                continue
            self.done = together(all_progress(self._models, run))
            advance(max(0, self.done.seen - seen))
            seen = max(seen, self.done.seen)
            if not self.killed and seen > self._leads // 2:
                self.killed = self._kill()
            if run.ended_at is not None:
                self.seconds = (run.ended_at - run.starts_at) / 1000
                return

    def faults(self, visited: set[str]) -> Iterator[str]:
        """Say what the rescore itself did wrong."""
        messages = take_messages(self._stack, self._stack.alert_inbox)
        about = [json.loads(json.loads(one["Body"])["Message"]) for one in messages]
        digests = [one for one in about if one["kind"] == "digest"]
        if len(digests) != 1:
            yield f"{len(digests)} digests"
        for alert in about:
            if alert["kind"] == "hot" and alert["email"] not in visited:
                yield f"an alert of {alert['email']}, who did nothing"
        if self.done.seen != self._leads:
            yield f"{self.done.seen} leads were looked at"
        if self.done.failed:
            yield f"{self.done.failed} leads failed"
        if not self.killed:
            yield "it was over before it could be killed"

    def _kill(self) -> int:
        """End the processes of the function, as a machine that dies would."""
        name = self._stack.outputs["RescoreLeadsFunction"]
        killed = 0
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                environment = (folder / "environ").read_bytes().split(b"\0")
                if f"AWS_LAMBDA_FUNCTION_NAME={name}".encode() in environment:
                    os.kill(int(folder.name), signal.SIGKILL)
                    killed += 1
        return killed
