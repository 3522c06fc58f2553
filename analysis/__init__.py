"""Learns scoring models from past leads, and tests models on what became of those leads."""
