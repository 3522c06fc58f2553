"""Everything that can happen to a few leads, step by step, beside an oracle."""
