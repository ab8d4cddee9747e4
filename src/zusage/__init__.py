"""Zusage: says, does and shows the promises of a privacy notice."""

__version__ = "0.2.0"
#: as it stands in plans and in evidence
PROGRAM = f"zusage {__version__}"
