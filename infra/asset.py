"""What a Lambda unpacks: `functions/`, the compiled model, who sells, and pinned libraries, all
pure Python.

Its name is the hash of what went in, so that the same sources are the same asset on any day: a
second deploy changes nothing. Byte code is compiled here, unchecked by date (a missing .pyc
costs 730 ms of a cold start). Compiled libraries come from the Powertools layer in AWS and from
the local cloud's environment on one machine.
"""

import contextlib
import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from infra.team import TeamMember, compiled_team
from infra.thinned_libraries import is_needed, thinned
from modelling.compile import compile_model_file

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "scoring-model.yaml"
ASSETS = ROOT / ".local" / "assets"
DAY_SECONDS = 86_400
PACKAGES = (  # import names of what requirements/asset.txt pins
    "botocore",
    "dateutil",
    "email_validator",
    "idna",
    "jmespath",
    "six.py",
    "tzdata",
    "urllib3",
)
LEFT_OUT = {"dnspython"}  # email-validator imports it only to ask a DNS server, which we never do
DROPPED = ("examples-1.json", "2011-12-05", "waiters-2.json")  # never read
LEFT_OUT_FOLDERS = {"__pycache__"}
TRIMMED = ("-X", "no_debug_ranges")  # columns of a line, which only a traceback would mark


class StaleEnvironment(RuntimeError):
    """The environment that synthesises holds other versions than requirements/asset.txt."""


def build_asset(
    model_file: Path = MODEL,
    *,
    retention_days: int,
    form_origins: Sequence[str] = (),
    team: Sequence[TeamMember] = (),
) -> tuple[Path, dict[str, Any]]:
    """The folder to deploy, named by its content's hash, and the compiled model in it.

    `form_origins` may send every form that lists its own; a form that lists none takes any page.
    """
    _check_versions()
    model = compile_model_file(model_file, retention_days=retention_days)
    for form in model["forms"].values():
        if form["origins"]:
            form["origins"] = sorted({*form["origins"], *form_origins})
    files = dict(_sources()) | dict(thinned(name, path) for name, path in _libraries())
    files["scoring-model.json"] = _json(model)  # in its order
    files["scoring-model.yaml"] = model_file.read_bytes()  # kept with each deployment of it
    files["team.json"] = _json(compiled_team(team, model))
    return kept_folder(_name(files), files, finish=_compile), model


def kept_folder(
    name: str, files: Mapping[str, bytes], *, finish: Callable[[Path], None] | None = None
) -> Path:
    """The folder of that name with these files, written and finished once."""
    folder = ASSETS / name
    if not folder.is_dir():
        _write(folder, files, finish)
        _forget_old()
    os.utime(folder)
    return folder


def _forget_old() -> None:
    """Keeps what the last day used; a folder holds 10 MB."""
    for path in ASSETS.iterdir():
        if time.time() - path.stat().st_mtime > DAY_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


def _sources() -> Iterator[tuple[str, bytes]]:
    for path in sorted((ROOT / "functions").rglob("*")):
        if path.is_file() and path.suffix in {".py", ".json"} and "__pycache__" not in path.parts:
            yield path.relative_to(ROOT).as_posix(), path.read_bytes()


def _libraries() -> Iterator[tuple[str, Path]]:
    for package in PACKAGES:
        place = _place(package)
        found = [place] if place.is_file() else sorted(place.rglob("*"))
        for path in found:
            name = path.relative_to(place.parent).as_posix()
            if path.is_file() and _needed(name):
                yield name, path


def _place(package: str) -> Path:
    for folder in map(Path, sys.path):
        if (folder / package).exists():
            return folder / package
    raise StaleEnvironment(f"{package} is not installed; run make up, which installs it")


def _needed(name: str) -> bool:
    parts = name.split("/")
    if LEFT_OUT_FOLDERS & set(parts) or parts[-1] in DROPPED or set(DROPPED) & set(parts):
        return False
    return is_needed(name) and not name.endswith((".pyi", ".so", ".typed"))


def _check_versions() -> None:
    pinned = re.findall(
        r"^([\w.-]+)==([\w.]+)",
        (ROOT / "requirements" / "asset.txt").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    for name, version in pinned:
        if name not in LEFT_OUT and importlib.metadata.version(name) != version:
            raise StaleEnvironment(f"{name} is not {version}, as requirements/asset.txt pins it")


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _name(files: dict[str, bytes]) -> str:
    content = hashlib.sha256(f"{sys.implementation.cache_tag}{TRIMMED}\0".encode())
    for name in sorted(files):
        content.update(name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    return content.hexdigest()


def _write(folder: Path, files: Mapping[str, bytes], finish: Callable[[Path], None] | None) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=folder.parent, prefix="partial-"))
    try:
        for name, content in files.items():
            (partial / name).parent.mkdir(parents=True, exist_ok=True)
            (partial / name).write_bytes(content)
        if finish:
            finish(partial)
        partial.chmod(0o755)
        with contextlib.suppress(OSError):  # another process made the same content first
            partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _compile(folder: Path) -> None:
    """In a fresh interpreter with a fixed hash seed, which makes the same bytes each time."""
    command = [sys.executable, *TRIMMED, "-s", "-S", "-m", "compileall", "-q", "-s", "."]
    arguments = ["--invalidation-mode", "unchecked-hash", "."]
    clean = {"PYTHONHASHSEED": "0", "PATH": os.defpath}
    subprocess.run([*command, *arguments], cwd=folder, check=True, env=clean)
