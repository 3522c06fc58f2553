"""Instants of tables that know no times, only an order: what the order means, and what it does not.

A table without dates often has a number that rises with time. Its rows get instants a minute apart,
from the first minute of 2000 on, so that earlier stays earlier; how long anything took, on which
day or in which month it was, they do not tell. The id of such a fact begins with `order-`.
"""

from collections.abc import Iterable

from functions.scoring.facts import Fact
from functions.scoring.instants import MINUTE_MS, parse_instant

ORDERED = "order-"
BEGIN_MS = parse_instant(
    "2000-01-01T00:00:00Z"
)  # before there were leads: nobody takes it for real


def instant_of_place(place: int) -> int:
    """Give the made-up instant (UTC ms) of a row's place in the order, from 0."""
    return BEGIN_MS + place * MINUTE_MS


def tell_an_order_only(facts: Iterable[Fact]) -> bool:
    """Whether the instants of these facts are made up, all or some of them."""
    return any(fact.id.startswith(ORDERED) for fact in facts)
