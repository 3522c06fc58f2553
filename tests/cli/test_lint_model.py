"""`lead-scoring lint`: findings in plain words, and the exit code that stops a deployment."""

from pathlib import Path

from tests.cli.conftest import Run


def change(folder: Path, old: str, new: str) -> None:
    model = folder / "scoring-model.yaml"
    text = model.read_text("utf-8")
    assert old in text
    model.write_text(text.replace(old, new), "utf-8")


def test_the_default_model_has_nothing_against_it(run: Run) -> None:
    code, out, _ = run("lint")
    assert code == 0
    assert out == "scoring-model.yaml: nothing to say against this model.\n"


def test_a_warning_names_its_row_and_leaves_the_exit_code_alone(folder: Path, run: Run) -> None:
    change(
        folder,
        "when: {email_kind: free}\n    points: -10",
        "when: {email_kind: free}\n    points: 1",
    )
    code, out, _ = run("lint")
    assert code == 0
    assert "warning: " in out
    assert "(R68)" in out
    assert out.endswith("1 warning.\n")


def test_every_mistake_of_an_invalid_model_is_an_error_with_its_line(
    folder: Path, run: Run
) -> None:
    change(folder, "seniority: director}", "senority: director}")
    change(folder, "quiet_for: 60 days", "quite_for: 60 days")
    code, out, _ = run("lint")
    assert code == 1
    assert "error: director: There is no field `senority`. Did you mean `seniority`?" in out
    assert "quite_for" in out
    assert out.endswith("2 errors.\n")
    number = int(out.split("scoring-model.yaml:")[1].split(":")[0])
    lines = (folder / "scoring-model.yaml").read_text("utf-8").splitlines()
    assert "senority" in lines[number - 1]


def test_a_model_that_is_not_there_says_how_to_name_one(run: Run) -> None:
    code, _, err = run("lint", "--model", "nowhere.yaml")
    assert code == 1
    assert "there is no scoring model nowhere.yaml" in err
