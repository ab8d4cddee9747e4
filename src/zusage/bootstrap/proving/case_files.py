"""The register of cases as the prover sees it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from zusage.rights.case import ASKED

if TYPE_CHECKING:
    from zusage.evidence.requests import Filed
    from zusage.evidence.steps.looking import RecordedCase
    from zusage.rights.case import Event
    from zusage.state.cases import Filed as Standing

    from ..product import Product


@dataclass(frozen=True)
class CaseFiles:
    """The register of cases as the prover sees it: opened once for all promises that one look is about."""

    product: Product

    @cached_property
    def register(self) -> Sequence[Standing]:
        """Every case as it stood when it was first asked for."""
        return tuple(self.product.state.cases.filed())

    @cached_property
    def _filed(self) -> Sequence[Filed]:
        return self._read()

    def chains(self) -> Iterator[RecordedCase]:
        """Every case, as its steps stand there."""
        from zusage.evidence.steps.looking import RecordedCase

        from ..cases.recording import recorded

        for one in self.product.state.case_steps.chains():
            steps = tuple(recorded(step) for step in one.steps)
            yield RecordedCase(
                id=one.case, right=one.right, content=one.content_digest, length=one.events, head=one.head, steps=steps
            )

    def filed(self) -> Sequence[Filed]:
        """Every case, and every request that waits at the door; one whose record is not whole has no events."""
        return self._filed

    def _read(self) -> Sequence[Filed]:
        from zusage.evidence.requests import Filed, Happened
        from zusage.planning.suspension import held_cases

        held = held_cases(self.product.state.suspensions.current())
        waiting = [
            Filed((Happened("received", one.at),), None, True, str(one.content["right"]))
            if one.content
            else Filed(None, None, True)
            for one in self.product.state.case_links.asked()
        ]
        return waiting + [
            Filed(
                tuple(
                    Happened(event.kind, _came_in(event), bool(event.by.strip()), said, _until(event), event.role == "program")
                    for event, said in zip(one.case.events, one.said, strict=True)
                )
                if one.case
                else None,
                one.ended_at,
                one.speaks,
                one.right,
                one.case is not None and one.case.id in held,
            )
            for one in self.register
        ]


def _until(event: Event) -> date | None:
    named = event.kind in ("received", "identity asked", "extended") and event.detail and not event.detail.startswith(ASKED)
    return date.fromisoformat(event.detail) if named else None


def _came_in(event: Event) -> datetime:
    """A request that was noted later says when it came in."""
    return datetime.fromisoformat(event.detail.removeprefix(ASKED)) if event.detail.startswith(ASKED) else event.at
