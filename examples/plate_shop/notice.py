"""The published privacy notice: read as it was published, known by its digest."""

import base64
import re
from hashlib import sha256
from pathlib import Path

UNPUBLISHED = "unpublished"
_STYLE = re.compile(rb"<style[^>]*>(.*?)</style>", re.DOTALL)


def published(folder: Path | None, language: str) -> bytes | None:
    """The notice in this language, else in the other, else nothing."""
    names = ("notice.en.html", "notice.de.html") if language == "en" else ("notice.de.html", "notice.en.html")
    for name in (*names, "notice.html", "index.html"):
        if folder and (folder / name).is_file():
            return (folder / name).read_bytes()
    return None


def version(folder: Path | None) -> str:
    """What an order is stamped with: the digest of the notice that was published when it was placed."""
    text = published(folder, "de")
    return sha256(text).hexdigest() if text else UNPUBLISHED


def style_hashes(text: bytes) -> str:
    """What the content security policy must name, so that the notice keeps its own style and no other."""
    digests = (sha256(style).digest() for style in _STYLE.findall(text))
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
