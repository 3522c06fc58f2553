"""What happens behind each entrance: a form is captured, a batch of activities recorded."""
