"""What columns and tables are called where people read them: not as a database has them (Art. 12(1) GDPR).

The manifest's title of this very column goes before its title of all columns of the name, and that before what usual names mean
everywhere. What none of them says is called as the database has it, without the marks that stand for spaces.
"""

from __future__ import annotations

from zusage.promises.manifest import Manifest

from .catalogue import Catalogue, opening, tidy


def column_title(manifest: Manifest, say: Catalogue, table: str, column: str) -> str:
    """The title of a column of system.table, or of a part of a document in it (``payload->name``), or beside it (``place_id.name``)."""
    if found := _said(manifest, say, table, column):
        return opening(found)
    for mark in ("->", "."):
        base, sign, inner = column.partition(mark)
        if sign:
            words = (_plain(manifest, say, table, base), _plain(manifest, say, table, inner.replace("->", " ")))
            return opening(say("answer.within", column=words[0], part=words[1]))
    return opening(_plain(manifest, say, table, column))


def part_title(manifest: Manifest, say: Catalogue, table: str, path: str, name: str) -> str:
    """The title of a field in a document, below ``path`` (``payload->address``), for where what is above stands above it."""
    said = manifest.titles.get(f"{table}.{path}->{name}") or manifest.titles.get(f"{path}->{name}")
    return opening(say.of(said) if said else _plain(manifest, say, table, name))


def table_title(manifest: Manifest, say: Catalogue, table: str) -> str:
    """The manifest's title of system.table; empty where it has none."""
    found = manifest.titles.get(table)
    return opening(say.of(found)) if found else ""


def value_in_words(manifest: Manifest, say: Catalogue, table: str, column: str, value: object) -> str:
    """What a value of a column stands for, also of several with commas between them; empty where the manifest does not say it."""
    words = manifest.words.get(f"{table}.{column}") or manifest.words.get(column)
    if not words and column == "country" and isinstance(value, str):
        return say.country(value)
    if not words or value is None or isinstance(value, bool):
        return ""
    parts = [str(value)] if str(value) in words else [part.strip() for part in str(value).split(",")]
    return ", ".join(say.of(words[part]) for part in parts) if all(part in words for part in parts) else ""


def table_in_words(manifest: Manifest, say: Catalogue, table: str) -> str:
    """A table inside a sentence, in quotation marks: by the manifest's title, or by those of the activities that hold it.

    Its bare name stands only where nothing is declared of it: nobody outside knows the names of tables.
    """
    if found := manifest.titles.get(table):
        return say.quoted(say.of(found))
    held = dict.fromkeys(say.of(one.title) for one in manifest.activities.values() if table in one.data)
    return say.listed(map(say.quoted, held), "or") if held else say.quoted(table.split(".", 1)[-1])


def column_in_words(manifest: Manifest, say: Catalogue, table: str, column: str) -> str:
    """A column inside a sentence, in quotation marks: as a copy calls it, without a capital that only begins a line."""
    plain = not any(mark in column for mark in ("->", "."))
    return say.quoted(_plain(manifest, say, table, column) if plain else column_title(manifest, say, table, column))


def _plain(manifest: Manifest, say: Catalogue, table: str, column: str) -> str:
    return _said(manifest, say, table, column) or tidy(column.replace("_", " "))


def _said(manifest: Manifest, say: Catalogue, table: str, column: str) -> str:
    known = manifest.titles.get(f"{table}.{column}") or manifest.titles.get(column)
    return say.of(known) if known else say.usual_column(column)
