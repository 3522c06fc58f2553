"""Two movers on one lead, in every order of their calls.

Fault plans alone once missed a put without its condition; what meets here is every pair of the
move, the schedule and whoever publishes, under one model and under two.
"""

from functools import partial
from math import comb

import pytest

from tests.builders import page_viewed
from tests.interleavings.meeting import (
    NEW_POINTS,
    NEW_RULES,
    SWEEP,
    Meeting,
    event,
)
from tests.interleavings.starts import (
    ABOUT,
    COOLED,
    FORM,
    LATE_PAGE,
    LATER_PAGE,
    NEW,
    NEW_TO_A_TEAM,
    OTHER_FORM,
    OTHER_PAGE,
    PAGE,
    PENALTY_OVER,
    PENDING,
    POLISH_FORM,
    UNSUBSCRIBED,
    WARM,
    WEBINAR,
)
from tests.interleavings.turns import Choose, Turns, every_order

EVENT_X_EVENT = {
    "a form and a page of somebody new": Meeting(NEW, (event(FORM), event(PAGE))),
    "two pages that each make it hot": Meeting(WARM, (event(PAGE), event(OTHER_PAGE))),
    "one page delivered twice": Meeting(WARM, (event(PAGE), event(PAGE))),
    "batches that overlap": Meeting(WARM, (event(PAGE, ABOUT), event(OTHER_PAGE, PAGE))),
    "a double click on a form": Meeting(
        NEW, (event(FORM, received_hash="x"), event(FORM, received_hash="x")), (0,)
    ),
    "two forms under one id that say different things": Meeting(
        NEW,
        (event(FORM, received_hash="x"), event(OTHER_FORM, received_hash="y")),
        (0,),
        contested=True,
        orders_min=20,
    ),
    "two forms of two countries, of which one is somebody's": Meeting(
        NEW_TO_A_TEAM, (event(FORM), event(POLISH_FORM)), (0,)
    ),
    "a form delivered twice to a team": Meeting(NEW_TO_A_TEAM, (event(FORM), event(FORM)), (0,)),
    "an import and a page": Meeting(NEW, (event(FORM, silent=True), event(PAGE)), (0, 1)),
    "a page and an unsubscription": Meeting(WARM, (event(PAGE), event(UNSUBSCRIBED)), (0, 1)),
    "two pages after it cooled": Meeting(
        COOLED, (event(LATE_PAGE), event(page_viewed(id="l", at=LATE_PAGE.at - 5))), (2,)
    ),
}
EVENT_X_SWEEP = {
    "a page as a penalty ends": Meeting(PENALTY_OVER, (event(LATER_PAGE), SWEEP)),
    "a page as points end": Meeting(COOLED, (event(LATE_PAGE), SWEEP), (2,)),
    "two sweeps as a penalty ends": Meeting(PENALTY_OVER, (SWEEP, SWEEP)),
    "two sweeps as points end": Meeting(COOLED, (SWEEP, SWEEP), (1,), orders_min=20),
}
EVENT_X_PUBLISHER = {
    "a page as an alert is sent late": Meeting(PENDING, (event(PAGE), SWEEP)),
    "an unsubscription as an alert is sent late": Meeting(
        PENDING, (event(UNSUBSCRIBED), SWEEP), (0, 1)
    ),
    "two sweeps with one alert": Meeting(PENDING, (SWEEP, SWEEP)),
    "a page beside who has just made it hot": Meeting(WARM, (event(PAGE), event(ABOUT))),
}
OLD_X_NEW = {
    "a page of the old and a webinar of the new rules": Meeting(
        WARM, (event(PAGE), event(WEBINAR, model=NEW_RULES)), model=NEW_RULES
    ),
    "one page under both": Meeting(
        WARM, (event(PAGE), event(PAGE, model=NEW_RULES)), (0, 1), model=NEW_RULES
    ),
    "a page under the old points and another under the new": Meeting(
        WARM, (event(PAGE), event(OTHER_PAGE, model=NEW_POINTS)), model=NEW_POINTS
    ),
    "the old schedule and a webinar of the new rules": Meeting(
        PENALTY_OVER,
        (SWEEP, event(page_viewed("/webinar", id="w", at=LATER_PAGE.at), model=NEW_RULES)),
        model=NEW_RULES,
    ),
}
MEETINGS = EVENT_X_EVENT | EVENT_X_SWEEP | EVENT_X_PUBLISHER | OLD_X_NEW


def test_every_order_of_seven_and_of_nine_calls_is_taken_once() -> None:
    seen: list[str] = []

    def steps(turns: Turns, name: str, number: int, order: list[str]) -> None:
        for _ in range(number):
            turns.step()
            order.append(name)

    def once(choose: Choose) -> None:
        order: list[str] = []
        turns = Turns(choose)
        turns.run([partial(steps, turns, name, of, order) for name, of in (("a", 3), ("b", 4))])
        seen.append("".join(order))

    runs = every_order(once)
    assert len(set(seen)) == comb(7, 3)
    assert runs == comb(9, 4)  # each mover's beginning is one place more to be chosen at


@pytest.mark.parametrize("name", MEETINGS)
def test_g1_g5_g12_g13_two_movers_lose_no_fact_and_alert_as_often_as_owed(name: str) -> None:
    meeting = MEETINGS[name]

    def once(choose: Choose) -> None:
        alerts = meeting.hold(choose).topic.alerts
        assert len(alerts) in meeting.owed
        assert len({alert.alert_id for alert in alerts}) == len(alerts)

    assert every_order(once) >= meeting.orders_min
