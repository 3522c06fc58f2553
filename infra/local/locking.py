"""`make lock`: the locked requirements anew, with hashes and without any address."""

import subprocess

from infra.local.prepare import ENVIRONMENT, ROOT

OLDEST = "3.11"
LOCKS = {
    "dev": ["pyproject.toml", "--group", "dev"],
    "asset": ["--group", "asset", "--constraint", "requirements/dev.txt"],
    "local-cloud": ["--group", "local-cloud"],
}


def main() -> None:
    for name, what in LOCKS.items():
        how = ["--universal", "--python-version", OLDEST, "--generate-hashes", "--upgrade"]
        bare = ["--no-emit-index-url", "--no-annotate", "--custom-compile-command", "make lock"]
        subprocess.run(
            [str(ENVIRONMENT / "bin" / "uv"), "pip", "compile", "--quiet", *how, *bare, *what]
            + ["-o", f"requirements/{name}.txt"],
            cwd=ROOT,
            check=True,
        )


if __name__ == "__main__":
    main()
