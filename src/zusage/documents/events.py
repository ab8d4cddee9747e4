"""From when a period runs, in words."""

from __future__ import annotations

from typing import Literal

from zusage.promises.lines import SESSION
from zusage.promises.manifest import Manifest
from zusage.promises.period import Period
from zusage.promises.starting_point import StartingPoint

from .catalogue import Catalogue
from .lengths import length

Bound = Literal["latest", "earliest"]


def event(manifest: Manifest, table: str, column: str, say: Catalogue) -> str:
    """What has happened when a time column is set: the manifest's clause, else the column's name in quotation marks."""
    named = manifest.events.get(f"{table}.{column}")
    if named:
        return say.of(named)
    log = manifest.logs.get(table.split(".", 1)[0])
    if log and column in (log.time, SESSION):
        return say("when.session" if column == SESSION else "when.request")
    return say("when.unnamed", column=say.quoted(column))


def when(manifest: Manifest, table: str, start: StartingPoint | None, period: Period | None, say: Catalogue) -> str:
    """„vier Jahre nach dem Ende des Kalenderjahres, in dem die Bestellung abgeschlossen wurde“."""
    period = period or Period()
    if start is None:
        return say("when.none", period=length(period, say, "dative"))
    events = say.listed((event(manifest, table, column, say) for column in start.columns), "or")
    if len(start.columns) > 1:
        events = say("when.later" if len(start.columns) == 2 else "when.latest", events=events)
    return say(f"when.{start.rounding}", period=length(period, say, "accusative"), event=events)


def bounded(bound: Bound, phrase: str, period: Period | None, say: Catalogue) -> str:
    """„spätestens vier Jahre, nachdem …“; what happens at once has no later limit."""
    if bound == "latest" and period == Period():
        return phrase
    return say(f"when.bound.{bound}", when=phrase)
