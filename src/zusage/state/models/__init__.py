"""The tables. Rows leave this room only as frozen values."""

from .answers import CaseAnswerRow
from .attestations import AttestationRow
from .case_mails import CaseLinkRow, CaseMailRow
from .cases import CaseEventRow, CaseRow, HolderRow
from .consents import ConsentHead, ConsentRow, ConsentTextRow
from .erasures import ErasureRow, GapRow, LandmarkRow
from .journal import JournalLine, Run
from .notices import (
    DisclosureRow,
    NoticeRow,
    OccasionRow,
    RememberedPlanRow,
    RememberedRow,
    RuleListsRow,
    SightingRow,
    SilenceRow,
)
from .objections import ObjectionRow, WithdrawalRow
from .restrictions import RestrictedUseRow, RestrictionRow
from .suspensions import HoldRow, SuspensionRow
from .transfers import TransferRow
from .warnings import WarningRow

__all__ = [
    "AttestationRow",
    "CaseAnswerRow",
    "CaseEventRow",
    "CaseLinkRow",
    "CaseMailRow",
    "CaseRow",
    "ConsentHead",
    "ConsentRow",
    "ConsentTextRow",
    "DisclosureRow",
    "ErasureRow",
    "GapRow",
    "HoldRow",
    "HolderRow",
    "JournalLine",
    "LandmarkRow",
    "NoticeRow",
    "ObjectionRow",
    "OccasionRow",
    "RememberedPlanRow",
    "RememberedRow",
    "RestrictedUseRow",
    "RestrictionRow",
    "RuleListsRow",
    "Run",
    "SightingRow",
    "SilenceRow",
    "SuspensionRow",
    "TransferRow",
    "WarningRow",
    "WithdrawalRow",
]
