"""Every branch of scoring is walked by examples and vectors alone; the laws come on top."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WITHIN = "SCORING_IS_WALKED"  # set for the tests run from here, which do not run this one again


@pytest.mark.skipif(WITHIN in os.environ, reason="it runs the others")
def test_every_branch_of_scoring_is_walked(tmp_path: Path) -> None:
    env = os.environ | {WITHIN: "1", "COVERAGE_FILE": str(tmp_path / "coverage")}
    env = {name: value for name, value in env.items() if not name.startswith("PYTEST_XDIST")}
    coverage = [sys.executable, "-m", "coverage"]
    tests = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/scoring", "tests/vectors"]
    tests += ["-k", "not brute_force and not moved_in_time"]  # they walk what others have walked
    _run([*coverage, "run", "--branch", "--source=functions.scoring", *tests], env)
    told = tmp_path / "coverage.json"
    _run([*coverage, "json", "-q", "-o", str(told)], env)
    files = json.loads(told.read_text("utf-8"))["files"]
    assert len(files) > 10
    missing = {
        name: [*file["missing_lines"], *file["missing_branches"]]
        for name, file in files.items()
        if file["missing_lines"] or file["missing_branches"]
    }
    assert missing == {}


def _run(command: list[str], env: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=ROOT, env=env, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
