"""Protocol greetings: what to say first to a service, and how to read its answer. Pure; the probe does the talking."""
