"""The unit counter against units worked out by hand from the service's own rules."""

import json
from typing import Any

import pytest

from bench.units import LEAD_INDEXES, Index, index_units, read_units, size_of, write_units
from infra.local.synthesis import synthesise

DUE = Index("due", ("due_shard", "due_at"))
MONTHLY = Index("monthly", ("month", "lead"), ("quality",))


def item(**values: str | int) -> dict[str, Any]:
    return {
        name: {"N": str(value)} if isinstance(value, int) else {"S": value}
        for name, value in values.items()
    }


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"lead": "anna"}, 4 + 4),
        ({"lead": "ł"}, 4 + 2),
        ({"score": 7}, 5 + 2),
        ({"score": -70}, 5 + 3),
        ({"due_at": 1795428000123}, 6 + 8),
        ({"first_seen": 1795428000000}, 10 + 5),
    ],
)
def test_an_item_is_its_names_and_values_in_bytes(
    values: dict[str, str | int], expected: int
) -> None:
    assert size_of(item(**values)) == expected


@pytest.mark.parametrize(("letters", "units"), [(1, 1), (1020, 1), (1021, 2), (2044, 2), (2045, 3)])
def test_a_write_costs_a_unit_per_started_kilobyte(letters: int, units: int) -> None:
    assert write_units(None, item(text="x" * letters)) == units


def test_a_write_costs_by_the_larger_of_before_and_after() -> None:
    assert write_units(item(text="x" * 3000), item(text="x")) == 3


@pytest.mark.parametrize(
    ("before", "after", "units"),
    [
        (None, {"lead": "a", "due_shard": 1, "due_at": 5}, 1),
        ({"lead": "a", "due_shard": 1, "due_at": 5}, {"lead": "a"}, 1),
        ({"lead": "a", "due_shard": 1, "due_at": 5}, {"lead": "a", "due_shard": 1, "due_at": 6}, 2),
        ({"lead": "a", "due_shard": 1, "due_at": 5, "score": 1},
         {"lead": "a", "due_shard": 1, "due_at": 5, "score": 2}, 0),
        ({"lead": "a", "due_shard": 1}, {"lead": "a", "due_at": 5}, 0),
        (None, {"lead": "a"}, 0),
    ],
)  # fmt: skip
def test_an_index_costs_where_its_entry_appears_goes_or_moves(
    before: dict[str, str | int] | None, after: dict[str, str | int], units: int
) -> None:
    stored = item(**before) if before else None
    assert index_units(stored, item(**after), DUE) == units


def test_an_index_costs_one_where_only_what_it_projects_changes() -> None:
    before = item(lead="a", month="2026-11", quality="{}")
    assert index_units(before, before | item(quality='{"hot":true}'), MONTHLY) == 1


@pytest.mark.parametrize(
    ("size", "consistent", "units"),
    [(0, True, 1), (4096, True, 1), (4097, True, 2), (1, False, 0.5), (8193, False, 1.5)],
)
def test_a_read_costs_a_unit_per_started_four_kilobytes(
    size: int, *, consistent: bool, units: float
) -> None:
    assert read_units(size, consistent=consistent) == units


@pytest.mark.xdist_group("templates")
def test_the_counter_knows_the_indexes_of_the_template() -> None:
    (file,) = synthesise({}).glob("*.template.json")
    resources = json.loads(file.read_text(encoding="utf-8"))["Resources"].values()
    (indexes,) = (
        resource["Properties"]["GlobalSecondaryIndexes"]
        for resource in resources
        if "GlobalSecondaryIndexes" in resource["Properties"]
    )
    assert {
        Index(
            index["IndexName"],
            tuple(key["AttributeName"] for key in index["KeySchema"]),
            tuple(index["Projection"].get("NonKeyAttributes", ())),
        )
        for index in indexes
    } == set(LEAD_INDEXES)
