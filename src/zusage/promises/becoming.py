"""What becomes of a column: what the manifest says of it to the change that is made."""

from __future__ import annotations

from dataclasses import replace

from . import promise as p
from .lines import ADDRESSES
from .manifest import Anonymise, Keep, Protect, Pseudonymise, Replacement


def ended(keep: Keep) -> tuple[p.Change, ...]:
    """What becomes of the columns of a row whose time is over; nothing where the row goes."""
    match keep.then:
        case Anonymise(anonymise=columns):
            return tuple(change for column, new in columns.items() for change in changes_of(column, new))
        case Pseudonymise(pseudonymise=names):
            return tuple(p.Change(column=column, how="pseudonymise") for column in names)
        case _:
            return ()


def in_lines(change: p.Change) -> p.Change:
    """In a log, what becomes of the address becomes of every address in the line."""
    return replace(change, column=ADDRESSES) if change.column == "ip_address" else change


def changes_of(column: str, new: Replacement) -> tuple[p.Change, ...]:
    """What becomes of a column; of a JSON document one change for each path."""
    if new.json_:
        return tuple(p.Change(column=column, how="json", value=path) for path in new.json_)
    return (_replacement(column, new),)


def _replacement(column: str, new: Replacement) -> p.Change:
    if new.unique is not None:
        return p.Change(column=column, how="unique", value=new.unique)
    if new.ipv4 is not None or new.ipv6 is not None:
        return p.Change(column=column, how="mask", value=f"{new.ipv4 or 0}/{new.ipv6 or 0}")
    if new.first is not None:
        return p.Change(column=column, how="truncate", value=new.first)
    if new.multiple_of is not None:
        return p.Change(column=column, how="multiple", value=new.multiple_of)
    if new.beginning_of is not None:
        return p.Change(column=column, how="beginning", value=new.beginning_of)
    if new.constant is not None:
        return p.Change(column=column, how="constant", value=new.constant)
    return p.Change(column=column, how="clear")


def protection(protect: Protect, column: str) -> p.Change:
    """What becomes of a value before it is stored in a log."""
    if protect.truncate:
        return p.Change(column=ADDRESSES, how="mask", value=f"{protect.ipv4}/{protect.ipv6}")
    if protect.hash:
        return p.Change(column=ADDRESSES, how="code", value=str(protect.rotate))
    return p.Change(column=ADDRESSES if column == "ip_address" else column, how="clear")
