"""The assembly that `cdk synth` makes, kept by the hash of what it is made of.

So a second start need not wait for Node; a changed rule, setting or line of code is another hash.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.local.prepare import LOCAL, ROOT, environment

DAY_SECONDS = 86_400
KEPT = 6  # assemblies of 10 MB each
LOCAL_STAGE = "local"
LOCAL_MAIL = "local.ses"  # nobody may put events of aws.* on a bus, here or in AWS
# Where the console may be served (above the ports of clouds, below those that connections get): one
# of ten is free, and to a page that is not among them no sign-in comes back.
LOCAL_PAGES = [f"http://127.0.0.1:{port}/" for port in range(32_000, 32_010)]
LOCAL_SITES = [f"http://127.0.0.1:{port}" for port in range(32_010, 32_020)]  # a customer's
LOCAL_SETTINGS: Mapping[str, Any] = {
    "stage": LOCAL_STAGE,
    "mail_sources": ["aws.ses", LOCAL_MAIL],
    "form_origins": ["null", *LOCAL_SITES],  # so that a form opened from a file can be tried
    "console_addresses": LOCAL_PAGES,
    "console": False,  # it is served by this machine: infra/local/website.py
    "combined_alarms": False,  # the local cloud refuses an alarm over several metrics
}
# Who sells here, unless cdk.json says who does: each of a role of its own.
LOCAL_TEAM: list[dict[str, Any]] = [
    {
        "name": "Renata Rep",
        "mail": "rep@example.com",
        "owns": {"country": ["PL"]},
        "calls_a_day": 12,
    },
    {"name": "Marek Manager", "mail": "manager@example.com", "role": "manager"},
    {"name": "Ada Admin", "mail": "admin@example.com", "role": "admin"},
]
MADE_OF = ("functions", "infra", "modelling", "web")
ALSO = ("cdk.json", "requirements/asset.txt", "requirements/dev.txt")
MODEL = ROOT / "scoring-model.yaml"


class SynthesisFailed(RuntimeError):
    """The template could not be made; the message says why, as `cdk synth` would."""


def synthesise(settings: Mapping[str, Any] = LOCAL_SETTINGS, *, model_file: Path = MODEL) -> Path:
    """The folder of the assembly for `settings` (over those of cdk.json) and a model."""
    written = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    sample = {"team": LOCAL_TEAM} if settings.get("stage") == LOCAL_STAGE else {}
    context = json.dumps({**sample, **written, **settings}, sort_keys=True)
    folder = LOCAL / "templates" / _fingerprint(context, model_file)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _alone(folder.with_suffix(".lock")):
        if not folder.is_dir():
            _synthesise(folder, context, model_file)
            _forget_old(folder.parent)
    os.utime(folder)
    return folder


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Let one process at a time make the same: Node would take the others' cores for nothing."""
    with lock.open("a", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _synthesise(folder: Path, context: str, model_file: Path) -> None:
    partial = Path(tempfile.mkdtemp(dir=folder.parent, prefix="partial-"))
    made = subprocess.run(
        [sys.executable, "-m", "infra.app"],
        cwd=ROOT,
        env=environment()
        | {
            "CDK_OUTDIR": str(partial),
            "CDK_CONTEXT_JSON": context,
            "LEAD_SCORING_MODEL": str(model_file),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        shutil.rmtree(partial)
        raise SynthesisFailed((made.stderr or made.stdout).strip())
    partial.rename(folder)


def _fingerprint(context: str, model_file: Path) -> str:
    """Of content, not of the model's place: a copy of it is the same model."""
    content = hashlib.sha256(f"{sys.version}\0{context}\0".encode())
    content.update(hashlib.sha256(model_file.read_bytes()).digest())
    for path in _ingredients():
        content.update(f"{path}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return content.hexdigest()[:16]


def _is_left_out(inside: Path) -> bool:
    return inside.parts[:2] == ("infra", "local") or "__pycache__" in inside.parts


def _ingredients() -> Iterator[Path]:
    for name in ALSO:
        yield ROOT / name
    for folder in MADE_OF:
        for path in sorted((ROOT / folder).rglob("*")):
            inside = path.relative_to(ROOT)
            if path.is_file() and not _is_left_out(inside):
                yield path


def _forget_old(templates: Path) -> None:
    """Removes what was not used for a day: another command may read the rest just now."""
    kept = filter(Path.is_dir, templates.iterdir())
    newest = sorted(kept, key=lambda path: path.stat().st_mtime, reverse=True)
    for path in newest[KEPT:]:
        if time.time() - path.stat().st_mtime > DAY_SECONDS:
            shutil.rmtree(path, ignore_errors=True)
