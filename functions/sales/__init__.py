"""What sales sees of leads and may do with them."""
