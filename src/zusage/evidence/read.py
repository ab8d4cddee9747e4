"""Reading what was sealed, with its place in the log: pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .entry import read


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """An entry of ours and where it stands."""

    log: str
    #: counted from 0
    index: int
    content: Mapping[str, Any]

    @property
    def promise(self) -> str | None:
        """The promise that was looked at; None where the entry ends a look."""
        return None if self.content.get("ends") else str(self.content.get("promise"))


def sealed(log: str, entries: Iterable[bytes]) -> Iterator[Sealed]:
    """Our entries among those of a log; links between logs and what others wrote are passed over."""
    for index, raw in enumerate(entries):
        try:
            content = read(raw)
        except (ValueError, RecursionError):
            continue
        if content.get("zusage") == 1 and "look" in content:
            yield Sealed(log=log, index=index, content=content)


def newest(found: Iterable[Sealed], promise: str | None, number: int) -> tuple[Sealed, ...]:
    """The last observations, of one promise or of all, oldest first."""
    wanted = (one for one in found if one.promise and promise in (None, one.promise))
    return tuple(deque(wanted, maxlen=number))


def partition(content: Mapping[str, Any]) -> dict[str, int]:
    """The counts of an observation by what they mean: rows by case, or rows by year; empty where nothing was counted."""
    seen = content.get("observation") or {}
    match seen.get("kind"):
        case "rows":
            counted = {"must not be there": seen["forbidden"], **seen["allowed"], "unplaceable": seen["unplaceable"]}
            blocked = {"blocked": seen["blocked"], "blocked past their last day": seen["blocked_overdue"]}
            return {**counted, "in all": seen["total"], **{name: rows for name, rows in blocked.items() if rows}}
        case "census":
            return {f"begun in {year}": rows for year, rows in sorted(seen["now"].items())}
        case "reach":
            names = {"left": "should be blocked", "readable": "of these readable", "changeable": "of these changeable"}
            counted = {text: seen[name] for name, text in names.items()}
            return {**counted, "unplaceable": seen["unplaceable"], "in all": seen["total"], "blocked": seen["blocked"] or 0}
        case "apart":
            values = {"of people": seen["people_values"], "of the other store": seen["other_values"]}
            planted = {"planted": seen["planted"], "of these found": seen["found"]}
            return {"pairs of columns": seen["pairs"], **values, **planted, "leading across": sum(seen["joins"].values())}
        case "held":
            return {"held": seen["held"], "not yet gone": seen["pending"], "outlived": seen["left"]}
        case "ledger":
            lost = {"missing in the chain": seen["gaps"], "out of place": seen["unlinked"], "altered": seen["altered"]}
            noted = {"acknowledged": seen["acknowledged"] or 0, "emptied too early": seen["too_early"]}
            return {"records": seen["records"], **noted, **lost}
        case "papers":
            counted = {name: seen[name] for name in ("given", "refused", "withdrawn", "texts")}
            return {**counted, "unclear": seen["unclear"], "without their text": seen["untexted"]}
        case "trial":
            return {"went as it must": len(seen["done"]), "did not": len(seen["failed"])}
        case "lines":
            return {
                "must not be there": seen["forbidden"],
                **seen["allowed"],
                "unplaceable": seen["unplaceable"],
                "in all": seen["total"],
            }
        case "steps":
            words = {"alike": "as they were sealed", "missing": "sealed, not on record", "unfound": "noted as sealed, not found"}
            parts = ("alike", "altered", "missing", "unfound", "unsealed", "waiting", "late", "doubled")
            return {"in all": seen["steps"], **{words.get(part, part): seen[part] for part in parts}}
        case "names":
            return {"found": len(seen["forbidden"]), "tables looked at": seen["looked_at"]}
        case _:
            return {}
