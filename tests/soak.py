"""How long what is random is tried: the same on each push, much longer and afresh in `make soak`.

A push must give the same answer twice; the long run is there to find what nobody thought of.
"""

import os

SOAKING = os.environ.get("SOAK") == "1"


def times(*, push: int, soak: int) -> int:
    """Give how often to try: `push` in `make test`, `soak` in `make soak`."""
    return soak if SOAKING else push
