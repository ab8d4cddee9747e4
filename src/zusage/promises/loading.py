"""A manifest file to a Manifest, with every mistake in one pass."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from .finding import Finding, ManifestError, Position
from .manifest import Manifest
from .meaning import Meaning, meaning_of
from .references import references
from .source import Source, read
from .wording import worded


@dataclass(frozen=True, slots=True)
class Loaded:
    """A manifest with the place of each of its parts and a digest of its files."""

    manifest: Manifest
    source: Source
    #: SHA-256 over names and contents of all files, as hex
    digest: str
    #: what it says, however it is written
    meaning: Meaning

    def position(self, *path: str | int, offset: int = 0) -> Position:
        """Where a part of the manifest stands; ``offset`` counts characters into its text."""
        return self.source.position(path, offset)


def load(path: Path) -> Loaded:
    """Read, validate and cross-check a manifest; raises ManifestError with all mistakes at once."""
    source = read(path)
    findings: list[Finding] = [*source.findings, *references(source)]
    manifest = None
    try:
        manifest = Manifest.model_validate(source.values)
    except ValidationError as error:
        findings.extend(worded(error, source))
    if findings or manifest is None:
        raise ManifestError(tuple(sorted(findings, key=lambda f: (f.position, f.what))))
    return Loaded(manifest, source, digest_of(source.files), meaning_of(source.values))


def digest_of(files: dict[str, bytes]) -> str:
    """A digest that changes with any byte of any file; where the files lie does not matter."""
    total = hashlib.sha256()
    for name in sorted(files):
        content = files[name]
        total.update(f"{Path(name).name}\0{len(content)}\0".encode() + content)
    return total.hexdigest()
