"""The table of `docs/performance.md`, measured: `python -m bench`."""
