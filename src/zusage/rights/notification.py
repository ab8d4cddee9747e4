"""Telling recipients of what was erased, corrected or restricted (Art. 19, 17(2) GDPR): whom, how often, and when a human must look. Rules without I/O.

1. Whoever received data of a person is told of each erasure, correction and restriction, and when the restriction ends.
2. A corrected value goes only to a recipient of which it is known that it received this value; others learn which value was corrected.
3. A recipient that was told of an erasure is not told again of the same data.
4. What failed is tried again, after waits that double up to a day. It never ends by itself: told, or a human says why it cannot be.
5. Of what a rule took, many people go to a recipient in one message; what somebody demanded goes alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, get_args

#: what happened to the data
Kind = Literal["erased", "restricted", "lifted", "corrected"]
#: how a recipient is told; ``hand``: by a human; ``public``: a human notes the steps that were taken for a public place
Way = Literal["email", "webhook", "opendsr", "hand", "public"]
State = Literal["waiting", "told", "impossible", "disproportionate"]
#: why somebody need not be told (Art. 19 sentence 1)
Excuse = Literal["impossible", "disproportionate"]
EXCUSES: tuple[Excuse, ...] = get_args(Excuse)
#: before the digest of a plan, in what an occasion is about whose rows went by a rule
RULE = "rule "
#: before the name of a public place, where it stands in the place of a recipient
PUBLIC = "public/"
#: digits of the digest of a plan by which people call it
SHORT = 12
#: how far a notice has come whose mail came back
RETURNED = "returned"
#: progress by which a processor says that it is at it
UNDER_WAY = ("pending", "in_progress")
#: progress by which a notice that counted as told has not done what it should; a human takes another way, and notes it
UNDONE = ("cancelled", RETURNED)
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=5), timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Somebody received data of a person."""

    #: as the manifest names it or, where it does not, as the service's table does
    recipient: str
    #: when last, as a comparable text; empty where no table says so
    upto: str = ""
    #: names of fields and classes that went, in small letters; None where nobody knows
    what: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Something happened to a person's data of which recipients are told."""

    kind: Kind
    #: what it was, such as ``RC-0001``, ``R-0001 placed``, ``plan`` with its digest, or ``rule`` with the digest and the number of a batch
    about: str
    #: the keyed code of the person
    code: str
    at: datetime

    @property
    def plan(self) -> str:
        """The digest of the plan whose rule took the data; empty where somebody demanded it."""
        return self.about.removeprefix(RULE).partition("/")[0] if self.about.startswith(RULE) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One recipient is to be told of one occasion. It holds nothing of the person."""

    id: str
    occasion: Occasion
    #: what happened is certain, so that it can be sent
    settled: bool
    recipient: str
    #: the same at every attempt, by which the recipient knows a repetition
    key: str
    state: State
    #: attempts that were begun
    tries: int = 0
    #: an attempt was begun of which nobody noted the end
    in_doubt: bool = False
    next_at: datetime | None = None
    #: why the last attempt failed, in words without any value
    trouble: str = ""
    told_at: datetime | None = None
    #: what the recipient said, or how a human told it
    receipt: str = ""
    #: how far a processor has come by its own word
    progress: str = ""
    #: why it is not told, and who decided that
    because: str = ""
    by: str = ""
    #: who said by what the recipient knows the person, and when; empty where no human had to
    named_by: str = ""
    named_at: datetime | None = None
    #: the key of the message in which it went out with others; empty where it went, or goes, alone
    bundle: str = ""

    @property
    def open(self) -> bool:
        """Neither told nor excused."""
        return self.state == "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeGroup:
    """What the rules of one plan took, for one recipient: how far its notices are. It holds nothing of the people."""

    #: the digest of the plan
    plan: str
    recipient: str
    #: when the first of it was done
    since: datetime
    #: state → how many notices
    counts: Mapping[State, int]
    #: how many counted as told, and came to nothing
    undone: int = 0
    #: when the first of what is open was done
    open_since: datetime | None = None
    next_at: datetime | None = None
    #: how often the most tried of what is open was tried
    tries: int = 0
    #: why an attempt failed, in words without any value
    trouble: str = ""

    @property
    def name(self) -> str:
        """What it is called; the digest is long enough to find the plan by its beginning."""
        return group_name(self.plan, self.recipient)

    @property
    def waiting(self) -> int:
        """How many notices are open."""
        return self.counts.get("waiting", 0)

    def with_(self, other: NoticeGroup) -> NoticeGroup:
        """Both of them as one."""
        return replace(
            self,
            since=min(self.since, other.since),
            counts={state: self.counts.get(state, 0) + other.counts.get(state, 0) for state in (*self.counts, *other.counts)},
            undone=self.undone + other.undone,
            open_since=_first(self.open_since, other.open_since),
            next_at=_first(self.next_at, other.next_at),
            tries=max(self.tries, other.tries),
            trouble=self.trouble or other.trouble,
        )


def group_name(plan: str, recipient: str) -> str:
    """What the notices of a plan's rules to a recipient are called together."""
    return f"{plan[:SHORT]}/{recipient}"


def _first(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at), default=None)


def merged(found: Iterable[Received]) -> tuple[Received, ...]:
    """One for each recipient, with everything that went to it; in the order of their names."""
    known: dict[str, Received] = {}
    for one in found:
        before = known.get(one.recipient)
        if before is None:
            known[one.recipient] = one
            continue
        both = before.what | one.what if before.what is not None and one.what is not None else before.what or one.what
        known[one.recipient] = replace(before, upto=max(before.upto, one.upto), what=both)
    return tuple(known[name] for name in sorted(known))


def told_before(one: Received, earlier: Mapping[str, str]) -> bool:
    """Whether an earlier notice of an erasure covers what this recipient received (rule 3); ``earlier`` is recipient → ``upto`` then."""
    return bool(one.upto) and one.upto <= earlier.get(one.recipient, "")


def may_learn(one: Received, column: str, classes: Iterable[str]) -> bool:
    """Whether the corrected value itself goes to a recipient (rule 2)."""
    return one.what is not None and bool(one.what & {column.lower(), *classes})


def wait_after(tries: int) -> timedelta:
    """How long to wait after so many attempts (rule 4)."""
    doubled: int = 2 ** min(max(tries - 1, 0), 20)
    return min(_FIRST_WAIT * doubled, _LONGEST_WAIT)


def escalated(notice: Notice, now: datetime, after: timedelta) -> bool:
    """Whether a human must look: it has waited too long for its receipt, a processor has cancelled what it had taken, or its mail came back."""
    return notice.progress in UNDONE or (notice.open and now - notice.occasion.at > after)


def group_escalated(group: NoticeGroup, now: datetime, after: timedelta) -> bool:
    """As ``escalated``, of any notice of a group."""
    return bool(group.undone) or (group.open_since is not None and now - group.open_since > after)
