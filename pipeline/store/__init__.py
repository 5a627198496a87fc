"""The database: Django models, migrations, and queries that return plain dataclasses."""
