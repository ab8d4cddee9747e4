"""The product's own state: journal, suspensions, attestations and looks, in one database of its own.

Importing this room neither imports nor configures Django; ``open_state`` does, once.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .values import Attestation, Look, Placement, Verdict

if TYPE_CHECKING:
    from .opened import State

__all__ = ["Attestation", "Look", "Placement", "State", "Verdict", "open_state"]


def open_state(url: str | None, folder: Path) -> State:
    """Open the state: embedded in ``folder``, or in the PostgreSQL database at ``url``; ``folder`` then holds nothing.

    Brings its tables up to date and checks that it is whole first. Raises a ``StateError``.
    """
    from .opening import opened

    return opened(url, folder)


def __getattr__(name: str) -> object:
    if name == "State":
        from .opening import state_class

        return state_class()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
