"""The engines of the bench give the same numbers: only then their speeds compare."""

from bench.event_speed import disagreeing as events_apart
from bench.event_speed import drawn_events
from bench.scoring_speed import disagreeing as leads_apart
from bench.scoring_speed import entrants
from bench.scoring_work import ACTIVITIES_MAX, ACTIVITIES_MIN, NOW, document, leads
from functions.scoring.instants import format_instant
from tests.oracle import brute_force

LEADS = 50


def test_every_engine_scores_every_lead_alike() -> None:
    assert leads_apart(leads(LEADS)) == 0


def test_an_event_leaves_the_same_score_by_ours_and_by_the_naive_loop() -> None:
    assert events_apart(drawn_events(LEADS)) == 0


def test_the_naive_loop_says_what_brute_force_says() -> None:
    run, inputs = entrants(leads(LEADS))["naive loop"]
    for lead, given in zip(leads(LEADS), inputs, strict=True):
        name = lead.facts[0].lead
        lines = [
            {"id": done["id"], "lead": name, "kind": done["kind"], "path": done["path"]}
            | {"at": format_instant(done["at"])}
            for done in lead.plain["activities"]
        ]
        form = lead.facts[-1]
        lines.append(
            {"id": form.id, "lead": name, "kind": form.kind, "at": format_instant(form.at)}
            | {"answers": dict(form.answers)}
        )
        told = brute_force.score(document(), lines, format_instant(NOW), ahead=False)[name]
        assert run(given) == (told["fit"], told["engagement"], told["band"])


def test_the_work_is_what_the_table_says_it_is() -> None:
    rules = document()
    assert (len(rules["fit"]), len(rules["groups"]), len(rules["engagement"])) == (24, 6, 16)
    assert {rule["at_most"] for rule in rules["engagement"]} == set(range(1, 11))
    numbers = [len(lead.plain["activities"]) for lead in leads(1_000)]
    assert (min(numbers), max(numbers)) == (ACTIVITIES_MIN, ACTIVITIES_MAX)
    assert 51 <= sum(numbers) / len(numbers) <= 55
