"""Movers that take turns at every call, in every order."""
