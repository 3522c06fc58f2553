"""Looks for garbage seldom: what a start makes stays for good.

Python looks through what was made after every 700 objects, and a start makes 60,000 that stay: the
looking was a sixth of it. What a batch leaves behind is freed without any looking, as almost
nothing of it points at itself.
"""

import gc

OBJECTS = 100_000  # between two looks: more than a start makes, and 20 MB at most that wait

gc.set_threshold(OBJECTS, 20, 20)
