"""Who may write in the town's name, and how its mail travels."""
