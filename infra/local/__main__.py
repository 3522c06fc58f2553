"""`python -m infra.local up|down|run|demo|deploy`: what the Makefile calls.

`deploy` alone takes arguments: those of `cdk deploy`.
"""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from infra.deploy_settings import InvalidSettings
from infra.local.cloud import CloudDidNotStart, stop_cloud
from infra.local.deployment import DeploymentFailed
from infra.local.local_stack import (
    STACK_FILE,
    LocalStack,
    StackAlreadyUp,
    bring_up,
    read_stack,
    take_down,
    write_stack,
)
from infra.local.mailbox import open_mailbox
from infra.local.real_deploy import deploy_to_aws
from infra.local.running import run
from infra.local.sign_ins import PASSWORD, PEOPLE, make_people
from infra.local.story import StepMissing, tell
from infra.local.synthesis import SynthesisFailed

FAULTS = (CloudDidNotStart, DeploymentFailed, InvalidSettings, StackAlreadyUp, SynthesisFailed)


def main() -> int:
    commands: Mapping[str, Callable[[], None]] = {
        "up": _up,
        "down": _down,
        "run": run,
        "demo": _demo,
        "deploy": lambda: deploy_to_aws(sys.argv[2:]),
    }
    if sys.argv[1:2] != ["deploy"] and (len(sys.argv) != 2 or sys.argv[1] not in commands):
        print(f"python -m infra.local {'|'.join(commands)}", file=sys.stderr)
        return 2
    if sys.argv[1] != "deploy":
        _forget_the_account()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        commands[sys.argv[1]]()
    except StepMissing as missing:
        print(f"This step did not happen: {missing}", file=sys.stderr)
        return 1
    except FAULTS as fault:
        print(fault, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    return 0


def _up() -> None:
    if read_stack():
        raise StackAlreadyUp("A stack is up already; make down stops it.")
    stack = bring_up()
    make_people(stack)
    write_stack(stack)
    print(f"Up: forms at {stack.form_address}, bus {stack.bus}; all addresses in {STACK_FILE}.")
    names = ", ".join(person.address for person in PEOPLE)
    print(f"The sales API is at {stack.sales_api}; sign in as {names} with {PASSWORD}.")
    print("make down stops it and forgets every lead.")


def _down() -> None:
    print("Down." if take_down() else "Nothing was up.")


def _demo() -> None:
    """On a stack of its own, or on the one whose file LEAD_SCORING_STACK names."""
    if named := os.environ.get("LEAD_SCORING_STACK"):
        running = read_stack(Path(named))
        if running is None:
            raise StepMissing(f"the stack: none is up by {named}")
        _tell(running)
        return
    print("Starting the local cloud and deploying the template...", flush=True)
    stack = bring_up()
    try:
        _tell(stack)
    finally:
        stop_cloud(stack.cloud)


def _tell(stack: LocalStack) -> None:
    with open_mailbox(stack) as mailbox:
        tell(stack, mailbox, lambda text: print(text, flush=True))


def _forget_the_account() -> None:
    """The local cloud is on this machine: the user's proxy, profile and keys are not for it."""
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            del os.environ[name]


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
