"""The laboratory of real towns: Debian daemons in network namespaces of its own. Needs root."""
