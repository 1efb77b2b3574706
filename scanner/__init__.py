"""Beffroi's engine: everything that is the same for all checks."""

__version__ = "0.1.0"
