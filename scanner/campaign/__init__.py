"""Campaigns: who is due, and how all of them are looked at politely, once, whatever fails (docs/campaigns.md)."""
