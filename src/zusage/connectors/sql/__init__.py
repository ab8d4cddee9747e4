"""Relational databases through SQLAlchemy Core; what differs between them stands in ``dialects``."""
