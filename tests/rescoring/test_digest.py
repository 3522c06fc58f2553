"""What is told when a rescore ends."""

import json
from dataclasses import replace

from functions.leads.rescore_run import Progress, Run
from functions.sales.digest import digest
from functions.scoring.rule_book import RuleBook
from tests.builders import MONDAY, form_submitted, page_viewed
from tests.rescoring.rescored_world import RescoredWorld, generous

RUN = Run(2, "v2", begun_at=MONDAY, starts_at=MONDAY)


def world_with(company: str, number: int = 1) -> tuple[RescoredWorld, list[str]]:
    world = RescoredWorld()
    answers = {"company": company, "name": "Anna Nowak", "phone": "+48 600 000 000"}
    return world, world.people(number, page_viewed(), form_submitted(answers=answers))


def test_a_digest_names_who_turned_hot_and_nothing_personal() -> None:
    world, (name, *_) = world_with("Example Ltd", 3)
    world.model = generous()
    done = world.rescore()
    book = RuleBook(world.model)
    told = digest(
        RUN, done, world.store, book, lead_url="https://c/#/leads/", console_url="https://c/"
    )
    assert told.subject == "Leads scored anew: 3 turned hot, 0 cold"
    assert told.attributes == {"kind": "digest", "alert_id": "digest-2-v2"}
    assert told.bodies["email"] == (
        "Since 23.11.2026 10:00 leads are scored by another model. All 3 were scored anew; no "
        "alert was sent for it.\n"
        "\n"
        "  3 turned hot\n"
        "  0 turned cold\n"
        "\n"
        "Hot now, the highest first:\n"
        "  Example Ltd - 22  https://c/#/leads/lead-0@example.com\n"
        "  Example Ltd - 22  https://c/#/leads/lead-1@example.com\n"
        "  Example Ltd - 22  https://c/#/leads/lead-2@example.com\n"
        "\n"
        "Open the console: https://c/\n"
    )
    facts = json.loads(told.bodies["sqs"])
    assert facts["moved"] == {"warm>hot": 3}
    assert facts["hot"][0] == {
        "lead": name,
        "company": "Example Ltd",
        "score": 22,
        "url": f"https://c/#/leads/{name}",
    }
    everything = json.dumps(dict(told.bodies), ensure_ascii=False)
    assert "Nowak" not in everything
    assert "600 000" not in everything


def test_a_digest_speaks_the_language_of_the_model() -> None:
    world, _ = world_with("Żółw sp. z o.o.")
    world.model = generous()
    world.model["alerts"] = world.model["alerts"] | {"language": "pl"}
    told = digest(RUN, world.rescore(), world.store, RuleBook(world.model))
    assert told.subject == "Leady ocenione na nowo: gorace 1, zimne 0"
    assert "  stało się gorące: 1\n" in told.bodies["email"]
    assert "  Żółw sp. z o.o. - 22\n" in told.bodies["email"]
    assert told.bodies["sms"] == told.subject


def test_of_many_the_first_twenty_are_named_by_score() -> None:
    world, _ = world_with("Example Ltd", 30)
    world.model = generous()
    mail = digest(RUN, world.rescore(), world.store, RuleBook(world.model)).bodies["email"]
    assert mail.count("Example Ltd - 22") == 20
    assert "  and 10 more\n" in mail


def test_g23_who_was_erased_meanwhile_is_not_named() -> None:
    world, (name,) = world_with("Example Ltd")
    world.model = generous()
    done = world.rescore()
    del world.store.leads[name]
    mail = digest(RUN, done, world.store, RuleBook(world.model)).bodies["email"]
    assert "Example" not in mail
    assert "1 turned hot" in mail


def test_a_digest_counts_who_is_no_longer_hot_and_who_could_not_be_read() -> None:
    world = RescoredWorld()
    done = replace(Progress("2-v2", 0, seen=9), moved={"hot>warm": 2, "hot>cold": 1}, failed=1)
    mail = digest(RUN, done, world.store, RuleBook(world.model)).bodies["email"]
    assert "  3 no longer hot\n  1 turned cold\n  1 could not be read or scored" in mail
