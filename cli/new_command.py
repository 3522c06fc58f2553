"""`lead-scoring new`: a first model, from ten questions about a team's customers."""

import sys
from argparse import Namespace
from pathlib import Path

from cli.model_file import retention_days
from cli.new_questions import ask_all
from cli.problem import ProblemError
from modelling.lint import lint_model_text
from modelling.new_model import model_text

_DONE = {
    "en": "{path} is written: {rules} rules, {against} of them take points away. Next:\n"
    "  lead-scoring lint --model {path}\n"
    "  lead-scoring try --model {path}",
    "pl": "Zapisano {path}: {rules} reguł, z tego {against} odejmuje punkty. Dalej:\n"
    "  lead-scoring lint --model {path}\n"
    "  lead-scoring try --model {path}",
}


def run(options: Namespace) -> int:
    """Ask, and write the model. Raises ProblemError where a file is in the way, or cannot be."""
    path = Path(options.out)
    if path.exists() and not options.force:
        raise ProblemError(f"{path} is there already: name another with --out, or say --force")
    wishes = ask_all(options.language, input, lambda said: print(said, file=sys.stderr))
    text = model_text(wishes)
    findings = lint_model_text(text, retention_days=retention_days())
    if errors := [str(one) for one in findings if one.level == "error"]:
        raise ProblemError("this would be no valid model:\n" + "\n".join(errors))
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ProblemError(f"{path} cannot be written: {error.strerror}") from error
    print()
    print(
        _DONE[options.language].format(
            path=path, rules=text.count("  - rule: "), against=text.count("    points: -")
        )
    )
    return 0
