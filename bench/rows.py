"""The rows of the table and who measures them.

Each row is measured in a process of its own, one after the other, so that none finds what another
left warm.
"""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module

from bench.figure import Figure

ROWS = {  # row of the table: the module that measures it, and what a person is told meanwhile
    "1": ("scoring_speed", "leads scored from their facts"),
    "2": ("event_speed", "one event applied"),
    "3": ("requests_per_event", "requests for one event"),
    "4": ("units_per_event", "units for one event"),
    "5": ("cold_start", "cold starts"),
    "6": ("expiry_requests", "requests of the sweep"),
    "7": ("alert_requests", "requests of an alert"),
    "8": ("money", "money per million events"),
    "9": ("rescore_speed", "leads scored under new points"),
    "11": ("time_to_alert", "from a form to its alert, on the local cloud"),
}


def measured(name: str) -> list[Figure]:
    """Measure one row in a fresh process."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=fresh) as process:
        return process.submit(measure_here, name).result()


def measure_here(name: str) -> list[Figure]:
    """Measure one row in this process."""
    figures: list[Figure] = import_module(f"bench.{name}").measure()
    return figures
