"""Name servers, DNSSEC, CAA."""
