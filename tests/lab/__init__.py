"""The laboratory: small towns whose truth is known, served on loopback in pure Python, without root."""
