from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from zusage.documents.page import Page, Section, Table, line
from zusage.documents.reasons import in_words
from zusage.documents.rendering import paper_style, render
from zusage.documents.sites import PAPER

weasyprint: Any = import_module("weasyprint")


def _widths(columns: int) -> list[float]:
    """How much of its table each column takes on paper."""
    table = Table("Results", tuple(f"H{one}" for one in range(columns)), ((*((line("word"),) for _ in range(columns)),),))
    page = Page(
        language="en",
        title="Report",
        contents="Contents",
        switch="Languages",
        other=None,
        lead=(line("Lead"),),
        sections=(Section("Site", "site", (table,)),),
    )
    style = weasyprint.CSS(string=paper_style() + PAPER)
    made = weasyprint.HTML(string=render(page, "html")).render(stylesheets=[style])
    cells = [box.width for box in _boxes(made.pages[0]._page_box) if type(box).__name__ == "TableCellBox"]
    return [cell / sum(cells[:columns]) for cell in cells[:columns]]


def _boxes(box: Any) -> Iterator[Any]:
    yield box
    for child in getattr(box, "children", ()):
        yield from _boxes(child)


def test_a_verdict_takes_little_of_the_page_and_leaves_it_to_what_was_promised_and_seen() -> None:
    verdict, promise, seen = _widths(3)
    assert 0.1 < verdict < 0.17
    assert 0.3 < promise < seen


def test_tables_of_more_columns_share_the_page_evenly() -> None:
    assert _widths(7) == pytest.approx([1 / 7] * 7, abs=0.01)


def test_what_was_used_without_consent_is_said_in_words() -> None:
    called = "image from tags.example by parser of shop.example on /, before-choice"
    reason = f"used without consent: {called}; cookie _zw of shop.example, after-reject …"
    assert in_words(reason, "de") == (
        "ohne Einwilligung verwendet: Bild von tags.example (ausgelöst von: Seitenaufbau von shop.example, auf /; "
        "Lage: Bevor etwas gewählt war); Cookie _zw auf shop.example (Lage: Nach dem Ablehnen) …"
    )
    assert in_words("declared but never seen: a.example; b.example", "de") == "erklärt, aber nie gesehen: a.example; b.example"
