"""The check families: one folder a family, one module a topic, its texts beside it."""
