"""The scoring model as people write it: read, checked as a whole, and compiled for the Lambdas."""
