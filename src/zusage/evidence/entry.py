"""One sealed entry for each promise looked at, as canonical JSON: all that an auditor needs to repeat the judgement."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from .look import Seen
from .observation import Observation
from .verdict import Judgement, Verdict, judge

FORMAT = 1
#: the look of an observation that was made by itself, such as a drill
ASIDE = "aside"
_KINDS: dict[str, type[Any]] = {kind.__name__.lower(): kind for kind in get_args(Observation)}


def seal_text(seen: Seen, judgement: Judgement, *, as_of: datetime, manifest: str, program: str, look: str) -> bytes:
    """The entry of one promise."""
    content = {
        "zusage": FORMAT,
        "look": look,
        "promise": seen.promise.id,
        "refs": list(seen.promise.refs),
        "verdict": judgement.verdict.value,
        "reason": judgement.reason,
        "as-of": as_of.astimezone(UTC).isoformat(),
        "manifest": manifest,
        "program": program,
        "system": asdict(seen.identity) if seen.identity else None,
        "queries": [{"sql": text, "sha256": hashlib.sha256(text.encode()).hexdigest()} for text in seen.statements],
        "observation": {"kind": type(seen.observation).__name__.lower(), **_plain(asdict(seen.observation))},
    }
    return _canonical(_short(content))


def close_text(promises: Mapping[str, Verdict], *, as_of: datetime, manifest: str, program: str, look: str) -> bytes:
    """The entry that ends a look: which promises were looked at, so that none can be left out unseen."""
    content = {
        "zusage": FORMAT,
        "look": look,
        "ends": True,
        "as-of": as_of.astimezone(UTC).isoformat(),
        "manifest": manifest,
        "program": program,
        "verdicts": {promise: verdict.value for promise, verdict in sorted(promises.items())},
    }
    return _canonical(content)


def read(entry: bytes) -> dict[str, Any]:
    """An entry as JSON; raises ValueError when it is none."""
    content = json.loads(entry)
    if not isinstance(content, dict):
        raise ValueError("not an entry")
    return content


def rejudge(content: Mapping[str, Any]) -> Judgement:
    """Judge the sealed observation again; raises ValueError when it is malformed."""
    return judge(observation_of(content))


def observation_of(content: Mapping[str, Any]) -> Observation:
    """The sealed observation; raises ValueError when it is malformed: a count is a whole number and nothing else."""
    fields = content.get("observation")
    if not isinstance(fields, dict):
        raise ValueError("the entry holds no observation")
    name = str(fields.get("kind", ""))
    if name not in _KINDS:
        raise ValueError("the entry holds no observation that this program knows")
    parts = {part: value for part, value in fields.items() if part != "kind"}
    try:
        found: Observation = _reader(name).validate_json(json.dumps(parts), strict=True)
    except (ValidationError, RecursionError):
        raise ValueError("the observation has other parts than it should") from None
    if parts.keys() - _KINDS[name].__dataclass_fields__.keys():
        raise ValueError("the observation has more parts than it should")
    return found


@cache
def _reader(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(_KINDS[name])


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def _canonical(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _short(content: dict[str, Any]) -> dict[str, Any]:
    """An entry of the log holds at most 65,535 bytes: where statements are longer, their digests remain."""
    if len(_canonical(content)) > 60_000:
        content["queries"] = [{"sha256": query["sha256"]} for query in content["queries"]]
    return content
