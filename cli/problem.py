"""What goes wrong without being a bug: told in one line that says what to do, and exit code 1."""


class ProblemError(Exception):
    """Something the person at the terminal can put right; the message says how."""
