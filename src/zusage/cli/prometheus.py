"""The status as Prometheus metrics (text exposition format 0.0.4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zusage.bootstrap.asking import Overview


def metrics(found: Overview) -> str:
    """One gauge a question; a promise has a sample for each verdict, of which one is 1."""
    status = found.status
    verdicts = [
        (f'promise="{_escaped(one.promise)}",verdict="{word}"', float(one.verdict.value == word))
        for one in status.stands
        for word in ("kept", "broken", "undecided")
    ]
    not_told = len(found.escalated) + sum(one.waiting + one.undone for one in found.escalated_groups)
    last = [("", status.last_look.timestamp())] if status.last_look else []
    parts = (
        _gauge("zusage_promise", "Whether the last look found the promise kept, broken or undecided.", verdicts),
        _gauge("zusage_last_look_timestamp_seconds", "When the last complete look was.", last),
        _gauge(
            "zusage_manifest_changed", "Whether the manifest was changed after the last look.", [("", status.manifest_changed)]
        ),
        _gauge("zusage_suspensions_to_review", "Suspensions past their day of review.", [("", len(found.to_review))]),
        _gauge("zusage_recipients_not_told", "Notices without a receipt for too long.", [("", not_told)]),
        _gauge("zusage_unfinished_runs", "Runs that have begun and not ended.", [("", len(found.unfinished))]),
    )
    return "".join(parts)


def _gauge(name: str, help: str, samples: Iterable[tuple[str, float]]) -> str:
    lines = [f"# HELP {name} {help}", f"# TYPE {name} gauge"]
    lines += [f"{name}{{{labels}}} {value:.15g}" if labels else f"{name} {value:.15g}" for labels, value in samples]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
