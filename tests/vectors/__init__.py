"""Vectors that any implementation of the design must give the expected scores for."""
