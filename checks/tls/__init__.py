"""Certificates and protocol versions."""
