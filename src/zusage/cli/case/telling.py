"""What the commands of cases say of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..output import as_json as print_json
from ..output import say, warn

if TYPE_CHECKING:
    from zusage.bootstrap.cases.requests import Standing


def on_its_way(one: Standing) -> str:
    """What keeps an answer or a mail from the person, in words; empty where nothing does that we know."""
    if one.case.ended:
        return ""
    if (back := one.case.came_back) and back.kind != "not delivered":
        return (
            "the link did not reach the person" if back.kind == "link returned" else f"a mail about it came back ({back.detail})"
        )
    last = one.case.last("answer ready", "not delivered", "answered")
    if last is None:
        return ""
    return "the answer waits for the mail server" if last.kind == "answer ready" else "the answer did not reach the person"


def tell(one: Standing, *, as_json: bool) -> None:
    """How a case stands after a step."""
    if as_json:
        from zusage.bootstrap.cases.stepping import told

        print_json(told(one))
        return
    say(f"{one.case.id}: {one.case.right}, {one.case.state}")
    if one.case.ended:
        return
    if on_its_way(one):
        warn(f"{on_its_way(one)}; take another way")
    if one.lapsed and not one.case.last("refused"):
        warn(f"nobody has shown who asks by {one.lapsed}: refuse it with `zusage case lapse {one.case.id}`")
    if one.overdue:
        warn(f"the answer was due on {one.due}")
    elif one.due is None:
        say("the clock stands still until the person has shown who they are")
    else:
        say(f"the answer is due on {one.due.isoformat()} at the latest, and without undue delay")
