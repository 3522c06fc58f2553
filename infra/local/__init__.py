"""The same template on one machine."""
