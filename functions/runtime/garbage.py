"""Looks for garbage seldom: what a start makes stays for good.

Python looks through what was made after every 700 objects, and a start makes a quarter of a
million that all stay: the looking was a twelfth of it. What a batch leaves behind is freed without
any looking, as almost nothing of it points at itself.
"""

import gc

OBJECTS = 50_000  # between two looks; some megabytes at most may wait for the next

gc.set_threshold(OBJECTS, 20, 20)
