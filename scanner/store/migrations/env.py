"""Run by Alembic: the migrations on the connection that scanner.store.migration hands over."""

from __future__ import annotations

from alembic import context

from scanner.store.migration import VERSION_TABLE
from scanner.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,  # SQLite alters a table by making it again
)
with context.begin_transaction():
    context.run_migrations()
