"""Once a week all leads are counted, by band and by rule; what alarms look at is said each hour."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.leads.lead import Lead, stored_form
from functions.leads.lead_table import TryLater
from functions.leads.week_count import Tally, WeekCount, week_count, week_counts, week_of
from functions.scoring.facts import Fact
from functions.scoring.instants import HOUR_MS, MINUTE_MS
from tests.builders import MONDAY, page_viewed
from tests.laws.law_profile import law
from tests.machine.crashes import FAULTS, Crashed
from tests.rescoring.rescored_world import generous
from tests.watching.plain_recount import recounted
from tests.watching.watched_world import WatchedWorld, days, happens, person, sales

KEPT = {"hot": Tally(leads=1, won=1), "warm": Tally(leads=1, contacted=1), "cold": Tally(leads=1)}


def three_people(at: int = MONDAY) -> list[Fact]:
    """Anna looked at prices and runs a company, 12 + 20 points: hot, and bought. Ola only looked,
    12: warm, and was called. Jan read news, 0: cold.
    """
    return [
        *person("anna", "/pricing", at=at, is_ceo=True),
        *person("ola", "/pricing", at=at),
        *person("jan", "/news", at=at),
        sales("ola", "contacted", "reached", at=at + 1),
        sales("anna", "concluded", "won", at=at + 2),
    ]


def ended_hot(number: int, *, won: int, at: int = MONDAY) -> list[Fact]:
    """So many hot leads that ended, the first of them won."""
    facts: list[Fact] = []
    for place in range(number):
        facts += person(f"hot-{place}", "/pricing", at=at, is_ceo=True)
        result = "won" if place < won else "lost"
        facts.append(sales(f"hot-{place}", "concluded", result, at=at + 1))
    return facts


def test_r82_three_leads_are_counted_by_band_and_rule_and_the_week_is_kept() -> None:
    world = WatchedWorld().live()
    happens(world, *three_people())
    count = world.count()
    assert count.week == week_of(MONDAY) == "2026-W48"
    assert count.bands == KEPT
    assert count.rules == {
        "ceo": Tally(leads=1, won=1),
        "pricing-page": Tally(leads=2, contacted=1, won=1),
    }
    assert (count.seen, count.former, count.failed) == (3, 0, 0)
    assert [kept.bands for kept in week_counts(world.models)] == [KEPT]


def test_a_week_is_counted_once_and_the_next_one_anew() -> None:
    world = WatchedWorld().live()
    happens(world, *three_people())
    world.watch()
    happens(world, *person("eva", "/pricing", at=world.now + HOUR_MS))
    assert world.count().seen == 3
    world.now += days(7)
    assert world.count().seen == 4
    assert [(kept.week, kept.seen) for kept in week_counts(world.models)] == [
        ("2026-W48", 3),
        ("2026-W49", 4),
    ]


def test_somebody_may_have_the_week_counted_anew() -> None:
    world = WatchedWorld().live()
    happens(world, *three_people())
    world.watch()
    happens(world, *person("eva", "/pricing", at=world.now + HOUR_MS))
    world.watch(anew=True)
    (kept,) = week_counts(world.models)
    assert kept.seen == 4


def test_a_band_and_each_rule_is_said_once_a_week() -> None:
    world = WatchedWorld().live()
    happens(world, *three_people())
    world.watch()
    assert {name: value for name, value in world.figures.items() if name.startswith("hot_")} == {
        "hot_leads": 1, "hot_contacted": 0, "hot_won": 1,
    }  # fmt: skip
    said = [told for message, told in world.lines if message == "rule counted"]
    assert [(told["rule"], told["leads"], told["won"]) for told in said] == [
        ("ceo", 1, 1),
        ("pricing-page", 2, 1),
    ]
    assert {told["week"] for told in said} == {"2026-W48"}
    world.watch()
    assert set(world.figures) == {"model_age_days"}
    assert len(world.lines) == 2


def test_nothing_that_is_kept_or_said_names_a_person() -> None:
    world = WatchedWorld().live()
    happens(world, *three_people())
    world.watch()
    written = f"{[item for key, item in world.models.items.items() if key[0] in ('count', 'week')]}"
    assert "example.com" not in f"{written}{world.lines}{world.figures}"


# How right hot is


def test_of_hot_leads_that_ended_the_share_that_was_won_is_said_every_hour() -> None:
    world = WatchedWorld().live()
    happens(world, *ended_hot(10, won=3))
    for _ in range(3):
        world.watch()
        assert world.figures["hot_wins_percent"] == 30
        world.now += HOUR_MS


def test_of_fewer_than_ten_nothing_is_said_so_that_no_alarm_can_ring() -> None:
    world = WatchedWorld().live()
    happens(world, *ended_hot(9, won=0))
    world.watch()
    assert "hot_wins_percent" not in world.figures


def test_in_a_new_week_the_share_of_the_last_one_is_said_until_it_is_counted() -> None:
    world = WatchedWorld().live()
    happens(world, *ended_hot(10, won=3))
    world.watch()
    world.now += days(7)
    world.watching(stops_after=0).go()
    assert world.figures["hot_wins_percent"] == 30


def test_a_lead_counts_as_it_stood_just_before_its_outcome_though_its_points_are_gone_since() -> (
    None
):
    """12 points of the pricing page last 30 days."""
    world = WatchedWorld().live()
    happens(world, *three_people())
    world.now += days(60)
    count = world.count()
    assert count.bands["hot"] == Tally(leads=1, won=1)
    assert count.bands["cold"] == Tally(leads=2, contacted=1)  # who is open counts as of now


def test_what_a_customer_does_afterwards_does_not_change_what_its_score_was() -> None:
    """Anna was cold when she bought, and looks at prices as a customer: her history tells."""
    world = WatchedWorld().live()
    happens(
        world,
        *person("anna", "/news", at=MONDAY),
        sales("anna", "concluded", "won", at=MONDAY + 1),
        *person("anna", "/pricing", at=MONDAY + 2, is_ceo=True),
    )
    assert world.count().bands["cold"] == Tally(leads=1, won=1)
    assert world.store.calls.count("history") == 1


def test_no_history_is_read_where_what_is_stored_is_exact() -> None:
    world = WatchedWorld().live()
    happens(world, *three_people())
    world.store.calls.clear()
    world.watch()
    assert set(world.store.calls) == {"scan"}


def test_who_ended_longer_ago_than_90_days_stands_in_no_band() -> None:
    world = WatchedWorld().live()
    happens(world, *three_people())
    world.now = MONDAY + 2 + days(90)
    count = world.count()
    assert (count.former, count.hot) == (1, Tally())
    world.now -= 1
    world.watch(anew=True)
    assert world.count().former == 0


def test_who_was_not_interested_and_wrote_again_is_open() -> None:
    world = WatchedWorld().live()
    happens(
        world,
        *person("anna", at=MONDAY, is_ceo=True),
        sales("anna", "concluded", "not_interested", at=MONDAY + 1),
    )
    assert world.count().rules["ceo"] == Tally(leads=1, other=1)
    again = world.now + HOUR_MS
    lead = "anna@example.com"
    happens(world, Fact(lead, again, "again", "form_submitted", lead))
    world.watch(anew=True)
    assert world.count().rules["ceo"] == Tally(leads=1)


# Who is not counted


def test_erased_leads_and_tests_stand_in_no_band() -> None:
    world = WatchedWorld().live()
    tombstone = stored_form(Lead("gone", revision=3, erased_at=MONDAY, erased=True))
    world.store.write(tombstone, expected=0)
    lead = "test@example.com"
    happens(world, Fact(lead, MONDAY, "test", "form_submitted", lead, test=True))
    count = world.count()
    assert (count.seen, count.failed, sum(one.leads for one in count.bands.values())) == (2, 0, 0)


def test_d15_a_lead_that_cannot_be_read_is_counted_as_such_and_stops_nothing() -> None:
    world = WatchedWorld().live()
    happens(world, *three_people())
    world.store.leads["anna@example.com"] |= {"ledger": "{"}
    count = world.count()
    assert (count.failed, count.hot.leads) == (1, 0)
    assert world.counts["lead_unreadable"] == 1


def test_a_bug_with_one_lead_is_told_and_stops_nothing() -> None:
    world = WatchedWorld().live()
    happens(world, *three_people())
    world.store.leads["anna@example.com"]["ledger"] = '[{"pricing-page":[["when","x"]]},{}]'
    count = world.count()
    assert (count.seen, count.failed) == (3, 1)
    assert world.counts["bug"] == 1


# The model


def test_r83_how_long_ago_the_model_was_changed_is_said_every_hour() -> None:
    world = WatchedWorld()
    world.watch()
    assert world.figures == {}
    world.live()
    began = world.now
    happens(world, page_viewed())
    for number in (0, 1, 100):
        world.now = began + days(number)
        world.watch()
        assert world.figures["model_age_days"] == pytest.approx(number, abs=0.01)
    world.model = generous()
    world.rescore()
    world.watch()
    assert world.figures["model_age_days"] < 1


def test_under_another_model_the_week_is_counted_anew_once_all_leads_are_rescored() -> None:
    world = WatchedWorld().live()
    happens(world, *three_people())
    world.watch()
    world.model = generous()
    assert world.count().version == "v1"
    world.rescore()
    count = world.count()
    assert (count.version, count.week) == ("v2", "2026-W48")
    assert count.bands["hot"].leads == 2
    assert [kept.version for kept in week_counts(world.models)] == ["v2"]


# What takes long, fails, or is called twice


def test_a_count_that_takes_longer_than_a_call_is_gone_on_with_by_the_next_hour() -> None:
    world = WatchedWorld(page_limit=2).live()
    happens(world, *three_people(), *ended_hot(4, won=1))
    seen = []
    for _ in range(5):
        world.store.before = lambda call: _pass_time(world, call)
        seen.append(world.watching().go().seen)
        world.store.before = lambda _: None
    assert seen == [2, 4, 6, 7, 7]
    assert week_counts(world.models)[0].hot == Tally(leads=5, won=2, lost=3)


def _pass_time(world: WatchedWorld, call: str) -> None:
    if call == "scan":
        world.now += 10 * MINUTE_MS


@pytest.mark.parametrize("fault", FAULTS)
def test_killed_at_any_step_and_gone_on_with_nobody_is_counted_twice(fault: str) -> None:
    side, error = FAULTS[fault]
    for step in range(24):
        world = WatchedWorld(page_limit=2).live()
        happens(world, *three_people())
        steps = iter(range(step, -1, -1))

        def fail(_: str, steps: object = steps) -> None:
            if next(steps, None) == 0:  # type: ignore[call-overload]
                raise error

        setattr(world.store, side, fail)
        setattr(world.models, side, fail)
        for _ in range(4):
            try:
                world.watch()
            except (Crashed, TryLater):
                continue
        setattr(world.models, side, lambda _: None)
        (kept,) = week_counts(world.models)
        assert (kept.bands, kept.seen) == (KEPT, 3)
        assert {told["rule"] for _, told in world.lines} == {"ceo", "pricing-page"}


def test_two_calls_at_once_count_nobody_twice() -> None:
    world = WatchedWorld(page_limit=2).live()
    happens(world, *three_people())
    meanwhile = [world.watching()]

    def another(call: str) -> None:
        if call == "scan" and meanwhile:
            meanwhile.pop().go()

    world.store.before = another
    assert world.watching().go().is_over
    assert week_count(world.models, "2026-W48") is not None
    assert [kept.bands for kept in week_counts(world.models)] == [KEPT]


NAMES = ("anna", "ola", "jan", "eva")
STORIES = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(["prices", "news", "form", "reached", "won", "lost", "not_interested"]),
        st.integers(0, 120),
    ),
    max_size=14,
)


@law(80)
@given(STORIES, st.integers(0, 130))
def test_a_count_is_what_a_plain_recount_of_all_histories_gives(
    stories: list[tuple[str, str, int]], later: int
) -> None:
    world = WatchedWorld(page_limit=2).live()
    facts = [fact for story in stories for fact in _told(*story)]
    happens(world, *facts)
    world.now = max(world.now, MONDAY + days(later))
    count: WeekCount = world.count()
    bands, rules, former = recounted(world.model, facts, at=world.now)
    assert {band: tuple(tally) for band, tally in count.bands.items() if tally.leads} == bands
    assert {rule: tuple(tally) for rule, tally in count.rules.items() if tally.leads} == rules
    assert count.former == former


def _told(name: str, what: str, day: int) -> list[Fact]:
    at = MONDAY + days(day)
    match what:
        case "prices" | "news":
            return person(name, f"/{what.replace('prices', 'pricing')}", at=at)
        case "form":
            return person(name, at=at, is_ceo=True)
        case "reached":
            return [sales(name, "contacted", what, at=at)]
    return [sales(name, "concluded", what, at=at)]
