"""Writes reports where people asked for them."""

from pathlib import Path

from cli.problem import ProblemError


def write_report(name: str, text: str) -> None:
    """Write a report. Raises ProblemError."""
    try:
        Path(name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise ProblemError(f"{name} cannot be written: {error.strerror or error}") from error
