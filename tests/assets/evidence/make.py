"""Makes the evidence bundles in this folder, the sound ones and the tampered ones, each named for its defect.

Run as `python tests/assets/evidence/make.py [FOLDER]`. Keys, times and archive dates are fixed, so the same bytes
come out every time; a test compares them with what lies here. The keys are worthless: they stand in this file.
"""

import os
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from zusage.evidence.seal import Checkpoint, EvidenceLog, Predecessor, SigningKey, Successor, WitnessKey, read_bundle, rotate
from zusage.evidence.seal.cosignature import cosigned_message
from zusage.evidence.seal.tiles import encode_bundle
from zusage.sealing import Note, SignatureLine

HERE = Path(__file__).parent
KEY = SigningKey("log.example/evidence", b"\x01" * 32)
NEXT_KEY = KEY.named("log.example/evidence/next")
STRANGER = SigningKey("log.example/evidence", b"\x02" * 32)
OTHER_LOG = SigningKey("log.example/other", b"\x01" * 32)
WITNESS_SIGNER = SigningKey("witness.example/w1", b"\x03" * 32)
WITNESS = WitnessKey(WITNESS_SIGNER.name, WITNESS_SIGNER.verifier.public)
SECONDS = 1_700_000_000

Files = dict[str, bytes]


def entry(number: int) -> bytes:
    return b'{"kept":true,"promise":"orders/%d"}' % number


ENTRIES = [entry(number) for number in range(7)]
BATCHES = [ENTRIES[:2], ENTRIES[2:5], ENTRIES[5:]]


def log_files(batches: list[list[bytes]], key: SigningKey = KEY, *, cosigned: bool = True, stop: int | None = None) -> Files:
    """The files of a log; `stop` cosigns only the checkpoint of that size."""
    with tempfile.TemporaryDirectory() as folder:
        log = EvidenceLog.create(Path(folder) / "log", key.name, key)
        for batch in batches:
            log.append_unguarded(batch)
            if cosigned and stop in (None, log.checkpoint().size):
                cosign(log)
        return {path: data for path, data in read_bundle(log.folder).items() if path != "lock"}


def cosign(log: EvidenceLog, seconds: int = SECONDS) -> None:
    text = Note.parse(log.signed_checkpoint()).text
    log.keep_cosignatures(log.checkpoint().size, [cosignature(text, seconds)])


def cosignature(text: bytes, seconds: int) -> SignatureLine:
    signature = seconds.to_bytes(8, "big") + WITNESS_SIGNER.signature(cosigned_message(seconds, text))
    return SignatureLine(WITNESS.name, WITNESS.key_id, signature)


def sound() -> Files:
    return log_files(BATCHES)


def chained() -> tuple[Files, Files]:
    """A closed log and its successor."""
    with tempfile.TemporaryDirectory() as folder:
        log = EvidenceLog.create(Path(folder) / "log", KEY.name, KEY)
        log.append(ENTRIES)
        successor = rotate(log, "next", NEXT_KEY.name, NEXT_KEY)
        successor.append([entry(7)])
        both = [{p: d for p, d in read_bundle(each.folder).items() if p != "lock"} for each in (log, successor)]
        return both[0], both[1]


def changed(path: str, change: Callable[[bytes], bytes]) -> Files:
    files = sound()
    files[path] = change(files[path])
    return files


def without(path: str) -> Files:
    files = sound()
    del files[path]
    return files


def bit_flipped(data: bytes) -> bytes:
    return data[:10] + bytes([data[10] ^ 1]) + data[11:]


def bundle_of(*entries: bytes) -> Files:
    return {**sound(), "tile/entries/000.p/7": encode_bundle(entries)}


def older_checkpoint() -> Files:
    """Back to five entries, and every trace of the later ones removed."""
    return log_files(BATCHES[:2])


def checkpoint_older_than_files() -> Files:
    return {**sound(), "checkpoint": older_checkpoint()["checkpoint"]}


def rewritten() -> Files:
    """The holder of the key wrote a new history of the same length and signed it."""
    return log_files([[entry(0), entry(99)], *BATCHES[1:]], cosigned=False)


def resigned(text: bytes) -> Files:
    files = sound()
    files["checkpoint"] = files["checkpoints/007"] = KEY.sign(text)
    return files


def forged_cosignature(data: bytes) -> bytes:
    note = Note.parse(data)
    lines = [line for line in note.signatures if line.name != WITNESS.name]
    forged = cosignature(b"another text\n", SECONDS)
    return Note(note.text, (*lines, forged)).encode()


def wrong_predecessor() -> Files:
    return log_files([[Predecessor(KEY.name, 8, b"\x05" * 32).encode(), entry(7)]], NEXT_KEY, cosigned=False)


def log_in_the_middle() -> Files:
    # An append after the closing entry is refused, so both must come in one.
    return log_files([[*ENTRIES, Successor(NEXT_KEY.name).encode(), entry(7)]])


BUNDLES: dict[str, Callable[[], Files]] = {
    "sound": sound,
    "sound-closed": lambda: chained()[0],
    "sound-successor": lambda: chained()[1],
    "sound-with-an-interrupted-append": lambda: {**sound(), "incoming/0": b"half", "tile/0/000.p/9": b"\0" * 288},
    "sound-with-an-extra-file": lambda: {**sound(), "summary.txt": b"All promises were kept.\n"},
    "anchored-only-before-the-last-entries": lambda: log_files(BATCHES, stop=5),
    "checkpoint-file-missing": lambda: without("checkpoint"),
    "checkpoint-of-another-log": lambda: {**sound(), "checkpoint": log_files(BATCHES, OTHER_LOG)["checkpoint"]},
    "checkpoint-older-than-the-files": checkpoint_older_than_files,
    "checkpoint-signature-broken": lambda: changed("checkpoint", lambda data: data.replace(b"\n7\n", b"\n8\n")),
    "checkpoint-signed-by-a-stranger": lambda: log_files(BATCHES, STRANGER),
    "checkpoint-unreadable": lambda: changed("checkpoint", lambda data: data.replace(b"\n", b"\r\n")),
    "checkpoint-with-another-root": lambda: resigned(Checkpoint(KEY.name, 7, b"\x05" * 32).encode()),
    "cosignature-forged": lambda: changed("checkpoint", forged_cosignature),
    "cosignature-missing": lambda: log_files(BATCHES, cosigned=False),
    "earlier-checkpoint-forged": lambda: changed("checkpoints/002", lambda data: data.replace(b"\n2\n", b"\n1\n")),
    "earlier-checkpoint-kept-under-another-number": lambda: {**sound(), "checkpoints/002": sound()["checkpoints/005"]},
    "earlier-checkpoint-of-another-history": lambda: {**sound(), "checkpoints/005": rewritten()["checkpoints/005"]},
    "empty-log": lambda: log_files([]),
    "entries-swapped": lambda: bundle_of(*ENTRIES[:3], ENTRIES[4], ENTRIES[3], *ENTRIES[5:]),
    "entry-bit-flipped": lambda: changed("tile/entries/000.p/7", bit_flipped),
    "entry-bundle-missing": lambda: without("tile/entries/000.p/7"),
    "entry-bundle-truncated": lambda: changed("tile/entries/000.p/7", lambda data: data[:-3]),
    "entry-removed": lambda: bundle_of(*ENTRIES[:3], *ENTRIES[4:]),
    "history-rewritten-and-signed-again": rewritten,
    "link-in-the-middle": log_in_the_middle,
    "predecessor-with-another-root": wrong_predecessor,
    "rolled-back": older_checkpoint,
    "tile-bit-flipped": lambda: changed("tile/0/000.p/7", bit_flipped),
    "tile-missing": lambda: without("tile/0/000.p/7"),
    "tile-of-an-earlier-checkpoint-missing": lambda: without("tile/0/000.p/2"),
}
FOLDERS = {"sound", "entry-bit-flipped"}  #: kept unpacked, so that both forms are read


def write_zip(path: Path, files: Files) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data)


def write_folder(folder: Path, files: Files) -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def make(folder: Path) -> None:
    """Write everything below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "log.vkey").write_text(f"{KEY.verifier.encode()}\n{NEXT_KEY.verifier.encode()}\n")
    (folder / "witness.vkey").write_text(f"{WITNESS.encode()}\n")
    (folder / "since.checkpoint").write_bytes(sound()["checkpoints/007"])
    for name, files in BUNDLES.items():
        if name in FOLDERS:
            write_folder(folder / name, files())
        else:
            write_zip(folder / f"{name}.zip", files())


if __name__ == "__main__":
    os.umask(0o022)
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
