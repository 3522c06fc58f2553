"""One seeded fault at a time: a copy of the tree, the fault, the tests that should see it.

A fault that no test sees is a hole in the tests. A fault whose text is no longer in the file is a
stale fault, and a test that does not pass without it proves nothing: both are told apart from a
kill.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
BUILT = (".venv", ".local/cloud-environment", ".local/cdk")
TESTS_FAILED = 1  # pytest's exit code; 2 and more is a test that could not run
SECONDS_MAX = 300  # one fault may make a test go round for ever


class Fault(NamedTuple):
    """One mistake put in on purpose: `new` for `old` in a file, and the tests that should fail.

    `rows` are those of reliability this breaks; `tests` are arguments of pytest, node ids or paths
    with `-k`.
    """

    name: str
    rows: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


class Result(NamedTuple):
    """What became of a fault: killed, by which test, after how many seconds."""

    fault: Fault
    killed: bool
    by: str
    seconds: float


def fits(fault: Fault) -> bool:
    """Whether the text to replace stands exactly once in its file."""
    return (ROOT / fault.file).read_text("utf-8").count(fault.old) == 1


def copy_of_the_tree(folder: Path) -> None:
    """Copy what git knows and what it would add; of what is built, link what is needed to build."""
    for built in BUILT:
        (folder / built).parent.mkdir(parents=True, exist_ok=True)
        (folder / built).symlink_to(ROOT / built)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def passes_without_faults(folder: Path, tests: Iterable[str]) -> subprocess.CompletedProcess[str]:
    """Run all these tests on the copy as it is."""
    return _pytest(folder, ["-n", "2", *dict.fromkeys(tests)], seconds=SECONDS_MAX * 4)


def tried(fault: Fault, folder: Path) -> Result:
    """Put a fault into the copy, run its tests, and take it out again."""
    path = folder / fault.file
    sound = path.read_text("utf-8")
    path.write_text(sound.replace(fault.old, fault.new), "utf-8")
    started = time.monotonic()
    try:
        done = _pytest(folder, fault.tests, seconds=SECONDS_MAX)
        killed, by = done.returncode == TESTS_FAILED, _first_failure(done.stdout)
    except subprocess.TimeoutExpired:
        killed, by = True, f"no end within {SECONDS_MAX} s"
    finally:
        path.write_text(sound, "utf-8")
    return Result(fault, killed, by, time.monotonic() - started)


def _pytest(
    folder: Path, tests: Iterable[str], *, seconds: int
) -> subprocess.CompletedProcess[str]:
    plain = ["-q", "-x", "-p", "no:cacheprovider", "--no-header", "--tb=no", "-rfE"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *plain, *tests],
        cwd=folder,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(folder)},
        check=False,
        capture_output=True,
        text=True,
        timeout=seconds,
    )


def _first_failure(told: str) -> str:
    """Find the first test that failed in what pytest printed; its last line where it names none."""
    lines = told.splitlines()
    failed = (line.split(" ")[1] for line in lines if line.startswith(("FAILED ", "ERROR ")))
    return next(failed, lines[-1] if lines else "")
