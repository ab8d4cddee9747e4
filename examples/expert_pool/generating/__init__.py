"""Invented people and years."""
