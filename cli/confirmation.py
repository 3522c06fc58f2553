"""Asks a person before what cannot be taken back."""

import sys

from cli.problem import ProblemError


def is_confirmed(question: str) -> bool:
    """Whether somebody says yes at the terminal. Raises ProblemError where nobody is there."""
    if not sys.stdin.isatty():
        raise ProblemError("nobody is there to be asked; say --yes")
    return input(f"{question} [y/N] ").strip().casefold() in {"y", "yes"}
