"""Alembic's entry: runs the migrations on the connection that `store.schema` has opened."""

from alembic import context

from dashboard.store.models import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
