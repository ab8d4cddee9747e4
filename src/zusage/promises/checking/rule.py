"""What a rule of checking is: a defect, with a pure function that finds the places where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from ..finding import Finding, Severity
from ..loading import Loaded
from ..source import KeyPath


@dataclass(frozen=True, slots=True)
class Spot:
    """One place where a defect stands."""

    path: KeyPath
    what: str
    #: what to write instead, where the defect's own advice is too general
    advice: str = ""
    #: the article or section, where the defect's own is too general
    source: str = ""
    #: characters into the text at ``path``
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """A way in which a manifest can be wrong, under a stable code."""

    code: str
    severity: Severity
    why: str
    advice: str
    source: str

    def at(self, loaded: Loaded, spot: Spot) -> Finding:
        """The finding that this defect stands at a spot."""
        return Finding(
            code=self.code,
            severity=self.severity,
            what=spot.what,
            why=self.why,
            advice=spot.advice or self.advice,
            position=loaded.position(*spot.path, offset=spot.offset),
            path=".".join(map(str, spot.path)),
            source=spot.source or self.source,
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """A defect and how it is found in a manifest, with the law of a given day."""

    defect: Defect
    find: Callable[[Loaded, date], Iterable[Spot]]

    def __call__(self, loaded: Loaded, on: date) -> Iterator[Finding]:
        """Every finding of this rule."""
        return (self.defect.at(loaded, spot) for spot in self.find(loaded, on))


def rule(
    code: str, severity: Severity, *, why: str, advice: str, source: str
) -> Callable[[Callable[[Loaded, date], Iterable[Spot]]], Rule]:
    """Make a rule of the function that finds the places."""
    defect = Defect(code=code, severity=severity, why=why, advice=advice, source=source)

    def make(find: Callable[[Loaded, date], Iterable[Spot]]) -> Rule:
        return Rule(defect, find)

    return make


def by_position(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in the order in which a reader meets them."""
    return tuple(sorted(findings, key=lambda f: (f.position, f.code, f.path)))
