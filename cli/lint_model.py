"""`lead-scoring lint`: what is wrong with the model, and what experience advises against."""

from argparse import Namespace
from collections import Counter
from pathlib import Path

from rich.text import Text

from cli.model_file import check_exists, retention_days
from cli.problem import ProblemError
from cli.score_table import console
from modelling.lint import Finding, lint_model_file

_STYLES = {"error": "red", "warning": "yellow"}


def run(options: Namespace) -> int:
    """Print every finding; 1 where one of them is an error. Raises ProblemError."""
    path = Path(options.model)
    check_exists(path)
    try:
        findings = lint_model_file(path, retention_days=retention_days())
    except (OSError, UnicodeDecodeError) as error:
        raise ProblemError(f"{path} cannot be read: {error}; save it as UTF-8 text") from error
    terminal = console()
    for finding in findings:
        terminal.print(_sentence(path, finding), soft_wrap=True)
    terminal.print(_summary(path, findings))
    return int(any(finding.level == "error" for finding in findings))


def _sentence(path: Path, finding: Finding) -> Text:
    """Say a finding as compilers do, so that editors and terminals make its place a link."""
    place = f"{path.name}:{finding.line}" if finding.line else path.name
    rule = f"{finding.rule}: " if finding.rule else ""
    row = f" ({finding.row})" if finding.row else ""
    level = (finding.level, _STYLES[finding.level])
    return Text.assemble(f"{place}: ", level, f": {rule}{finding.sentence}{row}")


def _summary(path: Path, findings: list[Finding]) -> str:
    count = Counter(finding.level for finding in findings)
    if not findings:
        return f"{path.name}: nothing to say against this model."
    parts = [
        f"{count[level]} {level}{'' if count[level] == 1 else 's'}"
        for level in ("error", "warning")
        if count[level]
    ]
    return f"{path.name}: {' and '.join(parts)}."
