"""What a recipient reads of people whose data a rule took, in words and in a table that spreadsheets may open."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zusage.documents.catalogue import Language
from zusage.documents.rule_notification import Ended, written
from zusage.documents.spreadsheet import as_csv, marked, safe
from zusage.promises.manifest import Manifest

FIRST, LAST = date(2026, 6, 1), date(2026, 6, 3)
MANIFEST = Manifest.model_validate({"zusage": 1, "controller": {"name": "Example GmbH"}, "systems": {}, "activities": {}})


def person(n: int, on: date = FIRST, **names: list[str]) -> Ended:
    return Ended(number=f"number-{n}", on=on, identities=names)


def test_one_person_is_told_in_the_singular_in_german() -> None:
    found = written(MANIFEST, "K", [person(1, parcel=["17"])], "de")
    assert found.table is None
    assert found.text.split("\n\n") == [
        "Example GmbH hat Ihnen personenbezogene Daten offengelegt.",
        "Personenbezogene Daten der folgenden Person wurden am 1. Juni 2026 nach Ablauf der Aufbewahrungsfrist gelöscht "
        "(Art. 17 Abs. 1 Buchst. a, Art. 19 DSGVO). Als gelöscht gelten auch Daten, die anonymisiert wurden.",
        "Bitte prüfen Sie, ob auch Sie Daten dieser Person löschen müssen. Daten, deren Aufbewahrungsfrist noch läuft, speichern wir weiter.",
        "Die Person ist Ihnen bekannt unter:\n– parcel: 17",
        "Erhalten Sie diese Nummer noch einmal, ist nichts weiter zu tun.\n",
    ]


@pytest.mark.parametrize(
    ("language", "words"),
    [("de", "in der Zeit vom 1. Juni 2026 bis zum 3. Juni 2026"), ("en", "between 1 June 2026 and 3 June 2026")],
)
def test_several_days_are_told_and_each_person_with_their_own(language: Language, words: str) -> None:
    people = [person(n, LAST if n % 2 else FIRST, parcel=[str(n)]) for n in range(3)]
    assert words in written(MANIFEST, "K", people, language).text
    table = written(MANIFEST, "K", [*people, *(person(n, parcel=["x"]) for n in range(3, 12))], language).table
    assert table is not None
    days = [row[0] for row in csv.reader(io.StringIO(table.decode("utf-8-sig"), newline=""))]
    assert days[1:4] == ["2026-06-01", "2026-06-03", "2026-06-01"]


def test_several_values_of_a_person_are_several_lines_with_the_number_of_the_notice() -> None:
    people = [person(n, parcel=["1", "2"], email=["a@example.net"]) for n in range(11)]
    table = written(MANIFEST, "K", people, "en").table
    assert table is not None
    heading, first, second, *_ = csv.reader(io.StringIO(table.decode("utf-8-sig"), newline=""))
    assert heading == ["erased on", "email", "parcel", "notice number"]
    assert [first, second] == [["2026-06-01", "a@example.net", "1", "number-0"], ["2026-06-01", "", "2", "number-0"]]


def test_of_whom_nothing_is_known_there_is_a_number_to_ask_by() -> None:
    text = written(MANIFEST, "K", [person(1), person(2, parcel=["17"])], "de").text
    assert "– Nummer number-1\n– parcel: 17" in text
    assert "sagen wir Ihnen auf Anfrage unter dieser Nummer" in text
    assert "auf Anfrage" not in written(MANIFEST, "K", [person(2, parcel=["17"])], "de").text


def test_each_person_stands_in_the_table_or_in_the_words_and_no_word_says_more() -> None:
    odd = ["a;=b", "x\ny", "-1", "plain"]
    found = written(MANIFEST, "K", [person(n, parcel=[odd[n % 4]]) for n in range(12)], "en")
    assert found.table is not None
    assert found.text.count("– parcel: ") == 6
    assert len(found.table.splitlines()) == 1 + 6
    assert "(6)" in found.text


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_what_is_safe_comes_back_as_it_was_and_no_cell_begins_as_a_formula(values: list[str]) -> None:
    kept = [value for value in values if safe(value)]
    rows = list(csv.reader(io.StringIO(as_csv(["h"] * len(kept), [kept]).decode("utf-8-sig"), newline=""), strict=True))
    if kept:
        assert [cell[1:] if cell.startswith("'") else cell for cell in rows[1]] == kept
        assert not [cell for cell in rows[1] if cell.strip()[:1] in tuple("=+-@")]
    for value in kept:
        assert marked(value) == (value.strip()[:1] in ("=", "+", "-", "@", "'", "＝", "＋", "－", "＠") and bool(value.strip()))
