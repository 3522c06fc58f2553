"""The arithmetic of scores: pure, standard library only, no clock, no environment, no input or
output.
"""
