"""Law as dated data: retention duties, acts, authorities, third countries, legal bases.

What the law says stands in ``data/*.yaml`` with its sources; here it is only looked up. What is unknown is
refused.
"""

from .countries import adequacy, country_name, is_eea
from .entries import (
    Act,
    Adequacy,
    Authority,
    Duty,
    DutyEntry,
    DutyTerm,
    LegalBasisEntry,
    UnknownLawError,
)
from .library import acts, authority, authority_abroad, duties, duty, legal_bases, legal_basis

__all__ = [
    "Act",
    "Adequacy",
    "Authority",
    "Duty",
    "DutyEntry",
    "DutyTerm",
    "LegalBasisEntry",
    "UnknownLawError",
    "acts",
    "adequacy",
    "authority",
    "authority_abroad",
    "country_name",
    "duties",
    "duty",
    "is_eea",
    "legal_bases",
    "legal_basis",
]
