"""What is held and cannot be told to be anybody's: lines of logs, mail, rows without a key (Art. 11(2) GDPR)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from zusage.promises.manifest import Manifest, Texts

from .catalogue import Catalogue


def titles(manifest: Manifest, tables: Collection[str]) -> tuple[Texts, ...]:
    """The activities that hold some tables, by what people know them as."""
    return tuple(one.title for one in manifest.activities.values() if one.data.keys() & set(tables))


def unattributed(say: Catalogue, activities: Sequence[Texts]) -> Iterator[str]:
    """The paragraph that says so, why, and what the person can do; none where there is nothing of the kind."""
    if activities:
        yield say("answer.beyond", activities=say.listed(say.quoted(say.of(title)) for title in activities))
