"""Who of the staff may do what with a case: each step is noted with whoever holds the token, and nobody gives a name of their own.

1. Whoever takes requests in does not decide them, and whoever decides may also take in.
2. What cannot be taken back is approved by somebody whose token is for nothing else but reading.
3. Whoever audits sees what happened when and by whom, and nothing that a case says of a person.
4. Whoever decides orders what is done on the systems; to what needs a second human, whoever approves agrees.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Step = Literal[
    "acknowledge",
    "ask-identity",
    "mail-link",
    "identify",
    "withdraw",
    "extend",
    "grant",
    "refuse",
    "lapse",
    "done",
    "answer",
    "close",
    "approve",
    "include",
    "leave-out",
    "undelivered",
    "person",
]
STEPS: tuple[Step, ...] = get_args(Step)
Role = Literal["intake", "decider", "second", "auditor"]
ROLES: tuple[Role, ...] = get_args(Role)
#: by what a step is noted: the role of a token, our own program, or nothing, because nobody has shown who they are
Stamp = Role | Literal["program", ""]

_INTAKE: frozenset[Step] = frozenset({"acknowledge", "ask-identity", "mail-link", "identify", "withdraw", "person"})
_MAY: Mapping[Role, frozenset[Step]] = {
    "intake": _INTAKE,
    "decider": frozenset(STEPS) - {"approve"},
    "second": frozenset({"approve"}),
    "auditor": frozenset(),
}


def same_holder(one: str, other: str) -> bool:
    """Whether two names are one person's, however they are spelt: nobody is their own second pair of eyes by a capital or a space."""
    first, second = (" ".join(unicodedata.normalize("NFKC", name).casefold().split()) for name in (one, other))
    return first == second


@dataclass(frozen=True, slots=True, kw_only=True)
class Taker:
    """Who takes a step, as it is noted."""

    name: str
    role: Stamp = ""


#: steps that need no human
PROGRAM = Taker(name="zusage", role="program")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Somebody of the staff, as the office calls them, and what their token is for."""

    name: str
    role: Role

    def may(self, step: Step) -> bool:
        """Whether they may take this step."""
        return step in _MAY[self.role]

    @property
    def taker(self) -> Taker:
        """They, as a step of theirs is noted."""
        return Taker(name=self.name, role=self.role)

    @property
    def opens(self) -> bool:
        """Whether they may take a request in."""
        return self.role in ("intake", "decider")

    @property
    def orders(self) -> bool:
        """Whether they may order what is done on the systems (4)."""
        return self.role == "decider"

    @property
    def agrees(self) -> bool:
        """Whether they may agree to what somebody else ordered (4)."""
        return self.role == "second"

    @property
    def reads(self) -> bool:
        """Whether they may read what a case says of a person (3)."""
        return self.role != "auditor"
