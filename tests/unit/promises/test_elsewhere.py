"""What goes with a row is not elsewhere; what belongs to another row, in whatever activity, is."""

from __future__ import annotations

from pathlib import Path

import pytest

from zusage.promises.finding import ManifestError
from zusage.promises.loading import load

_MANIFEST = """
zusage: 1
controller: {name: Example GmbH}
systems: {shop: {url: "sqlite:///x"}}
classes: {one: {de: eins, en: one}}
activities:
  talk:
    title: {de: X, en: X}
    purpose: {de: X, en: X}
    legal_basis: art-6-1-b
    data:
      shop.author: {classes: {one: [name]}}
      shop.book: {classes: {one: [title]}}
      shop.draft: {part_of: shop.author via author_id}
      shop.page: {part_of: shop.draft via draft_id, classes: {one: [words]}}
      shop.review: {part_of: shop.book via book_id, classes: {one: [by_name]}}
    keep:
      - {name: authors, data: shop.author, at_most: P1Y, from: day, elsewhere: [{rows: shop.TABLE via author_id, become: {author_id: {}}}]}
      - {name: books, data: shop.book, at_most: P9Y, from: day}
"""


@pytest.mark.parametrize("table", ["author", "draft", "page"])
def test_what_goes_with_the_row_is_refused(tmp_path: Path, table: str) -> None:
    (tmp_path / "zusage.yaml").write_text(_MANIFEST.replace("TABLE", table), encoding="utf-8")
    with pytest.raises(ManifestError, match=rf"'shop\.{table}' is not elsewhere"):
        load(tmp_path / "zusage.yaml")


def test_what_belongs_to_another_row_of_the_activity_is_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "zusage.yaml").write_text(_MANIFEST.replace("TABLE", "review"), encoding="utf-8")
    assert load(tmp_path / "zusage.yaml").manifest.activities["talk"].keep[0].elsewhere[0].rows.table == "shop.review"
