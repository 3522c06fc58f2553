"""`make lock`: the locked requirements anew, with hashes and without any address."""

import subprocess

from infra.local.prepare import ENVIRONMENT, ROOT

OLDEST = "3.11"
LOCKS = {
    "dev": ["pyproject.toml", "--group", "dev"],
    "asset": ["--group", "asset", "--constraint", "requirements/dev.txt"],
    "analysis": ["pyproject.toml", "--extra", "analysis", "--constraint", "requirements/dev.txt"],
    "local-cloud": ["--group", "local-cloud"],
}


def main() -> None:
    uv = str(ENVIRONMENT / "bin" / "uv")
    for name, what in LOCKS.items():
        how = ["--quiet", "--universal", "--upgrade", "--generate-hashes"]
        how += ["--python-version", OLDEST]
        bare = ["--no-emit-index-url", "--no-annotate", "--custom-compile-command", "make lock"]
        subprocess.run(
            [uv, "pip", "compile", *how, *bare, *what, "-o", f"requirements/{name}.txt"],
            cwd=ROOT,
            check=True,
        )


if __name__ == "__main__":
    main()
