"""Row 5: the cold start of each function against a typical handler, whole processes in turn.

A process begins with an interpreter that knows only the folder of a function (the real asset, byte
code and all) and the libraries of the layer, imports the handler and builds what its first
invocation builds, clients included; then it says how much CPU time it took. Where the X-Ray SDK is
not installed the typical handler builds its Tracer on a stand-in, and starts sooner than it would.
"""

import importlib.metadata
import json
import os
import py_compile
import shutil
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench.figure import Figure
from bench.product import MODEL, RETENTION_DAYS
from infra.asset import build_asset

ROW = "5"
ROUNDS = 9
TYPICAL = "typical handler"
LAYER = (
    *("aws-lambda-powertools", "jmespath", "pydantic", "pydantic-core", "annotated-types"),
    *("typing-extensions", "typing-inspection"),
)
BESIDE = (  # what the typical handler packs, and what the Lambda runtime brings
    *("boto3", "botocore", "s3transfer", "urllib3", "python-dateutil", "six", "pyyaml"),
    *("email-validator", "dnspython", "idna", "aws-xray-sdk", "wrapt"),
)
GOALS = {"capture_form": 0.55, "record_activity": 0.5, "expire_points": 0.5}
STARTS = {
    TYPICAL: "import typical_handler",
    "capture_form": "import functions.capture_form as function; function._capture()",
    "record_activity": "import functions.record_activity as function; function._recorder()",
    "expire_points": (
        "import functions.expire_points as function; function.wiring.sweep_round(); "
        "function.telemetry.logger(); function.telemetry._metrics()"
    ),
}
_SCRIPT = """
import sys
sys.path[:0] = {paths!r}
{start}
import json, os, resource
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss]), flush=True)
os._exit(0)
"""


class Start(NamedTuple):
    """One start: CPU and wall time in seconds, and the memory it took in KB."""

    cpu: float
    wall: float
    memory: int


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Start each so many times, in turn; medians."""
    starts: dict[str, list[Start]] = {name: [] for name in STARTS}
    with TemporaryDirectory() as folder:
        paths = _paths(Path(folder))
        for _ in range(rounds):
            for name, start in STARTS.items():
                starts[name].append(_started(start, paths[name]))
    return [*_ratios(starts), *_times(starts)]


def _ratios(starts: dict[str, list[Start]]) -> list[Figure]:
    typical = _cpu(starts[TYPICAL])
    return [
        Figure(ROW, f"{name} against the {TYPICAL}, CPU", ratio, "x", f"<= {goal}", ratio <= goal)
        for name, goal in GOALS.items()
        if (ratio := _cpu(starts[name]) / typical)
    ]


def _times(starts: dict[str, list[Start]]) -> list[Figure]:
    tracer = "" if find_spec("aws_xray_sdk") else " without the X-Ray SDK"
    return [
        Figure(ROW, f"{name}{tracer * (name == TYPICAL)}, CPU (ready after {wall} ms)", cpu, "ms")
        for name, taken in starts.items()
        if (cpu := 1000 * _cpu(taken))
        if (wall := round(1000 * median(start.wall for start in taken)))
    ]


def _cpu(starts: list[Start]) -> float:
    return median(start.cpu for start in starts)


def _started(start: str, paths: list[str]) -> Start:
    command = [sys.executable, "-S", "-E", "-s", "-c", _SCRIPT.format(paths=paths, start=start)]
    began = time.perf_counter()
    done = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False)
    wall = time.perf_counter() - began
    if done.returncode:
        raise RuntimeError(done.stderr)
    cpu, memory = json.loads(done.stdout.splitlines()[-1])
    return Start(cpu, wall, memory)


def _environment() -> dict[str, str]:
    queue = "https://sqs.eu-central-1.amazonaws.com/111122223333/queue"
    return {
        "PATH": os.defpath,
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "LAMBDA_TASK_ROOT": "/var/task",  # what Tracer takes for a Lambda
        "LEADS_TABLE": "leads",
        "FACTS_TABLE": "facts",
        "ALERT_TOPIC_ARN": "arn:aws:sns:eu-central-1:111122223333:alerts",
        "LEAD_ID_KEY": "a key for the bench",
        "REFUSED_QUEUE_URL": queue,
        "PARKING_QUEUE_URL": queue,
        "ACTIVITY_QUEUE_URL": queue,
        "POWERTOOLS_SERVICE_NAME": "bench",
        "POWERTOOLS_METRICS_NAMESPACE": "LeadScoring",
        "MODEL_YAML": str(MODEL),
    }


def _paths(folder: Path) -> dict[str, list[str]]:
    """Where each start finds its code: the asset, or this checkout for the typical handler."""
    asset, _ = build_asset(retention_days=RETENTION_DAYS)
    layer = _linked(folder / "layer", LAYER)
    beside = _linked(folder / "beside", BESIDE)
    shutil.copy(Path(__file__).with_name("typical_handler.py"), beside)
    py_compile.compile(str(beside / "typical_handler.py"), doraise=True)  # as ours are
    return {TYPICAL: [str(beside), str(layer)]} | {name: [str(asset), str(layer)] for name in GOALS}


def _linked(folder: Path, names: tuple[str, ...]) -> Path:
    """A folder with these installed distributions alone, as links."""
    folder.mkdir()
    for name in names:
        for top in _tops(name):
            link = folder / top.name
            if not link.exists():
                link.symlink_to(top)
    return folder


def _tops(name: str) -> set[Path]:
    try:
        files = importlib.metadata.files(name) or []
    except importlib.metadata.PackageNotFoundError:
        return set()
    tops = set()
    for file in files:
        if file.parts[0] not in {"..", "__pycache__"}:
            tops.add(Path(str(file.locate())).parents[len(file.parts) - 1] / file.parts[0])
    return tops
