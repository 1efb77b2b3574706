"""What Beffroi remembers: one SQLite file by default, PostgreSQL by one setting (DESIGN 8)."""
