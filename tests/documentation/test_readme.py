"""The README says what is so: its commands, its paths, its words and the alert it shows."""

import re
import subprocess

import pytest

from cli.main import main
from infra.deploy_settings import DeploySettings
from tests.documentation.alert_of_the_readme import ROOT, alert_of_the_readme

README = (ROOT / "README.md").read_text("utf-8")
LINES_MAX = 150
PATHS = re.findall(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:md|yaml|json|toml))`", README)


def test_it_is_short_enough_to_be_read() -> None:
    assert len(README.splitlines()) <= LINES_MAX


def test_its_picture_is_one_that_the_tests_of_the_console_make() -> None:
    (named,) = re.findall(r"!\[.+\]\(([\w./]+\.png)\)", README)
    picture = ROOT / named
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size < 200_000


def test_it_draws_the_way_of_an_event() -> None:
    assert re.search(r"EventBridge ──► SQS ──► record_activity", README)


@pytest.mark.parametrize("path", sorted(set(PATHS)))
def test_every_path_it_names_is_there(path: str) -> None:
    rooms = ("", "docs", "events", "functions")
    here = [ROOT / room / path for room in rooms]
    assert any(place.exists() for place in here), path


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\bmake ([a-z]+)\b", README))))
def test_every_target_it_names_is_in_the_makefile(target: str) -> None:
    named = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", target],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert named.returncode == 0, named.stderr


@pytest.mark.parametrize("command", sorted(set(re.findall(r"lead-scoring ([a-z]+)\b", README))))
def test_every_command_it_names_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])
    assert left.value.code == 0
    assert "usage" in capsys.readouterr().out


def test_every_setting_it_names_is_one() -> None:
    section = README[README.index("## Deploy") :]
    named = set(re.findall(r"`([a-z_]+)(?:: [a-z]+)?`", section)) - {"context"}
    assert named <= set(DeploySettings.model_fields)


def test_the_alert_it_shows_is_the_one_the_product_words() -> None:
    alert = alert_of_the_readme()
    assert f"Subject: {alert.subject}\n\n{alert.bodies['email']}" in README


def test_every_word_of_its_glossary_is_used_in_the_code() -> None:
    glossary = README[README.index("## Words") : README.index("## Where things are")]
    words = re.findall(r"^\| ([a-z, ]+) \|", glossary, flags=re.MULTILINE)
    modules = [path for room in ("functions", "modelling") for path in (ROOT / room).rglob("*.py")]
    code = " ".join(path.read_text("utf-8") for path in modules)
    for word in ", ".join(words).split(", "):
        assert re.search(rf"\b{word}", code, flags=re.IGNORECASE), word
