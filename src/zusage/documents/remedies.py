"""Where somebody can turn who is not content with an answer (Art. 12(4), 77, 79 GDPR)."""

from __future__ import annotations

from collections.abc import Iterator

from zusage.promises.law import authority
from zusage.promises.manifest import Manifest

from .catalogue import Catalogue


def remedies(manifest: Manifest, say: Catalogue) -> Iterator[str]:
    """The paragraphs that end each letter: complaint and court, and the authority that is competent at the controller's seat."""
    yield say("letter.remedies")
    controller = manifest.controller
    competent = authority(controller.land) if controller.land and controller.country == "DE" else None
    if competent:
        yield say("rights.authority", name=f"{say.of(competent.name)}, {competent.url}")
