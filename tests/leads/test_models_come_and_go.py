"""What fields of former models leave behind in a lead, and how much of it is kept."""

import json
from typing import Any

from functions.leads.lead import LEAD_BYTES_MAX
from functions.scoring.facts import Fact
from tests.builders import ANNA, MONDAY, World, compiled_model, form_submitted
from tests.fakes import item_bytes

FIELDS = 50
LONG = "ż" * 200


def model_of(season: int) -> dict[str, Any]:
    fields = {f"season-{season}-question-{number}": {"type": "text"} for number in range(FIELDS)}
    return compiled_model(fields=fields, version=f"v{season}")


def full_form(world: World, season: int) -> Fact:
    answers = dict.fromkeys(world.model["fields"], LONG)
    return form_submitted(id=f"form-{season}", at=MONDAY + season, answers=answers)


def test_g9_a_lead_stays_small_though_each_model_asks_for_something_else() -> None:
    world = World()
    for season in range(12):
        world.model, world.now = model_of(season), MONDAY + season
        world.happen(full_form(world, season))
        assert item_bytes(world.item()) <= LEAD_BYTES_MAX
        assert set(world.model["fields"]) <= set(json.loads(world.item()["answers"]))


def test_answers_of_a_former_model_are_kept_while_there_is_room() -> None:
    world = World(model=model_of(0))
    world.happen(full_form(world, 0))
    world.model = model_of(1)
    world.happen(form_submitted(id="form-1", at=MONDAY + 1, answers={}))
    assert len(json.loads(world.item(ANNA)["answers"])) == FIELDS
