"""Notices of what rules took, as `zusage notices` shows them: a line for each plan and recipient, however many people it took."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .output import count

if TYPE_CHECKING:
    from zusage.bootstrap import Product
    from zusage.rights.notification import Notice, NoticeGroup


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


def swept_groups(product: Product, notices: Sequence[Notice]) -> list[dict[str, Any]]:
    """Of notices that a sweep had in hand those of rules: how many of each group, and what is known of all of them."""
    from zusage.bootstrap.telling.delivering import notices_of, way_to
    from zusage.rights.notification import group_name

    found: dict[str, dict[str, Any]] = {}
    for one in notices:
        if one.occasion.plan:
            group = found.setdefault(group_name(one.occasion.plan, one.recipient), {"notices": 0})
            group |= {"notices": group["notices"] + 1, "recipient": one.recipient, "trouble": one.trouble}
            group["next"] = one.next_at.isoformat(timespec="minutes") if one.open and one.next_at else None
    for name, group in found.items():
        declared = notices_of(product, group["recipient"])
        by = way_to(product, group["recipient"], demanded=False, erased=True)
        group |= {"notice": name, "of": "erased", "by": by, "unnamed": list(declared.names) if declared and by != "hand" else []}
    return list(found.values())
