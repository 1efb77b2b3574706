"""The scheduler of a lasting service: who is due, is our side well, and carry out (`beffroi serve`)."""
