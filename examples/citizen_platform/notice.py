"""The published privacy notice: read as it was published, known by its digest."""

from hashlib import sha256
from pathlib import Path

UNPUBLISHED = "unpublished"

#: The files that belong to a published notice; no other file of the folder is served.
FILES = {
    "notice.de.html": "text/html",
    "notice.en.html": "text/html",
    "notice.de.md": "text/markdown",
    "notice.en.md": "text/markdown",
    "notice.css": "text/css",
}


def published(folder: Path | None, name: str) -> bytes | None:
    """One file of the notice exactly as it was published, or nothing."""
    file = folder / name if folder and name in FILES else None
    return file.read_bytes() if file and file.is_file() else None


def version(folder: Path | None) -> str:
    """The digest of the notice that is published now: what a registration consents to."""
    text = published(folder, "notice.de.html")
    return sha256(text).hexdigest() if text else UNPUBLISHED
