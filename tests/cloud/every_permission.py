"""`python -m tests.cloud.every_permission`: without any one permission something fails.

A stack comes up in a cloud that asks for permissions, everything is walked, then each permission of
each role is taken away in turn, and the steps that need it have to fail. Names given as arguments
(`CaptureForm`, `sns:Publish`) choose among them. Exits with 1 where one is not missed.
"""

import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cloud.guarded_stack import GRANTS, guarded_stack, sid
from tests.cloud.walk_of_roles import STEPS, Guarded, Step

SECONDS = 12.0  # for a step that must not happen


def main(wanted: Sequence[str]) -> int:
    grants = sorted(grant for grant in GRANTS if all(word in grant for word in wanted))
    alive = []
    with (
        tempfile.TemporaryDirectory() as folder,
        guarded_stack(Path(folder), without="", seconds=SECONDS) as guarded,
    ):
        walked = [fault for step in STEPS if (fault := fault_of(step, guarded))]
        if walked:
            say(f"With every permission it fails: {walked}")
            return 1
        say(f"With every permission all {len(STEPS)} steps are walked.")
        for grant in grants:
            started = time.monotonic()
            missed = is_missed(grant, guarded)
            alive += [] if missed else [grant]
            took = time.monotonic() - started
            say(f"{'missed  ' if missed else 'NOT MISSED'}  {grant}  ({took:.1f} s)")
    say(f"{len(grants) - len(alive)} of {len(grants)} permissions are missed where they are gone.")
    return 1 if alive else 0


def is_missed(grant: str, guarded: Guarded) -> bool:
    """Whether each step that needs it fails without it."""
    steps = [step for step in STEPS if grant in step.grants]
    with withdrawn(grant, guarded):
        return bool(steps) and all(fault_of(step, guarded) for step in steps)


def fault_of(step: Step, guarded: Guarded) -> str:
    try:
        step.walk(guarded)
    except (AssertionError, pytest.fail.Exception, KeyError) as fault:
        return f"{step.name}: {fault}"
    return ""


@contextmanager
def withdrawn(grant: str, guarded: Guarded) -> Iterator[None]:
    """While the block runs the role lacks one permission; afterwards it has it again."""
    iam: Any = guarded.stack.client("iam")
    role = guarded.physical[grant.split(" ", maxsplit=1)[0]]
    (policy,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    whole = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    left = [one for one in whole["Statement"] if one["Sid"] != sid(grant)]
    assert len(left) == len(whole["Statement"]) - 1

    def put(document: object) -> None:
        iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document))

    put({**whole, "Statement": left})
    try:
        yield
    finally:
        put(whole)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
