"""A model goes live: deployed through the stack, then waited for until the stack has noticed it."""

import os
import shutil
import subprocess
import sys
import tempfile
from argparse import Namespace
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cli.kept_models import models_of, newest_of
from cli.problem import ProblemError
from cli.running_stack import STACK_FILE, RunningStack, aws_faults, deploy_settings
from cli.usage.parts import MODEL_FILE
from functions.leads.rescore_run import newest_run
from functions.scoring.instants import MINUTE_MS

LOOK_SECONDS = 2.0
NOTICED_WITHIN_MS = 3 * MINUTE_MS  # a schedule looks each minute

Wait = Callable[[float], None]


def check_deploys(stack: RunningStack) -> None:
    """See that what `make deploy` of this folder deploys is the stack that is meant. Raises
    ProblemError.
    """
    if stack.is_local or (name := deploy_settings().stack_name) == stack.name:
        return
    raise ProblemError(
        f"cdk.json here deploys {name}, not {stack.name}: set its stage and settings there"
    )


def live_model(stack: RunningStack) -> Mapping[str, Any] | None:
    """Give the compiled model that is live, None where none is known. Raises TryLater."""
    kept = newest_of(stack)
    if kept is not None:
        return kept.compiled
    return stack.model(Namespace(model=None)) if stack.is_local else None


def deploy(stack: RunningStack, source: str, options: Namespace) -> None:
    """Deploy a model through the stack: on this machine by its own update, in AWS by `make
    deploy`. Raises ProblemError.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / MODEL_FILE
        file.write_text(source, encoding="utf-8")
        if stack.is_local:
            _update_local(file)
            return
        env = os.environ | {"LEAD_SCORING_MODEL": str(file)} | ({"YES": "1"} if options.yes else {})
        if options.region:
            env["AWS_REGION"] = options.region
        profile = [f"ARGS=--profile {options.profile}"] if options.profile else []
        command = [shutil.which("make") or "make", "deploy", *profile]
        if subprocess.run(command, env=env, check=False).returncode:  # noqa: S603  (our own)
            raise ProblemError("the deployment failed (above); the model before is still live")


def live_words(
    stack: RunningStack,
    version: str,
    options: Namespace,
    wait: Wait,
    clock: Callable[[], int],
) -> str:
    """Wait until all leads begin to be scored under a model just deployed, and say how it stands.

    Whoever asked for progress before would be told of the rescore before, and whoever published
    again would be shown changes against the model before.
    """
    print("Waiting until the system has noticed it, up to two minutes.", file=sys.stderr)
    until = clock() + NOTICED_WITHIN_MS
    with aws_faults(options):
        models = models_of(stack)
        while (newest := newest_run(models)) is None or newest.version != version:
            if clock() >= until:
                return (
                    f"{version} is deployed, but not noticed yet; lead-scoring status"
                    f"{stack.option} says what may be wrong. All leads are scored anew then:"
                )
            wait(LOOK_SECONDS)
    return f"{version} is live, and all leads are being scored anew; nobody is alerted for it:"


def _update_local(file: Path) -> None:
    from infra.local.local_stack import bring_up_to_date, read_stack, write_stack  # noqa: PLC0415
    from infra.local.synthesis import SynthesisFailed, synthesise  # noqa: PLC0415

    kept_in = STACK_FILE.resolve()
    running = read_stack(kept_in)
    if running is None:
        raise ProblemError("no system runs on this machine; start one with make up")
    print("Deploying; this takes about a minute.", file=sys.stderr)
    try:
        write_stack(bring_up_to_date(running.cloud, synthesise(model_file=file)), kept_in)
    except SynthesisFailed as failed:
        raise ProblemError(f"the template could not be made: {failed}") from failed
