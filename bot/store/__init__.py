"""The database: one schema, SQLite and PostgreSQL, one module per aggregate."""
