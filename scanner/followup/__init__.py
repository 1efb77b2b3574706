"""After a message has left: tickets and their states, reminders, verification, what falls due (docs/correspondance.md)."""
