"""The alert that the README shows, worded by the product under the project's own model."""

from pathlib import Path

from functions.leads.hot_alert import Alert
from functions.scoring.facts import Fact
from functions.scoring.instants import DAY_MS
from modelling.compile import compile_model_file
from tests.builders import ANNA, MONDAY, World, form_submitted, page_viewed

ROOT = Path(__file__).parents[2]
ANSWERS = {
    "name": "Anna Nowak",
    "company": "Example Ltd",
    "phone": "+48 600 100 200",
    "job_title": "CEO",
    "company_size": 120,
    "country": "PL",
    "industry": "Software",
}


def facts() -> list[Fact]:
    """Anna registers for a webinar, asks for a demo from an ad, and looks at the prices."""
    touch = {"utm_medium": "cpc", "utm_campaign": "spring"}
    return [
        page_viewed(kind="webinar_registered", id="w", at=MONDAY - 3 * DAY_MS, properties={}),
        form_submitted(answers=ANSWERS, touch=touch, at=MONDAY - DAY_MS),
        page_viewed(),
    ]


def alert_of_the_readme() -> Alert:
    """Let it happen in the order of the facts and give the one alert."""
    model = compile_model_file(ROOT / "scoring-model.yaml")
    world = World(model={**model, "alerts": {**model["alerts"], "language": "en"}})
    for fact in facts():
        world.now = fact.at
        world.happen(fact)
    (alert,) = world.topic.alerts
    assert alert.attributes["band"] == world.item(ANNA)["band"] == "hot"
    return alert
