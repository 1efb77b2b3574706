"""What a browser meets on the town's sites."""
