"""The scoring model a command works with: the YAML people write, or the compiled JSON of an asset.

Facts count as long as the deployment keeps them, so the retention is that of `cdk.json`, where one
stands beside the command.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cli.problem import ProblemError

SETTINGS_FILE = "cdk.json"
RETENTION_DAYS = 400


def load_model(name: str) -> Mapping[str, Any]:
    """Compile the model in a file. Raises ProblemError with every mistake in it."""
    path = Path(name)
    return _compiled(path) or _compile(path)


def check_exists(path: Path) -> None:
    """Raise ProblemError where there is no model of this name."""
    if not path.is_file():
        raise ProblemError(
            f"there is no scoring model {path}; run this in the project's folder, "
            "or name one with --model FILE"
        )


def retention_days() -> int:
    """Give the days a fact counts, as this folder's deployment has them. Raises ProblemError."""
    days = settings().get("retention_days", RETENTION_DAYS)
    try:
        return int(days)
    except (TypeError, ValueError) as error:
        raise ProblemError(f"{SETTINGS_FILE}, retention_days: write a number of days") from error


def settings() -> Mapping[str, Any]:
    """The deployment's settings, as `cdk.json` of this folder has them. Raises ProblemError."""
    path = Path(SETTINGS_FILE)
    if not path.is_file():
        return {}
    try:
        context: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8")).get("context", {})
    except (OSError, ValueError, AttributeError) as error:
        raise ProblemError(f"{SETTINGS_FILE} cannot be read as JSON: {error}; mend it") from error
    return context


def _compiled(path: Path) -> Mapping[str, Any] | None:
    if path.suffix != ".json" or not path.is_file():
        return None
    try:
        model = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None  # the compiler says what is wrong, with its line
    return model if isinstance(model, dict) and "layout" in model else None


def _compile(path: Path) -> Mapping[str, Any]:
    from modelling.compile import compile_model_file  # noqa: PLC0415  (300 ms --help need not wait)
    from modelling.mistakes import ModelInvalid  # noqa: PLC0415

    check_exists(path)
    try:
        return compile_model_file(path, retention_days=retention_days())
    except ModelInvalid as invalid:
        raise ProblemError(str(invalid)) from invalid
