"""The alarms that ask for a look at the model ring as the model says."""

import pytest

from infra.alarms import _review
from infra.deploy_settings import DeploySettings
from modelling.compile import compile_document

pytestmark = pytest.mark.xdist_group("templates")  # they have imported the CDK already


def rings(review: dict[str, object] | None) -> dict[str, tuple[float, bool]]:
    model = compile_document({} if review is None else {"review": review})
    made = _review(DeploySettings(), model.get("review", {}))
    return {one.name: (one.at_least, one.above) for one in made}


def test_r83_a_model_that_says_nothing_is_looked_at_after_half_a_year_and_rings_for_no_share() -> (
    None
):
    assert rings(None) == {"ReviewDue": (180, True)}


def test_r82_the_alarms_ring_where_the_model_says() -> None:
    assert rings({"hot_wins_below": 25, "after": "2 months"}) == {
        "HotSeldomWins": (25, False),
        "ReviewDue": (60, True),
    }
    assert rings({"hot_wins_below": 25})["ReviewDue"] == (180, True)
