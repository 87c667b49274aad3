"""The store: insert-only tables on SQLite or PostgreSQL, one ledger in one order, and the readers beside it."""
