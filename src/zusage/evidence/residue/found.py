"""What a scan found: places, kinds of value and forms, never a value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Trace:
    """One kind of value, in one form, at one place."""

    store: str
    #: table.column, or a file; what is inside an archive stands behind a "!"
    place: str
    #: what kind of value it is, such as "email"
    kind: str
    #: how it is written there, such as "base64"
    form: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Residue:
    """One scan. An empty one shows nothing unless something was looked at and nothing remained unread."""

    traces: tuple[Trace, ...]
    #: columns, files and members of archives that were read
    looked_at: int
    #: places that could not be read whole, each with the reason
    unread: tuple[str, ...]

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of value that were found anywhere."""
        return frozenset(trace.kind for trace in self.traces)

    @classmethod
    def joined(cls, parts: Iterable[Residue]) -> Residue:
        """Several scans as one."""
        found = list(parts)
        return cls(
            traces=tuple(sorted({trace for part in found for trace in part.traces})),
            looked_at=sum(part.looked_at for part in found),
            unread=tuple(reason for part in found for reason in part.unread),
        )
