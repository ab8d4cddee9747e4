"""The sealed logs of a product on disk: which there are, which is the newest, and its way to the outside."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .filing import replace

if TYPE_CHECKING:
    from zusage.evidence.prove import History
    from zusage.evidence.read import Sealed
    from zusage.evidence.seal import EvidenceLog
    from zusage.sealing import SigningKey

_PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """Logs in ``evidence/0001``, ``evidence/0002`` … of our own folder, each the successor of the one before."""

    folder: Path
    origin: str
    key: Callable[[], SigningKey]
    #: submission address → public key
    witnesses: Mapping[str, str]

    def folders(self) -> tuple[Path, ...]:
        """The logs, oldest first."""
        found = (path.parent for path in (self.folder / "evidence").glob("*/checkpoint"))
        return tuple(sorted((path for path in found if re.fullmatch(r"\d+", path.name)), key=lambda path: int(path.name)))

    def newest(self) -> EvidenceLog:
        """The log that takes entries, made when it is first needed; a rotation that was interrupted is completed."""
        from zusage.evidence.seal import EvidenceLog, rotate

        folders = self.folders()
        if not folders:
            first = self.folder / "evidence" / "0001"
            first.parent.mkdir(parents=True, exist_ok=True)
            log = EvidenceLog.create(first, self.origin, self.key().named(self.origin))
            self._publish_keys()
            return log
        log = self._open(folders[-1])
        if closing := log.successor():
            log = rotate(log, _after(log.folder), closing.origin)
        elif log.checkpoint().size == 0 and len(folders) > 1:
            log = rotate(self._open(folders[-2]), log.folder.name, log.checkpoint().origin)
        self._publish_keys()
        return log

    def entries(self) -> Iterator[bytes]:
        """All entries of all logs, oldest first. Raises LogDamaged."""
        from zusage.evidence.seal.reader import LogReader

        for folder in self.folders():
            yield from LogReader(folder).entries()

    def history(self) -> History:
        """What all logs together say about the past."""
        from zusage.evidence.prove import history

        return history(self.entries())

    def sealed(self) -> Iterator[Sealed]:
        """All observations and ends of looks with their places, oldest first."""
        from zusage.evidence.read import sealed
        from zusage.evidence.seal.reader import LogReader

        for folder in self.folders():
            yield from sealed(folder.name, LogReader(folder).entries())

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Be the only one who looks: a census is compared with all that was sealed before. Raises AlreadyLooking."""
        from zusage.evidence.prove import AlreadyLooking
        from zusage.state.locks import alone, file_lock

        with alone(file_lock(self.folder / "verify.lock", _PATIENCE), AlreadyLooking):
            yield

    def anchoring(self) -> str:
        """Whether the newest checkpoint is anchored outside, in words."""
        from zusage.evidence.anchoring import anchoring
        from zusage.evidence.seal.reader import LogReader

        folders = self.folders()
        note = LogReader(folders[-1]).signed_checkpoint() if folders else b""
        return anchoring(note, list(self.witnesses.values()))

    def anchor(self, url: str) -> bytes:
        """Have a declared witness cosign the newest checkpoint; returns it. Raises UnknownWitness or SealingError."""
        from zusage.evidence.anchoring import UnknownWitness
        from zusage.evidence.seal import Witness, WitnessKey, anchor

        if url not in self.witnesses:
            raise UnknownWitness(url, tuple(self.witnesses))
        return anchor(self.newest(), Witness(url, WitnessKey.parse(self.witnesses[url])))

    def anchor_all(self) -> tuple[str, ...]:
        """Have every declared witness cosign the newest checkpoint; returns what went wrong."""
        from zusage.sealing import SealingError

        troubles = []
        for url in self.witnesses:
            try:
                self.anchor(url)
            except SealingError as error:
                troubles.append(f"not anchored at {url}: {error}")
        return tuple(troubles)

    def rotate(self) -> tuple[EvidenceLog, EvidenceLog]:
        """Close the newest log and continue in a new one; returns both. Raises SealingError."""
        from zusage.evidence.seal import rotate

        old = self.newest()
        name = _after(old.folder)
        new = rotate(old, name, f"{self.origin}/{name}")
        self._publish_keys()
        return old, new

    def export(self, path: Path) -> int:
        """Write all logs and their public keys into a .zip, the same bytes for the same logs; returns how many logs."""
        from zusage.evidence.seal.packing import pack

        folders = self.folders()
        replace(path, pack(folders, {"log.vkey": self.public_keys()}))
        return len(folders)

    def public_keys(self) -> bytes:
        """The verifier key of each log on a line of its own, the newest last."""
        keys = (self._key(folder).verifier.encode() for folder in self.folders())
        return "".join(f"{key}\n" for key in dict.fromkeys(keys)).encode()

    def _publish_keys(self) -> None:
        path, keys = self.folder / "log.vkey", self.public_keys()
        if not path.exists() or path.read_bytes() != keys:
            replace(path, keys)

    def _key(self, folder: Path) -> SigningKey:
        from zusage.evidence.seal.reader import LogReader

        return self.key().named(LogReader(folder).checkpoint().origin)

    def _open(self, folder: Path) -> EvidenceLog:
        from zusage.evidence.seal import EvidenceLog

        return EvidenceLog.open(folder, self._key(folder))


def _after(folder: Path) -> str:
    return f"{int(folder.name) + 1:04d}"
