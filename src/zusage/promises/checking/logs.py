"""What can be promised of the lines of a log and not of rows, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ..finding import Severity
from ..loading import Loaded
from ..manifest import Anonymise, Pseudonymise
from ..source import KeyPath
from .coverage import Kept, kept
from .rule import Spot, rule


@rule(
    "only-in-logs",
    Severity.ERROR,
    why="nothing stands before the storage of a database, so that the promise could be neither kept nor shown",
    advice="name a log, or anonymise the column with a rule under keep",
    source="Art. 5(1)(c), 25(1) GDPR",
)
def only_in_logs(loaded: Loaded, on: date) -> Iterator[Spot]:
    """Something that is taken out before storage, or addresses of which bits stay, in what is no log."""
    logs = loaded.manifest.logs
    for name, activity in loaded.manifest.activities.items():
        for index, protect in enumerate(activity.protect):
            table = protect.data or next(iter(activity.data), "")
            if table.split(".", 1)[0] not in logs:
                yield Spot(("activities", name, "protect", index), f"{table or 'nothing'} is no log")
    for one in kept(loaded):
        if one.rule.system not in logs:
            yield from (Spot(path, f"{one.table} is no log, of whose addresses some bits could stay") for path in _masks(one))


def _masks(one: Kept) -> Iterator[KeyPath]:
    if isinstance(one.keep.then, Anonymise):
        for column, new in one.keep.then.anonymise.items():
            if new.ipv4 is not None or new.ipv6 is not None:
                yield (*one.path, "then", "anonymise", column)


@rule(
    "not-in-logs",
    Severity.ERROR,
    why="a log has lines and nothing else: the promise could not be carried out",
    advice="let lines be deleted, or leave fields empty; of ip_address some bits may stay",
    source="Art. 5(1)(e) GDPR",
)
def not_in_logs(loaded: Loaded, on: date) -> Iterator[Spot]:
    """A rule about a log that blocks, waits, or changes a field into something else."""
    logs = loaded.manifest.logs
    for one in kept(loaded):
        if one.rule.system in logs:
            yield from (
                Spot(path, f"{one.label} asks of the log {one.rule.system} what only a database can do") for path in _rows(one)
            )


def _rows(one: Kept) -> Iterator[KeyPath]:
    for key in ("purpose_ends", "waits_for", "elsewhere"):
        if getattr(one.keep, key):
            yield (*one.path, key)
    match one.keep.then:
        case Pseudonymise():
            yield (*one.path, "then")
        case Anonymise(anonymise=columns):
            for column, new in columns.items():
                if new.constant is not None or new.generalises or new.unique is not None or new.json_:
                    yield (*one.path, "then", "anonymise", column)
