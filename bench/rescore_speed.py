"""Row 9, its pure half: 100,000 leads scored anew after a change of points.

Every rule gives a point more; what rules match stays, so no ledger is built anew. The goal is of
scoring alone, from states already read; reading ledger and answers from the JSON texts of a stored
item before it is told beside. A few thousand different leads stand for all: what answers give is
remembered field by field, so the others would find no less.
"""

from bench.figure import Figure
from bench.racing import Entrant, seconds_each
from bench.scoring_work import NOW, leads, rule_book
from functions.leads.lead import Lead, Merged, read_state, stored_form
from functions.scoring.state import State

LEADS, DIFFERENT = 100_000, 2_000
GOAL_SECONDS = 2.0


def measure() -> list[Figure]:
    """Measure scoring alone, and reading and scoring."""
    old, new = rule_book(), rule_book(points_more=1)
    states = [old.state(lead.facts) for lead in leads(DIFFERENT)]
    items = [
        stored_form(Lead(f"lead-{place}", merged=Merged(state=state)))
        for place, state in enumerate(states)
    ]
    alone, read = seconds_each(
        {
            "alone": Entrant(lambda state: new.totals(_new(state), at=NOW), states),
            "read": Entrant(lambda item: new.totals(read_state(item), at=NOW), items),
        }
    ).values()
    return [
        Figure("9", f"{LEADS:,} leads scored under new points", alone * LEADS, "s of one core",
               f"<= {GOAL_SECONDS:g} s", alone * LEADS <= GOAL_SECONDS),
        Figure("9", f"{LEADS:,} leads read from stored items and scored", read * LEADS,
               "s of one core"),
    ]  # fmt: skip


def _new(state: State) -> State:
    """A state of which nothing is remembered yet."""
    return State(state.ledger, state.answers, state.email)
