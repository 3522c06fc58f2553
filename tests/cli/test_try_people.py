"""`lead-scoring try`: the named people, what changed since the last run, and the watching of it."""

import json
from argparse import Namespace
from pathlib import Path

import pytest

from cli.last_run import FILE
from cli.try_people import saves, watch
from tests.cli.conftest import Run

PEOPLE = "events/people"


def kept(folder: Path) -> dict[str, dict[str, object]]:
    people: dict[str, dict[str, object]] = json.loads((folder / FILE).read_text("utf-8"))["people"]
    return people


def change_model(folder: Path, old: str, new: str) -> None:
    model = folder / "scoring-model.yaml"
    text = model.read_text("utf-8")
    assert old in text
    model.write_text(text.replace(old, new), "utf-8")


def test_people_are_told_apart_as_the_article_wants_it(folder: Path, run: Run) -> None:
    """R47, R54, R62, R68, R69: who is worth a call, and who only looks like it."""
    assert run("try")[0] == 0
    people = kept(folder)
    band = {name: person["band"] for name, person in people.items()}
    assert len(people) >= 10
    assert band["Manager who intends to buy"] == "hot"
    assert band["CEO of a small company"] == "hot"
    assert band["CEO who is not interested"] != "hot"
    assert band["Student on the careers page"] == "cold"
    assert band["Unsubscribed"] == "cold"
    assert band["Private address"] == "cold"
    assert people["Opens mails and nothing else"]["score"] == 0
    rules = {name: person["rules"] for name, person in people.items()}
    assert "gone-quiet" in str(rules["Gone quiet"])
    assert "ignores-campaigns" in str(rules["Never reacts to campaigns"])
    assert "webinar-attendance" in str(rules["Came to the webinar"])
    assert "webinar-attendance" not in str(rules["Registered for the webinar and stayed away"])


def test_the_second_run_says_what_a_change_did(folder: Path, run: Run) -> None:
    _, first, _ = run("try")
    assert "Change a rule in the model and run this again" in first
    _, same, _ = run("try")
    assert "Nothing has changed since the last run." in same
    change_model(
        folder, "where: {form: contact}\n    points: 12", "where: {form: contact}\n    points: 19"
    )
    _, changed, _ = run("try")
    assert "contact-request +7" in changed
    assert "cold -> warm" in changed
    assert "score +7" in changed


def test_a_person_has_one_file_and_one_address(folder: Path, run: Run) -> None:
    person = {"lead": "a@example.com", "at": "-2 days", "kind": "page_viewed", "path": "/"}
    file = folder / PEOPLE / "two_in_one.jsonl"
    lines = [person, person | {"lead": "b@example.com"}]
    file.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    code, _, err = run("try")
    assert code == 1
    assert "two_in_one.jsonl: 2 leads stand in it" in err


def test_an_instant_that_is_neither_relative_nor_one_is_named(folder: Path, run: Run) -> None:
    file = folder / PEOPLE / "gone_quiet.jsonl"
    file.write_text('{"lead": "a@example.com", "at": "-2 moons", "kind": "page_viewed"}', "utf-8")
    code, _, err = run("try")
    assert code == 1
    assert "gone_quiet.jsonl line 1: `at` is no instant" in err


def test_an_empty_folder_of_people_says_what_to_put_there(folder: Path, run: Run) -> None:
    (folder / "nobody").mkdir()
    code, _, err = run("try", "--people", "nobody")
    assert code == 1
    assert "there is nobody in nobody/" in err


def test_each_save_is_seen_once_and_ctrl_c_ends(tmp_path: Path) -> None:
    file = tmp_path / "model.yaml"
    file.write_text("1", "utf-8")
    steps = iter(["", "2", "", "", "3", "gone", "4"])

    def wait(_: float) -> None:
        step = next(steps, None)
        if step is None:
            raise KeyboardInterrupt
        if step == "gone":
            file.unlink()
        elif step:
            file.write_text(step * 2, "utf-8")

    assert len(list(saves(file, wait))) == 5


def test_watching_shows_mistakes_in_place_and_goes_on(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = folder / "scoring-model.yaml"
    good = model.read_text("utf-8")
    texts = iter([good.replace("lasts: a year", "lasts: a yaer"), good])

    def wait(_: float) -> None:
        text = next(texts, None)
        if text is None:
            raise KeyboardInterrupt
        model.write_text(text, "utf-8")

    options = Namespace(model="scoring-model.yaml", people=PEOPLE, language="en")
    watch(options, wait)
    told = capsys.readouterr().out
    assert told.count("Manager who intends to buy") == 2
    assert "`a yaer` is no length of time" in told
    assert told.count("Watching scoring-model.yaml") == 3
