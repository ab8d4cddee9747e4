"""Offline: is this what was sealed, and does each sealed verdict follow from what was seen? Pure: no manifest, database or clock.

Steps 1 to 9 are the seal's (see ``zusage.evidence.seal.verify``), for each log and the chain that they form. Then, over the entries
of logs that passed:

10. Every entry is an observation, in a look or by itself, the end of a look, a step of a case or a link between logs. What this
    program cannot read it cannot judge.
11. Judging each sealed observation again gives the sealed verdict and, where this version of the program sealed it, the sealed reason,
    and each statement fits its digest. How many reasons another version worded otherwise is named; it refuses nothing, for what
    counts is the verdict.
12. Each look stands there once and in one piece, of one time, manifest and program, and its end names exactly the promises that
    were sealed in it, each once, with their verdicts: none was left out.
13. Each count of what must be kept was compared with the highest that was sealed before, as far as all that came before is there.
14. Looks follow each other in time. A clock that jumped is named; it refuses nothing.
15. The steps of a case are numbered without a gap, as far as all that came before is there, and none was sealed twice with another
    content. One that is dated before what was sealed ahead of it is named; `verify` finds its promise broken.

What this shows is integrity and judgement. That the observations were true when they were made it cannot show.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from zusage import PROGRAM
from zusage.sealing import MalformedKey, SealingError, VerifierKey

from .consents.observation import Ledger
from .entry import ASIDE, observation_of, read
from .observation import Census
from .prove import highest
from .seal import Finding, Verification, WitnessKey, verify_chain
from .seal.examine_tree import read_entries
from .seal.links import read_link
from .seal.verdict import ASK
from .steps.sealing import SealedStep, SealedSteps, is_step, read_step
from .verdict import Verdict, judge

CHECKPOINT = "checkpoint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A complete look, as its end says."""

    id: str
    as_of: datetime
    verdicts: Mapping[str, Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What came of checking some logs offline."""

    #: name of each log and what its seal shows, oldest first
    logs: tuple[tuple[str, Verification], ...]
    #: steps 10 to 15
    findings: tuple[Finding, ...]
    observations: int
    looks: tuple[Look, ...]
    #: steps of cases
    steps: int = 0

    @property
    def ok(self) -> bool:
        """Every log is what was sealed and every verdict follows. False without a log and without a look."""
        sealed = bool(self.logs) and all(verification.ok for _, verification in self.logs)
        return sealed and bool(self.looks) and not any(finding.fatal for finding in self.findings)

    @property
    def anchored(self) -> bool:
        """Every required witness cosigned the newest checkpoint."""
        return bool(self.logs) and self.logs[-1][1].anchored


def audit(
    logs: Mapping[str, Mapping[str, bytes]],
    keys: Sequence[VerifierKey],
    since: bytes | None = None,
    witnesses: Sequence[WitnessKey] = (),
) -> Audit:
    """Check logs that continue each other, oldest first; see the module for the steps. Never raises for what is in them."""
    verified = verify_chain(tuple(logs.values()), keys=_under_every_name(logs, keys), since=since, witnesses=witnesses)
    named = tuple(zip(logs, verified, strict=True))
    walk = _Walk(complete=bool(verified) and verified[0].predecessor is None)
    for (name, verification), files in zip(named, logs.values(), strict=True):
        if not verification.ok:
            break
        walk.log(name, read_entries(files, verification.size or 0))
    return Audit(
        logs=named,
        findings=tuple(walk.findings),
        observations=walk.observations,
        looks=tuple(walk.looks),
        steps=len(walk.steps.found),
    )


def logs_in(files: Mapping[str, bytes], name: str = "log") -> dict[str, Mapping[str, bytes]]:
    """The logs among some files, by folder, in the order of the folders' names; ``name`` is for one that lies at the top."""
    found = {path.removesuffix(CHECKPOINT) for path in files if path == CHECKPOINT or path.endswith(f"/{CHECKPOINT}")}
    return {folder.rstrip("/").rpartition("/")[2] or name: _Below(files, folder) for folder in sorted(found)}


class _Below(Mapping[str, bytes]):
    """The files below a folder, each read when it is asked for."""

    def __init__(self, files: Mapping[str, bytes], folder: str) -> None:
        self._files, self._folder = files, folder

    def __getitem__(self, path: str) -> bytes:
        return self._files[self._folder + path]

    def __iter__(self) -> Iterator[str]:
        return (path.removeprefix(self._folder) for path in self._files if path.startswith(self._folder))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _under_every_name(logs: Mapping[str, Mapping[str, bytes]], keys: Sequence[VerifierKey]) -> list[VerifierKey]:
    """Rotation continues with the same private key under the new log's name: whoever trusts the key trusts it there too."""
    found = list(keys)
    for files in logs.values():
        try:
            origin = files.get(CHECKPOINT, b"").partition(b"\n")[0].decode()
            found += [VerifierKey(origin, key.public) for key in keys]
        except (SealingError, UnicodeDecodeError):
            continue  # the verification will say what is wrong with this checkpoint
    return list(dict.fromkeys(found))


@dataclass(slots=True)
class _Walk:
    """Steps 10 to 15, entry by entry."""

    #: nothing that came before is missing
    complete: bool
    findings: list[Finding] = field(default_factory=list)
    observations: int = 0
    steps: SealedSteps = field(default_factory=SealedSteps)
    looks: list[Look] = field(default_factory=list)
    _open: list[Mapping[str, Any]] = field(default_factory=list)
    _ids: set[str] = field(default_factory=set)
    _highest: dict[str, dict[int, int]] = field(default_factory=dict)
    _ledgers: dict[str, tuple[int, str]] = field(default_factory=dict)
    #: other versions of the program → how many reasons they worded otherwise
    _worded: Counter[str] = field(default_factory=Counter)

    def log(self, name: str, entries: Sequence[bytes]) -> None:
        for number, raw in enumerate(entries):
            self._entry(f"{name}, entry {number}", raw)
        self._unended(f"{name}, its end")
        self._other_words(name)

    def _entry(self, where: str, raw: bytes) -> None:
        content = _ours(raw)
        if content is None:
            if (step := _step(raw)) is not None:
                self._stepped(where, *step)
            elif read_link(raw) is None:
                self._refuse(10, where, "This is neither an observation nor the end of a look.", "What it says was not judged.")
            return
        if content.get("ends"):
            self._end(where, content)
            return
        if self._open and self._open[0]["look"] != content["look"]:
            self._unended(where)
        if content["look"] != ASIDE:
            self._open.append(content)
        self.observations += 1
        self._judged(where, content)

    def _stepped(self, where: str, step: SealedStep, as_of: datetime) -> None:
        """Step 15."""
        self._unended(where)
        doubled, late = len(self.steps.doubled), len(self.steps.late)
        if self.complete and step.number > 1 and (step.case, step.number - 1) not in self.steps.found:
            self._refuse(15, where, f"Step {step.number - 1} of case {step.case} is missing.", "A step was left out.")
        self.steps.take(step, as_of)
        if len(self.steps.doubled) > doubled:
            what = f"Step {step.number} of case {step.case} was sealed before, with another content."
            self._refuse(15, where, what, "One of the two did not happen.")
        if len(self.steps.late) > late:
            what = (
                f"Step {step.number} of case {step.case} is dated {step.at:%Y-%m-%d %H:%M} UTC, before what was sealed earlier."
            )
            todo = "Ask the operator when it really happened."
            self.findings.append(Finding(15, what, where, "Its date cannot be relied on.", todo, fatal=False))

    def _judged(self, where: str, content: Mapping[str, Any]) -> None:
        """Steps 11 and 13."""
        promise = content.get("promise")
        try:
            seen = observation_of(content)
            again = judge(seen)
        except ValueError:
            self._refuse(11, where, f"The observation of {promise} cannot be judged.", "No verdict follows from it.")
            return
        by = str(content.get("program"))
        if again.verdict.value == content.get("verdict") and again.reason != content.get("reason") and by != PROGRAM:
            self._worded[by] += 1
        elif (again.verdict.value, again.reason) != (content.get("verdict"), content.get("reason")):
            what = f"{promise} was sealed as {content.get('verdict')}, but what was seen shows {again.verdict.value}: {again.reason}."
            self._refuse(11, where, what, "The verdict does not follow from the observation.")
        queries = content.get("queries")
        if not isinstance(queries, list) or not all(_fits(query) for query in queries):
            self._refuse(11, where, f"A statement of {promise} does not fit its digest.", "It is not known what was asked.")
        if isinstance(seen, Census):
            self._compared(where, str(promise), seen)
        if isinstance(seen, Ledger):
            self._continued(where, str(promise), seen)

    def _other_words(self, name: str) -> None:
        """What another version of the program said of the same; `evidence show` prints it as it was sealed."""
        for by, reasons in sorted(self._worded.items()):
            those = "The reason of 1 observation" if reasons == 1 else f"The reasons of {reasons} observations"
            what = f"{those} that {by} sealed would be worded otherwise by {PROGRAM}."
            why, todo = "Their verdicts follow; the wording does not follow from what was seen.", "Read the counts beside them."
            self.findings.append(Finding(11, what, name, why, todo, fatal=False))
        self._worded.clear()

    def _compared(self, where: str, promise: str, seen: Census) -> None:
        before = self._highest.get(promise)
        if self.complete and (dict(seen.before) if seen.before is not None else None) != before:
            what = f"{promise} was compared with other counts than those that were sealed before."
            self._refuse(13, where, what, "A loss could hide behind a lower count.")
        kept = self._highest.setdefault(promise, {})
        for year, rows in seen.now.items():
            kept[year] = max(kept.get(year, 0), rows)

    def _continued(self, where: str, promise: str, seen: Ledger) -> None:
        before = self._ledgers.get(promise)
        if self.complete and seen.before != (before[0] if before else None):
            what = f"{promise} was compared with another length of the records than was sealed before."
            self._refuse(13, where, what, "A loss could hide behind a shorter chain.")
        highest(self._ledgers, promise, seen)

    def _end(self, where: str, content: Mapping[str, Any]) -> None:
        """Step 12."""
        found, self._open = self._open, []
        said = content.get("verdicts")
        sealed = {str(one.get("promise")): one.get("verdict") for one in found}
        alike = ("look", "as-of", "manifest", "program")
        if not found or said != sealed or len(sealed) != len(found) or content["look"] in self._ids:
            what = "The end of the look does not name exactly the promises that were sealed in it."
            self._refuse(12, where, what, "A promise was left out, added or sealed twice.")
        elif any(one.get(part) != content.get(part) for one in found for part in alike):
            self._refuse(
                12, where, "The entries of the look do not belong together.", "They differ in time, manifest or program."
            )
        else:
            self._ids.add(str(content["look"]))
            self._complete(where, content)

    def _complete(self, where: str, content: Mapping[str, Any]) -> None:
        words = {verdict.value for verdict in Verdict}
        verdicts = {one: Verdict(word) for one, word in content["verdicts"].items() if isinstance(word, str) and word in words}
        look = Look(id=str(content["look"]), as_of=datetime.fromisoformat(content["as-of"]), verdicts=verdicts)
        if self.looks and look.as_of < self.looks[-1].as_of:  # step 14
            what = f"This look is dated {look.as_of:%Y-%m-%d %H:%M} UTC, before the one that was sealed earlier."
            todo = "Ask the operator why the clock jumped."
            self.findings.append(Finding(14, what, where, "Its date cannot be relied on.", todo, fatal=False))
        self.looks.append(look)
        self.steps.looked(look.as_of)

    def _unended(self, where: str) -> None:
        if self._open:
            self._open = []
            self._refuse(12, where, "The look before has no end.", "Nothing shows that no promise was left out.")

    def _refuse(self, step: int, where: str, what: str, why: str) -> None:
        self.findings.append(Finding(step, what, where, why, ASK))


def _ours(raw: bytes) -> dict[str, Any] | None:
    """An entry that names its look and its time, else None."""
    try:
        content = read(raw)
        dated = datetime.fromisoformat(content["as-of"]).tzinfo is not None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return content if dated and content.get("zusage") == 1 and isinstance(content.get("look"), str) else None


def _step(raw: bytes) -> tuple[SealedStep, datetime] | None:
    """A sealed step of a case; None where it is none, or a malformed one."""
    try:
        content = read(raw)
        return read_step(content) if is_step(content) else None
    except (ValueError, RecursionError):
        return None


def _fits(query: Any) -> bool:
    """A statement that was too long to seal is there as its digest alone."""
    if not isinstance(query, dict):
        return False
    return "sql" not in query or hashlib.sha256(str(query["sql"]).encode()).hexdigest() == query.get("sha256")


def read_keys(text: str) -> tuple[VerifierKey, ...]:
    """The verifier keys in a text, one a line. Raises MalformedKey."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise MalformedKey(key="(nothing)", why="the text is empty")
    return tuple(VerifierKey.parse(line) for line in lines)
