"""A recipient who was told of a correction, one of whom a human said that it cannot be told, and two who were told of what a rule took."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from zusage.rights.notification import Occasion
from zusage.state import State

#: what the occasion is about
ABOUT = "RC-0001"


def tell(state: State, at: datetime) -> None:
    """A month ago something was corrected; both recipients have their end the day after."""
    from zusage.state.notices import Draft  # its tables can be imported only now that the state is open

    then = at - timedelta(days=30)
    drafts = [Draft(recipient=name, key=str(uuid.uuid4()), upto="", sealed=b"sealed") for name in ("carrier", "printer")]
    state.notices.prepare(Occasion(kind="corrected", about=ABOUT, code="somebody", at=then), drafts)
    state.notices.settle(ABOUT, then)
    state.notices.receive("N-0001", "the recipient answered with status 204", then + timedelta(days=1))
    state.notices.excuse("N-0002", "impossible", "the company was wound up", "office", then + timedelta(days=1))


def tell_of_rules(state: State, at: datetime) -> None:
    """Everybody who is still to be told has been told."""
    for one in state.notices.all():
        if one.open:
            state.notices.receive(one.id, "the recipient answered with status 204", at)
