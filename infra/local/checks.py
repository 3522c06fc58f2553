"""`make test`: everything that is checked, quick things first, pytest's own line last.

There is one pytest process more than two cores work off, as some tests mostly wait for a schedule;
`tests/conftest.py` puts those first. mypy reads the whole of aws-cdk-lib, two minutes when its
cache is cold: it runs beside pytest, with the cache kept in `.local/`. Arguments go to pytest.
"""

import subprocess
import sys
import time
from pathlib import Path

from infra.local.prepare import LOCAL, ROOT, environment

PROCESSES = ["-n", "3", "--dist", "loadgroup", "--no-loadscope-reorder"]
QUICK = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "import layers": ["lint-imports", "--cache-dir", ".local/import-linter"],
    "unused and missing packages": ["deptry", "."],
}
TYPED = {  # in one process: the tests read aws-cdk-lib too, which takes most of the time
    "mypy": ["functions", "modelling", "analysis", "cli", "bench", "infra", "tests"],
}


def main() -> int:
    env = environment() | {"RUFF_CACHE_DIR": str(LOCAL / "ruff")}
    failed = [name for name, command in QUICK.items() if not _passes(name, command, env)]
    typing = {name: _start_mypy(name, paths, env) for name, paths in TYPED.items()}
    tests = subprocess.run(
        [sys.executable, "-m", "pytest", *PROCESSES, *sys.argv[1:]],
        cwd=ROOT,
        env=env,
        check=False,
    )
    for name, (process, log) in typing.items():
        if process.wait():
            print(log.read_text(encoding="utf-8"))
            failed.append(name)
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else tests.returncode


def _passes(name: str, command: list[str], env: dict[str, str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=env,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    print(
        f"{name}: {'ok' if done.returncode == 0 else 'FAILED'} ({time.monotonic() - started:.1f} s)"
    )
    if done.returncode:
        print(done.stdout)
    sys.stdout.flush()
    return done.returncode == 0


def _start_mypy(
    name: str, paths: list[str], env: dict[str, str]
) -> tuple[subprocess.Popen[bytes], Path]:
    folder = LOCAL / name.replace(" ", "-")
    log = folder.with_suffix(".log")
    present = [path for path in paths if (ROOT / path).exists()]
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "mypy", "--cache-dir", str(folder), *present],
            cwd=ROOT,
            env=env,
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    return process, log


if __name__ == "__main__":
    sys.exit(main())
