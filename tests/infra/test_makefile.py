"""`make` alone says what there is."""

import subprocess

from infra.local.prepare import ROOT


def test_make_alone_lists_every_target() -> None:
    told = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = [line for line in makefile.splitlines() if line.startswith(".PHONY:")]
    targets = set(phony.split()[1:]) - {"help"}
    assert targets
    assert {target for target in targets if f"make {target}" not in told} == set()
