"""What the usages of several commands share: names of files, paragraphs, options."""

import argparse
from typing import TypeAlias

MODEL_FILE = "scoring-model.yaml"
PEOPLE_FOLDER = "events/people"
LANGUAGES = ("en", "pl")

FACTS = """\
A fact file has one JSON object a line:
  {"id": "1", "lead": "anna@example.com", "at": "2026-11-01T10:00:00Z", "kind": "page_viewed",
   "path": "/pricing"}
  {"id": "2", "lead": "anna@example.com", "at": "2026-11-01T10:05:00Z", "kind": "form_submitted",
   "form": "demo", "answers": {"job_title": "CEO", "company_size": "11-50"}}
"id" may be left out; "at" carries its time zone. Order and repeats do not matter.
"""

OUTCOMES = '"sales_concluded" with a "result" (won, lost, ...) says how a lead ended.\n'

STACK = """\
The running system is the one `make up` or `make run` started here (.local/stack.json); with
--stack NAME a stack in AWS, found with your usual AWS variables (AWS_PROFILE, AWS_REGION, ...).
A stack in AWS is never read or changed unless you name it.
"""

AsWritten = argparse.RawDescriptionHelpFormatter
Commands: TypeAlias = "argparse._SubParsersAction[Parser]"  # noqa: SLF001  (it has no public name)


class Parser(argparse.ArgumentParser):
    """A parser whose errors end with where to read on."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(2, f"{self.prog}: {message}\nSee {self.prog} --help.\n")


def command(
    commands: Commands, name: str, module: str, summary: str, about: str, examples: str
) -> Parser:
    """Add a command that runs `module`, with what `--help` says of it."""
    parser = commands.add_parser(
        name,
        help=summary,
        description=about,
        epilog=f"examples:\n{examples.strip(chr(10))}",
        formatter_class=AsWritten,
    )
    parser.set_defaults(module=module)
    return parser


def add_model(parser: Parser) -> None:
    """Let the model be another file."""
    parser.add_argument(
        "--model",
        default=MODEL_FILE,
        metavar="FILE",
        help=f"the scoring model (default: {MODEL_FILE})",
    )


def add_model_of_stack(parser: Parser) -> None:
    """Let the model be another than that of the running system."""
    parser.add_argument(
        "--model",
        metavar="FILE",
        help="the scoring model (default: the one that runs on this machine; "
        f"for a stack in AWS {MODEL_FILE})",
    )


def add_report(parser: Parser) -> None:
    """Let the result be JSON, and a page with charts."""
    parser.add_argument("--json", action="store_true", help="everything as one JSON object")
    parser.add_argument("--html", metavar="FILE", help="write a report with charts to this file")


def add_language(
    parser: Parser, about: str = "language of the reasons", default: str | None = "en"
) -> None:
    """Let a person choose the language."""
    parser.add_argument("--language", choices=LANGUAGES, default=default, help=about)


def add_stack(parser: Parser, *, default: str | None = None) -> None:
    """Let the system be one in AWS."""
    parser.add_argument(
        "--stack",
        metavar="NAME",
        default=default,
        help="a stack in AWS, such as LeadScoring (default: what runs on this machine)",
    )
    parser.add_argument("--region", default=default, help="its AWS Region (default: AWS_REGION)")
    parser.add_argument("--profile", default=default, help="AWS profile (default: AWS_PROFILE)")
