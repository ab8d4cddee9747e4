"""What an offline verification returns: records, to be shown, filed and compared."""

from dataclasses import dataclass

from zusage.evidence.seal.links import Predecessor, Successor

RESTORE = "Get a complete copy of the log, byte for byte, and verify that."
ASK = "Keep this copy as it is and ask the operator of the log for an explanation."


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a step of the verification has to say."""

    step: int  #: number of the step, as listed in `verify`
    what: str  #: what was seen
    where: str  #: the file or entry
    why: str  #: why it matters
    what_to_do: str  #: what the reader can do about it
    fatal: bool = True  #: whether it refuses the log; otherwise it limits what the proof says

    def __str__(self) -> str:
        kind = "refused" if self.fatal else "note"
        return f"[{self.step}] {kind}: {self.where}: {self.what} {self.why} {self.what_to_do}"


@dataclass(frozen=True, slots=True)
class Verification:
    """The verdict over one log.

    It covers integrity: that these entries, in this order, are what was sealed. It cannot say that what they
    report was true when it was observed.
    """

    findings: tuple[Finding, ...] = ()  #: in the order of the steps
    origin: str | None = None  #: of the log; None if no trusted checkpoint was found
    size: int | None = None  #: number of entries, likewise
    root: bytes | None = None  #: root hash, 32 bytes, likewise
    anchored: bool = False  #: whether every required witness cosigned the newest checkpoint
    anchored_size: int = 0  #: entries covered by a checkpoint that every required witness cosigned
    predecessor: Predecessor | None = None  #: what the first entry says of the log before
    successor: Successor | None = None  #: what the last entry says of the log after

    @property
    def ok(self) -> bool:
        """Whether the log is what was sealed. False without a checkpoint and for an empty log."""
        return bool(self.size) and not any(finding.fatal for finding in self.findings)


class Refused(Exception):
    """What the following steps need could not be established; carries the finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding
