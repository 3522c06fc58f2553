"""Models learned from leads nobody here wrote, measured on later ones, beside two others."""

import os
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from analysis.column_table import read_table
from analysis.leak_check import Ended, suspicions
from tests.analysis.measure import OLIST_SINCE, Compared, compare, past_of

FOLDER = Path(os.environ.get("REAL_DATA", "")) / "leads"
RULES_MAX = 40
AFTERWARDS = {
    *("Tags", "Lead Quality", "Lead Profile", "Asymmetrique Activity Index"),
    *("Asymmetrique Profile Index", "Asymmetrique Activity Score", "Asymmetrique Profile Score"),
}
MAY_BE_EITHER = {"Last Notable Activity"}

pytestmark = pytest.mark.skipif(
    "REAL_DATA" not in os.environ, reason="set REAL_DATA to the folder of real leads"
)


@cache
def compared(name: str) -> Compared:
    return compare(past_of(FOLDER, name, since=OLIST_SINCE if name == "olist" else None))


def test_columns_that_were_filled_in_afterwards_are_named_and_sound_ones_are_not() -> None:
    named = {one.column for one in past_of(FOLDER, "xeducation").imported.leaking}
    assert named - MAY_BE_EITHER == AFTERWARDS


def test_they_are_found_by_their_cells_though_names_and_values_are_codes() -> None:
    table = read_table(FOLDER / "xeducation_leads.csv")
    rows = sorted(table.rows, key=lambda row: int(row[table.columns.index("Lead Number")]))
    won = np.array([row[table.columns.index("Converted")] == "1" for row in rows])
    coded: dict[str, list[str]] = {}
    for place, name in enumerate(table.columns):
        if name not in {"Converted", "Lead Number", "Prospect ID"}:
            codes: dict[str, str] = {"": "", "Select": ""}
            coded[f"c{place}"] = [codes.setdefault(row[place], f"v{len(codes)}") for row in rows]
    ended = Ended(won=won, lost=~won, order=np.arange(float(len(rows))))
    found = {table.columns[int(one.column[1:])] for one in suspicions(coded, ended)}
    assert found - MAY_BE_EITHER == AFTERWARDS


def test_a_learned_model_ranks_later_leads_as_well_as_gradient_boosting() -> None:
    both = compared("xeducation")
    assert both.ours.auc >= both.boosted.auc - 0.01
    assert both.ours.auc >= both.bayes.auc + 0.02


def test_of_two_columns_and_a_hundred_buyers_it_learns_no_less_than_the_others() -> None:
    both = compared("olist")
    assert both.ours.low > 0.5
    # two standard errors of a difference at a hundred later buyers are 0.03
    assert both.ours.auc >= max(both.boosted.auc, both.bayes.auc) - 0.03


@pytest.mark.parametrize("name", ["xeducation", "olist"])
def test_it_has_few_rules_with_whole_points(name: str) -> None:
    proposal = compared(name).learned.proposal
    assert proposal is not None
    rules = [*proposal.document.get("fit", []), *proposal.document.get("engagement", [])]
    assert len(rules) <= RULES_MAX
    assert all(isinstance(rule["points"], int) for rule in rules)
    assert any(rule["points"] < 0 for rule in rules)


def test_outcomes_that_nothing_tells_apart_give_no_model() -> None:
    from tests.analysis.measure import learned_from  # noqa: PLC0415

    past = past_of(FOLDER, "crm")
    assert learned_from(past, past.examples).proposal is None
