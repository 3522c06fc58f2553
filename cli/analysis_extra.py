"""Brings in what learns and tests models, which not every installation has."""

from importlib import import_module
from types import ModuleType

from cli.problem import ProblemError


def analysis_module(name: str) -> ModuleType:
    """Import a module of `analysis`. Raises ProblemError where its libraries are missing."""
    try:
        return import_module(f"analysis.{name}")
    except ModuleNotFoundError as error:
        if error.name and error.name.partition(".")[0] in {"analysis", "cli", "functions"}:
            raise
        raise ProblemError(
            f"this needs {error.name}: pip install '.[analysis]', "
            "or in a clone python3 infra/local/prepare.py --with-analysis"
        ) from error
