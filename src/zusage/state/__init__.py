"""The product's own state: journal, suspensions and attestations, in one database of its own.

Importing this room neither imports nor configures Django; ``open_state`` does, once.
"""

from .opened import State
from .opening import open_state
from .values import Attestation, Placement, UnfinishedRun

__all__ = ["Attestation", "Placement", "State", "UnfinishedRun", "open_state"]
