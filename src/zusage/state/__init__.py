"""The product's own state: journal, suspensions, attestations and looks, in one database of its own.

Importing this room neither imports nor configures Django; ``open_state`` does, once.
"""

from .opened import State
from .opening import open_state
from .values import Attestation, Look, Placement, UnfinishedRun, Verdict

__all__ = ["Attestation", "Look", "Placement", "State", "UnfinishedRun", "Verdict", "open_state"]
