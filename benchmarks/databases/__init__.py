"""Deleting, anonymising and looking on databases: ``python -m benchmarks.databases``."""
