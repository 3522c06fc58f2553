"""A second, slow and plain scoring, to hold the product's against."""
