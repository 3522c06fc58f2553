"""Entry of the `lead-scoring` command.

Each command is a module with one `run`, imported only when it is asked for: scoring a file must not
wait for the AWS SDK. What a person can put right is said in one line on standard error, with exit
code 1; 2 is a command line that was not understood.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from cli.problem import ProblemError
from cli.usage import command_parser

INTERRUPTED = 130  # what shells expect after Ctrl-C


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code. Raises SystemExit for --help and usage errors."""
    parser = command_parser()
    options = parser.parse_args(arguments)
    if options.module is None:
        parser.print_help()
        return 0
    try:
        return int(import_module(options.module).run(options))
    except ProblemError as problem:
        sys.stdout.flush()
        print(f"lead-scoring: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
