"""What the functions run on: their settings, their wiring and what they tell about themselves."""
