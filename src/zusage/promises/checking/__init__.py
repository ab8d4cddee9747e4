"""Checking a manifest: against the law of a day, and against the tables that are really there."""

from .live import DIALECTS, LIVE_RULES, against, unaccounted
from .rule import Defect, Rule
from .rules import RULES, check
from .seen import LiveRule

__all__ = ["DIALECTS", "LIVE_RULES", "RULES", "Defect", "LiveRule", "Rule", "against", "check", "defects", "unaccounted"]


def defects() -> tuple[Defect, ...]:
    """Every defect that checking knows, for catalogues of rules such as SARIF's."""
    return (*(rule.defect for rule in RULES), *(rule.defect for rule in LIVE_RULES))
