"""Growth past one machine: workers on one PostgreSQL, with Procrastinate and a limiter that they share (DESIGN 8)."""
