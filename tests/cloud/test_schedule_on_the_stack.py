"""Points that expire while nobody writes: the schedule brings the stored score up to date.

Four leads are fed at once and waited for side by side. Two lie in shards whose schedule is switched
off; what is read of them, now or later, is what is read of the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from functions.leads.listing import home_shard
from functions.scoring.instants import HOUR_MS, MINUTE_MS, SECOND_MS, format_instant, parse_instant
from infra.local.local_stack import LocalStack
from tests.cloud.stack_driving import (
    facts_kept,
    import_facts,
    is_idle,
    lead_ids,
    now,
    read_lead_at,
    wait_until,
)

pytestmark = [pytest.mark.cloud, pytest.mark.xdist_group("watched_stack")]

OFF = "[0,1,2,3]"  # the shards whose schedule is switched off
ENDS_IN_SECONDS = 20  # time to be taken in, and read as it was before
SWEEP_SECONDS = 120  # a change of band is stored within two minutes
POINTS = {"/news": 5, "/pricing": 35}  # beside the 40 of a company: warm, and hot
LASTS_MS = HOUR_MS  # of both pages


@dataclass(frozen=True, slots=True)
class Watched:
    """A lead with a page whose points end at `ends_at`, while its schedule is on or off."""

    stack: LocalStack
    address: str
    page: str
    ends_at: int

    @property
    def stored(self) -> dict[str, Any]:
        told: dict[str, Any] = self._at(self.ends_at)["stored"]
        return told

    def scores(self) -> list[int]:
        """What is read just before the end, at the end, and long after it."""
        instants = (self.ends_at - 1, self.ends_at, self.ends_at + 30 * HOUR_MS)
        return [self._at(at)["score"] for at in instants]

    def facts(self) -> list[dict[str, Any]]:
        seen_at = self.ends_at - LASTS_MS
        answers = {"company": "Example Ltd"}
        form = {"kind": "form_submitted", "form": "demo", "answers": answers}
        page = {"kind": "page_viewed", "path": self.page}
        return [
            {"id": name, "lead": self.address, "at": format_instant(at)} | what
            for name, at, what in (("form", seen_at - 1, form), ("page", seen_at, page))
        ]

    def _at(self, at: int) -> dict[str, Any]:
        return read_lead_at(self.stack, self.address, at=at)


@dataclass(frozen=True, slots=True)
class Leads:
    """Whose award ends within a band, and whose ends it; both again where the schedule is off."""

    warm: Watched
    hot: Watched
    warm_unswept: Watched
    hot_unswept: Watched

    def all(self) -> list[Watched]:
        return [self.warm, self.hot, self.warm_unswept, self.hot_unswept]


@pytest.fixture(scope="module")
def leads(watched_stack: LocalStack) -> Iterator[Leads]:
    turn_schedule(watched_stack, "DISABLED")
    swept, unswept = addresses(watched_stack, off=False), addresses(watched_stack, off=True)
    ends_at = now() + ENDS_IN_SECONDS * SECOND_MS
    fed = Leads(
        *(
            Watched(watched_stack, next(names), page, ends_at)
            for names in (swept, unswept)
            for page in POINTS
        )
    )
    import_facts(watched_stack, *(lead.facts() for lead in fed.all()))
    ids = {lead_ids(watched_stack)(lead.address) for lead in fed.all()}
    wait_until(
        "all facts are recorded",
        lambda: (
            sum(lead in ids for lead, _ in facts_kept(watched_stack)) == 2 * len(ids)
            and is_idle(watched_stack)
        ),
    )
    yield fed
    turn_schedule(watched_stack, "ENABLED")


@pytest.fixture(scope="module")
def read_before(leads: Leads) -> dict[str, list[int]]:
    """What was read of each lead before any schedule ran over it."""
    assert all(lead.stored["score"] == 40 + POINTS[lead.page] for lead in leads.all())
    return {lead.address: lead.scores() for lead in leads.all()}


def test_g10_d1_what_is_read_is_exact_with_the_schedule_off(
    leads: Leads, read_before: dict[str, list[int]]
) -> None:
    for lead in leads.all():
        assert read_before[lead.address] == [40 + POINTS[lead.page], 40, 40]


def test_g10_g11_a_lead_that_left_its_band_is_stored_so_within_two_minutes(
    leads: Leads, read_before: dict[str, list[int]]
) -> None:
    wait_for_40_points(leads.hot)
    stored = leads.hot.stored
    assert stored["band"] == "warm"
    assert 0 <= parse_instant(stored["as_of"]) - leads.hot.ends_at <= SWEEP_SECONDS * SECOND_MS


def test_a_score_that_fell_within_its_band_is_stored_so_at_its_refresh(
    leads: Leads, read_before: dict[str, list[int]]
) -> None:
    wait_for_40_points(leads.warm, extra_seconds=60)
    stored = leads.warm.stored
    own_minute = leads.warm.ends_at + -leads.warm.ends_at % MINUTE_MS  # every minute is its own
    assert stored["band"] == "warm"
    assert 0 <= parse_instant(stored["as_of"]) - own_minute <= SWEEP_SECONDS * SECOND_MS


def test_g11_the_schedule_changes_nothing_that_is_read(
    leads: Leads, read_before: dict[str, list[int]]
) -> None:
    wait_for_40_points(leads.hot)
    wait_for_40_points(leads.warm, extra_seconds=60)
    for lead in (leads.warm_unswept, leads.hot_unswept):
        assert lead.stored["score"] == 40 + POINTS[lead.page]
    assert {lead.address: lead.scores() for lead in leads.all()} == read_before


def wait_for_40_points(lead: Watched, *, extra_seconds: int = 0) -> None:
    wait_until(
        f"{lead.address} is stored without the points of {lead.page}",
        lambda: lead.stored["score"] == 40,
        seconds=ENDS_IN_SECONDS + SWEEP_SECONDS + extra_seconds,
    )


def addresses(stack: LocalStack, *, off: bool) -> Iterator[str]:
    """Addresses of leads in the shards whose schedule is switched off, or in the others."""
    ids = lead_ids(stack)
    for number in count():
        address = f"watched-{number}@example.com"
        if (home_shard(ids(address)) < 4) is off:
            yield address


def turn_schedule(stack: LocalStack, state: str) -> None:
    schedules = stack.client("scheduler")
    group = stack.schedule_group
    for entry in schedules.list_schedules(GroupName=group)["Schedules"]:
        schedule = schedules.get_schedule(GroupName=group, Name=entry["Name"])
        shards = schedule["Target"]["Input"].partition(":")[2].rstrip("}").replace(" ", "")
        if shards == OFF:
            kept = ("Name", "GroupName", "ScheduleExpression", "FlexibleTimeWindow", "Target")
            schedules.update_schedule(State=state, **{name: schedule[name] for name in kept})
            return
    raise AssertionError(f"no schedule has the shards {OFF}")
