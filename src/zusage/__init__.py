"""Zusage: says, does and shows the promises of a privacy notice."""

__version__ = "0.1.0"
