"""Run by Alembic with a connection handed over by `engine.catalogue.schema`."""

from alembic import context

from engine.catalogue.tables import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
