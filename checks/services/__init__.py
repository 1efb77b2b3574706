"""What listens on the town's own addresses."""
