"""Alembic's entry: runs inside the transaction that `reuse_gateway.storage.migrate` has opened and locked."""

from __future__ import annotations

from alembic import context

from reuse_gateway.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
