"""Days and crowds, played on a clock of their own in seconds."""
