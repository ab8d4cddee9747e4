"""Findings for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import click

from zusage.promises.finding import Finding, Severity, printable

from .output import COLOURS, count, on_terminal


def show(findings: Sequence[Finding]) -> None:
    """Print each finding with place, reason and advice, and how many there are."""
    for finding in findings:
        word = (
            click.style(finding.severity.value, fg=COLOURS[finding.severity], bold=True)
            if on_terminal()
            else finding.severity.value
        )
        click.echo(f"{finding.position}: {word}: {printable(finding.what)} [{finding.code}]")
        click.echo(f"    why: {finding.why}" + (f" ({finding.source})" if finding.source else ""))
        click.echo(f"    do:  {printable(finding.advice)}")
    counted = Counter(finding.severity for finding in findings)
    click.echo(", ".join(count(counted[severity], severity.value) for severity in Severity))


def as_data(finding: Finding) -> dict[str, object]:
    """A finding as JSON."""
    place = finding.position
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "path": finding.path,
        "what": finding.what,
        "why": finding.why,
        "do": finding.advice,
        "source": finding.source,
    }
