"""G25: the roles suffice for everything that is done, and for each permission there is something
that cannot be done without it.

`WITHOUT_ACTION="CaptureForm sns:Publish Topic"` walks in a copy of the template that lacks one
permission, which has to fail; `python -m tests.cloud.every_permission` tries them all.
"""

import os
from collections.abc import Iterator

import pytest

from tests.cloud.guarded_stack import GRANTS, guarded_stack
from tests.cloud.walk_of_roles import STEPS, Guarded, Step

pytestmark = [pytest.mark.cloud, pytest.mark.xdist_group("least_power")]

WITHOUT = os.environ.get("WITHOUT_ACTION", "")
SECONDS, SECONDS_WITHOUT = 60.0, 15.0  # a busy machine is slow; what is not allowed never happens


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    seconds = SECONDS_WITHOUT if WITHOUT else SECONDS
    with guarded_stack(tmp_path_factory.mktemp("guarded"), without=WITHOUT, seconds=seconds) as up:
        yield up


def asked() -> list[Step]:
    """All steps, or those that need what was taken away."""
    return [step for step in STEPS if not WITHOUT or WITHOUT in step.grants]


@pytest.mark.parametrize("step", asked(), ids=lambda step: f"G25-{step.name}")
def test_each_role_may_do_what_it_is_for(guarded: Guarded, step: Step) -> None:
    step.walk(guarded)


def test_g25_every_permission_of_every_role_is_walked() -> None:
    walked = frozenset(grant for step in STEPS for grant in step.grants)
    assert walked == GRANTS
