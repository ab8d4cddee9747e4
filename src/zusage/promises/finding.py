"""What is wrong with a manifest: where, why it matters and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs. An error stops every command that would look or change."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


def printable(text: str) -> str:
    """Text from a manifest for a terminal: what would not be shown, or would change what is shown, is written as an escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a manifest file; lines and columns count from one."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, missing or doubtful in a manifest."""

    #: stable name of the rule that found it, such as ``no-starting-point``
    code: str
    severity: Severity
    what: str
    why: str
    advice: str
    position: Position
    #: the manifest path, such as ``activities.orders.keep.0``
    path: str = ""
    #: article, section or standard that the rule rests on
    source: str = ""

    def __str__(self) -> str:
        return f"{self.position}: {self.severity}: {printable(self.what)} [{self.code}]"


class ManifestError(Exception):
    """The manifest cannot be used: every mistake in it, each with its place and what to write instead."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__("\n".join(f"{f}\n    why: {f.why}\n    do:  {printable(f.advice)}" for f in findings))
