"""Strangers' data becomes facts here, or a refusal that says why."""
