"""What a person is told who withdrew a consent (Art. 7(3) GDPR)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from zusage.promises.law import legal_basis
from zusage.promises.manifest import CONSENT, Manifest

from .catalogue import Language, catalogue
from .erased import Outcome, counted, went
from .remedies import remedies


def withdrawn(
    manifest: Manifest,
    language: Language,
    activity: str,
    outcomes: Sequence[Outcome] | None,
    stays: Mapping[str, int],
    left: int,
) -> tuple[str, ...]:
    """The paragraphs of the answer: what ends, what was erased, and what stays on which other basis.

    ``outcomes`` is None while nobody has erased yet what rested on the consent alone; ``stays`` has rows by activity.
    """
    say = catalogue(language)

    def rest() -> Iterator[str]:
        for name, rows in stays.items():
            declared = manifest.activities[name]
            entry, title = legal_basis(declared.legal_basis), say.quoted(say.of(declared.title))
            if declared.legal_basis in CONSENT:
                yield say("withdrawal.stays_consent", title=title, rows=counted(rows, say), cite=say.of(entry.cite))
                continue
            yield say(
                "withdrawal.stays", title=title, rows=counted(rows, say), basis=say.of(entry.title), cite=say.of(entry.cite)
            )

    title = say.quoted(say.of(manifest.activities[activity].title))
    paragraphs = [say("withdrawal.intro", title=title), say("withdrawal.ends")]
    paragraphs += went(manifest, say, outcomes or ())
    if outcomes is None and left:
        paragraphs.append(say("withdrawal.pending"))
    elif left:
        paragraphs.append(say("erased.left", rows=counted(left, say)))
    return (*paragraphs, *rest(), *remedies(manifest, say))
