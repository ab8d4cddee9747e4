"""A look: every promise looked at, judged and sealed.

1.  Look at each promise through Readers alone.
2.  Judge each observation by itself.
3.  Seal one entry a promise, and one that ends the look and names them all.
4.  Anchor the checkpoint outside where a witness is declared.
5.  Call the outside address, so that silence means that nobody looks any more.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from zusage.promises.promise import AnyPromise

from .backups.observation import Drill, Stay
from .consents.observation import Ledger
from .entry import ASIDE, close_text, observation_of, read, seal_text
from .look import Eyes, Seen
from .observation import Census, Unseen
from .residue.observation import Answered, CanaryObservation, Delivered, Overwritten, Searched, Uncounted, Used, Withheld
from .seal.errors import MalformedLink
from .seal.links import Predecessor, read_link
from .steps.sealing import SealedSteps, is_step, read_step
from .verdict import Judgement, Verdict, judge


class AlreadyLooking(Exception):
    """Another verify has been at work for too long."""

    def __init__(self) -> None:
        super().__init__(
            "another verify is at work on this evidence and does not end. Two at once would each compare with what the other has "
            "not sealed yet. Wait until it has ended, then try again."
        )


class Log(Protocol):
    """Where entries are sealed."""

    def append(self, entries: Sequence[bytes]) -> object:
        """Seal entries, in one checkpoint; durable when it returns."""

    def entries(self) -> Iterable[bytes]:
        """All entries so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one promise."""

    promise: AnyPromise
    seen: Seen
    judgement: Judgement


def prove(
    eyes: Eyes,
    promises: Sequence[AnyPromise],
    log: Log,
    *,
    manifest: str,
    program: str,
    watch: Callable[[Outcome], None] = lambda _: None,
    looks: Callable[[Eyes, Sequence[AnyPromise]], Iterable[Seen]] = lambda eyes, promises: map(eyes.look, promises),
) -> tuple[Outcome, ...]:
    """Steps 1 to 3. The observations are sealed even when some systems could not be reached.

    ``looks`` tells what is seen of each promise, in their order.
    """
    look, as_of = secrets.token_hex(8), eyes.outlook.as_of
    outcomes: list[Outcome] = []
    entries: list[bytes] = []
    for promise, seen in zip(promises, looks(eyes, promises), strict=True):
        outcome = Outcome(promise=promise, seen=seen, judgement=judge(seen.observation))
        entries.append(seal_text(seen, outcome.judgement, as_of=as_of, manifest=manifest, program=program, look=look))
        outcomes.append(outcome)
        watch(outcome)
    verdicts = {outcome.promise.id: outcome.judgement.verdict for outcome in outcomes}
    log.append([*entries, close_text(verdicts, as_of=as_of, manifest=manifest, program=program, look=look)])
    return tuple(outcomes)


def seal_aside(seen: Sequence[Seen], log: Log, *, as_of: datetime, manifest: str, program: str) -> tuple[Judgement, ...]:
    """Seal observations that were made by themselves, all in one checkpoint; they end no look, and later looks judge by them."""
    judgements = tuple(judge(one.observation) for one in seen)
    entries = [
        seal_text(one, found, as_of=as_of, manifest=manifest, program=program, look=ASIDE)
        for one, found in zip(seen, judgements, strict=True)
    ]
    log.append(entries)
    return judgements


def overall(verdicts: Iterable[Verdict]) -> Verdict:
    """One word for all; no promise at all is undecided, because an empty proof shows nothing."""
    seen = set(verdicts)
    if Verdict.BROKEN in seen:
        return Verdict.BROKEN
    return Verdict.KEPT if seen == {Verdict.KEPT} else Verdict.UNDECIDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The last sealed verdict of a promise and since when it stands."""

    promise: str
    verdict: Verdict
    reason: str
    as_of: datetime
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What a log says about the past."""

    standings: Mapping[str, Standing]
    censuses: Mapping[str, Mapping[int, int]]
    #: promise → the last number and digest of the records of consent
    ledgers: Mapping[str, tuple[int, str]]
    #: promise → its last drill
    drills: Mapping[str, Drill]
    #: promise → what the last canary showed of it
    flights: Mapping[str, CanaryObservation | Unseen]
    #: promise → entries of the register of erasures at the last look
    registered: Mapping[str, int]
    #: every step of a case
    steps: SealedSteps
    #: the last complete look
    last_look: datetime | None
    manifest: str | None


class EvidenceUnreadable(Exception):
    """A sealed entry of ours cannot be read, so that what it counted could be forgotten."""

    def __init__(self, place: int, program: str) -> None:
        super().__init__(
            f"entry {place} of the evidence, sealed by {program}, cannot be read by this version. What it counted would be forgotten, "
            "and a loss since then could be called kept. Use that version, or begin anew in another --folder and keep this one."
        )


def history(entries: Iterable[bytes]) -> History:
    """Read a log from its beginning; a census that is higher than a later one is remembered, so that a loss stays a loss.

    Raises EvidenceUnreadable.
    """
    past = _Past({}, {}, {}, {}, {})
    for place, raw in enumerate(entries):
        if place == 0 and isinstance(_link(raw), Predecessor):
            past.steps.whole = False
        content = _entry(raw)
        if content is None:
            continue
        try:
            past.take(content)
        except (ValueError, KeyError, TypeError):
            raise EvidenceUnreadable(place, str(content.get("program"))) from None
    return History(
        standings=past.standings,
        censuses=past.censuses,
        ledgers=past.ledgers,
        drills=past.drills,
        flights=past.flights,
        registered=past.registered,
        steps=past.steps,
        last_look=past.last,
        manifest=past.manifest,
    )


@dataclass(slots=True)
class _Past:
    """What has been read so far."""

    standings: dict[str, Standing]
    censuses: dict[str, dict[int, int]]
    ledgers: dict[str, tuple[int, str]]
    drills: dict[str, Drill]
    flights: dict[str, CanaryObservation | Unseen]
    registered: dict[str, int] = field(default_factory=dict)
    steps: SealedSteps = field(default_factory=SealedSteps)
    last: datetime | None = None
    manifest: str | None = None

    def take(self, content: dict[str, Any]) -> None:
        if is_step(content):
            self.steps.take(*read_step(content))
            return
        as_of = datetime.fromisoformat(content["as-of"])
        if content.get("ends"):
            self.steps.looked(as_of)
            self.last, self.manifest = as_of, content["manifest"]
            return
        if content["observation"]["kind"] == "drill":
            self._drilled(str(content["promise"]), observation_of(content))
        if content["look"] == ASIDE:
            self._flown(str(content["promise"]), observation_of(content))
            return
        _stand(self.standings, content, as_of)
        if content["observation"]["kind"] == "census":
            _count(self.censuses.setdefault(content["promise"], {}), observation_of(content))
        if content["observation"]["kind"] == "stay":
            self._registered(str(content["promise"]), observation_of(content))
        if content["observation"]["kind"] == "ledger":
            highest(self.ledgers, str(content["promise"]), observation_of(content))

    def _drilled(self, promise: str, seen: object) -> None:
        if isinstance(seen, Drill):
            self.drills[promise] = seen

    def _registered(self, promise: str, seen: object) -> None:
        if isinstance(seen, Stay):
            self.registered[promise] = seen.entries

    def _flown(self, promise: str, seen: object) -> None:
        """A flight that came to nothing takes the place of an earlier one: nobody knows how it is now."""
        if isinstance(seen, Searched | Answered | Overwritten | Withheld | Used | Delivered | Uncounted) or (
            isinstance(seen, Unseen) and promise.startswith("canary/")
        ):
            self.flights[promise] = seen


def _entry(raw: bytes) -> dict[str, Any] | None:
    """Entries of other kinds, such as the links between logs, are not ours to read."""
    try:
        content = read(raw)
    except ValueError:
        return None
    return content if content.get("zusage") == 1 and ("look" in content or is_step(content)) else None


def _link(raw: bytes) -> object:
    try:
        return read_link(raw)
    except MalformedLink:
        return None


def _stand(standings: dict[str, Standing], content: dict[str, Any], as_of: datetime) -> None:
    promise, verdict = str(content["promise"]), Verdict(str(content["verdict"]))
    before = standings.get(promise)
    since = before.since if before and before.verdict is verdict else as_of
    standings[promise] = Standing(promise=promise, verdict=verdict, reason=str(content["reason"]), as_of=as_of, since=since)


def highest(kept: dict[str, tuple[int, str]], promise: str, seen: object) -> None:
    """Remember how far a chain reached; a shorter one is not believed, so that a loss stays a loss."""
    if isinstance(seen, Ledger) and seen.records >= kept.get(promise, (0, ""))[0]:
        kept[promise] = (seen.records, seen.digest)


def _count(kept: dict[int, int], seen: object) -> None:
    if isinstance(seen, Census):
        for year, rows in seen.now.items():
            kept[year] = max(kept.get(year, 0), rows)
