"""Which software answers, and how old it is."""
