"""What was seen of each domain, from its first scan on (docs/campaigns.md)."""

from __future__ import annotations

from scanner.history.history import History, Kept, ScorePoint

__all__ = ["History", "Kept", "ScorePoint"]
