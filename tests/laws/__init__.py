"""Laws that hold for every model and every history, tried on thousands that are drawn."""
