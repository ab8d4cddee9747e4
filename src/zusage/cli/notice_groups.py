"""Notices of what rules took, as `zusage notices` shows them: a line for each plan and recipient, however many people it took."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .output import count

if TYPE_CHECKING:
    from zusage.bootstrap import Product
    from zusage.bootstrap.telling.tally import GroupTally
    from zusage.rights.notification import NoticeGroup


def is_group(name: str) -> bool:
    """Whether somebody names a group, and not one notice."""
    return "/" in name


def group_data(product: Product, one: NoticeGroup, *, looked: bool = True) -> dict[str, Any]:
    """A group; ``looked``: also how many notices of it name nobody, for which each is opened."""
    from zusage.bootstrap.telling.groups import nameless_in, way_of_group
    from zusage.bootstrap.telling.sending import group_escalated_now

    return {
        "notice": one.name,
        "of": "erased",
        "about": f"rule {one.plan}",
        "at": one.since.isoformat(),
        "recipient": one.recipient,
        "by": way_of_group(product, one),
        "notices": sum(one.counts.values()),
        "states": dict(one.counts),
        "undone": one.undone,
        "unnamed": nameless_in(product, one) if looked else None,
        "escalated": group_escalated_now(product, one),
        "tries": one.tries,
        "next": one.next_at.isoformat(timespec="minutes") if one.next_at else None,
        "trouble": one.trouble,
    }


def group_standing(found: dict[str, Any]) -> str:
    """How far it is, in words."""
    words = ", ".join(f"{number:,} {state}" for state, number in found["states"].items())
    if found["tries"]:
        words += f", tried {count(found['tries'], 'time')}"
    if found["unnamed"]:
        words += f", of {found['unnamed']:,} nothing names the person"
    if found["undone"]:
        words += f", {found['undone']:,} of them came back"
    return words + (", a human must look" if found["escalated"] else "")


def swept_data(one: GroupTally) -> dict[str, Any]:
    """What became of a group in a sweep."""
    return {
        "notice": one.name,
        "recipient": one.recipient,
        "told": one.told,
        "failed": one.failed,
        "unnamed": one.nameless,
        "by_hand": one.by_hand,
        "trouble": one.trouble,
        "next": one.next_at.isoformat(timespec="minutes") if one.next_at else None,
    }


def swept_lines(one: GroupTally) -> Iterator[str]:
    """What a human should know of a group after a sweep."""
    if one.failed and one.next_at:
        yield f"{one.name} ({count(one.failed, 'notice')}): {one.trouble}; tried again after {one.next_at.isoformat(timespec='minutes')}"
    if one.by_hand:
        yield f"{one.name} ({count(one.by_hand, 'notice')}) waits for a human: `zusage notices show {one.name}`"
    if one.nameless:
        why = "nothing is left that names the people to it"
        yield f"{one.name} ({count(one.nameless, 'notice')}) waits for a human: {why}; `zusage notices list --of {one.name}` lists them"
