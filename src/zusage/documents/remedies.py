"""Where somebody can turn who is not content with an answer (Art. 12(4), 77, 79 GDPR)."""

from __future__ import annotations

from collections.abc import Iterator

from zusage.promises.competence import competent
from zusage.promises.manifest import Manifest

from .catalogue import Catalogue


def remedies(manifest: Manifest, say: Catalogue) -> Iterator[str]:
    """The paragraphs that end each letter: complaint and court, and the authority that is competent at the controller's seat."""
    yield say("letter.remedies")
    authority = competent(manifest.controller)
    if authority:
        yield say("rights.authority", name=f"{say.of(authority.name)}, {authority.url}")
