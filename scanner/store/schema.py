"""Every table of the store: who adds a module of tables beside `tables.py` names it here, so that migrations know it."""

from __future__ import annotations

from scanner.store import campaign_tables, followup_tables, register_tables, tables

MODULES = (tables, register_tables, campaign_tables, followup_tables)
metadata = tables.metadata
