"""The `lead-scoring` command: for people who write the model, and for those who look after it."""
