"""Periods, starting points and conditions in words; and no word of the wrong language."""

from __future__ import annotations

import re
from typing import Any

import pytest

from zusage.documents import sentence
from zusage.documents.catalogue import catalogue
from zusage.documents.conditions import clause
from zusage.documents.lengths import every, length
from zusage.promises.condition import parse
from zusage.promises.derive import promises_of
from zusage.promises.manifest import Manifest
from zusage.promises.period import Period

from .conftest import Changed
from .reading import read

LENGTHS = [
    ("P1Y", "ein Jahr", "ein Jahr", "einem Jahr", "one year"),
    ("P3Y", "drei Jahre", "drei Jahre", "drei Jahren", "three years"),
    ("P1M", "ein Monat", "einen Monat", "einem Monat", "one month"),
    ("P6M", "sechs Monate", "sechs Monate", "sechs Monaten", "six months"),
    ("P18M", "18 Monate", "18 Monate", "18 Monaten", "18 months"),
    ("P1D", "ein Tag", "einen Tag", "einem Tag", "one day"),
    ("P14D", "14 Tage", "14 Tage", "14 Tagen", "14 days"),
    ("P2W", "14 Tage", "14 Tage", "14 Tagen", "14 days"),
    ("PT30M", "30 Minuten", "30 Minuten", "30 Minuten", "30 minutes"),
    ("PT1M", "eine Minute", "eine Minute", "einer Minute", "one minute"),
    ("PT1H", "eine Stunde", "eine Stunde", "einer Stunde", "one hour"),
    (
        "P1Y6M",
        "ein Jahr und sechs Monate",
        "ein Jahr und sechs Monate",
        "einem Jahr und sechs Monaten",
        "one year and six months",
    ),
]


@pytest.mark.parametrize(("text", "nominative", "accusative", "dative", "english"), LENGTHS)
def test_periods_are_declined(text: str, nominative: str, accusative: str, dative: str, english: str) -> None:
    period, german = Period.parse(text), catalogue("de")
    assert [length(period, german), length(period, german, "accusative"), length(period, german, "dative")] == [
        nominative,
        accusative,
        dative,
    ]
    assert {length(period, catalogue("en"), case) for case in ("nominative", "accusative", "dative")} == {english}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "german", "english"),
    [
        ("P1Y", "jedes Jahr", "every year"),
        ("P1M", "jeden Monat", "every month"),
        ("P1D", "jeden Tag", "every day"),
        ("P3M", "alle drei Monate", "every three months"),
        ("P2W", "alle 14 Tage", "every 14 days"),
    ],
)
def test_repetition_is_said_as_people_say_it(text: str, german: str, english: str) -> None:
    assert every(Period.parse(text), catalogue("de")) == german
    assert every(Period.parse(text), catalogue("en")) == english


def _said(manifest: Manifest, promise_id: str, language: Any) -> str:
    return next(sentence(p, manifest, language) for p in promises_of(manifest) if p.id == promise_id)


@pytest.mark.parametrize(
    ("promise", "german", "english"),
    [
        (
            "vouchers/statutory/at-most",
            "Rechnungsdaten: Wir löschen diese Angaben spätestens acht Jahre nach dem Ende des Kalenderjahres, in dem die Rechnung ausgestellt wurde.",
            "Invoice data: we erase these data no later than eight years after the end of the calendar year in which the invoice was issued.",
        ),
        (
            "newsletter/withdrawn/at-most",
            "E-Mail-Adressen: Wir löschen oder ersetzen diese Angaben spätestens einen Monat, nachdem Sie Ihre Einwilligung widerrufen haben; der übrige Eintrag bleibt.",
            "Email addresses: we erase or replace these data no later than one month after you withdrew your consent; the rest of the entry stays.",
        ),
        (
            "telephone/notes/at-most",
            "Kontaktdaten: Wir löschen diese Angaben spätestens 14 Tage, nachdem das Gespräch beendet wurde.",
            "Contact data: we erase these data no later than 14 days after the call ended.",
        ),
        ("attested/training", "jedes Jahr", "every year"),
        ("accounted/shop", "Im System „shop“", "In the system “shop”"),
        (
            "orders/completed/at-most",
            "solange eine Reklamation zu der Bestellung offen ist.",
            "as long as a complaint about the order is open.",
        ),
        (
            "orders/completed/at-most",
            "Kontaktdaten, Vertragsdaten und bestellte Artikel",
            "Contact data, contract data and ordered items: we erase",
        ),
        ("orders/completed/blocked", "(maßgeblich ist das spätere Ereignis)", "(whichever is later)"),
        ("orders/abandoned/at-most", "der Zeitpunkt „created_at“ erreicht wurde", "the time “created_at” was reached"),
    ],
)
def test_promises_become_sentences(manifest: Manifest, promise: str, german: str, english: str) -> None:
    assert german in _said(manifest, promise, "de")
    assert english in _said(manifest, promise, "en")


def test_a_warning_comes_einen_monat_before_the_end(changed: Changed) -> None:
    def warn(values: dict[str, Any]) -> None:
        mail = {"server": "smtp://mail.example", "sender": "a@example.org"}
        values["activities"]["telephone"]["keep"][0]["warning"] = {"before": "P1M", "to": "phone", "mail": mail}

    manifest = changed(warn)
    for promise in ("telephone/notes/at-most", "telephone/notes/warned"):
        assert "mindestens einen Monat vorher" in _said(manifest, promise, "de")
        assert "at least one month in advance" in _said(manifest, promise, "en")


def test_a_period_of_nothing_has_no_later_limit(changed: Changed) -> None:
    def at_once(values: dict[str, Any]) -> None:
        values["activities"]["telephone"]["keep"][0]["at_most"] = "P0D"

    manifest = changed(at_once)
    assert "Kontaktdaten: Wir löschen diese Angaben unverzüglich, nachdem das" in _said(manifest, "telephone/notes/at-most", "de")
    assert "Contact data: we erase these data without undue delay after the" in _said(manifest, "telephone/notes/at-most", "en")


@pytest.mark.parametrize(
    ("text", "german", "english"),
    [
        ("status NOT IN ('a', 'b')", "„Stand“ keiner dieser Werte ist: „a“ oder „b“", "“status” is none of “a” or “b”"),
        ("COALESCE(kind, '') = 'x'", "„Art“ gleich „x“ ist", "“kind” is “x”"),
        ("status = 'closed'", "„Stand“ gleich „closed“ ist", "“status” is “closed”"),
        ("NOT paid = TRUE", "„paid“ nicht zutrifft", "“paid” is not so"),
        ("is_open", "„is open“ zutrifft", "“is open” is so"),
        ("LOWER(name) = 'x'", "„Name“ in Kleinbuchstaben gleich „x“ ist", "“name” in small letters is “x”"),
        ("a IS NULL OR b IS NOT NULL", "„a“ nicht angegeben ist oder „b“ angegeben ist", "“a” is not given or “b” is given"),
        ("name LIKE 'x%'", "„Name“ dem Muster „x%“ entspricht", "“name” matches the pattern “x%”"),
        ("completed_at IS NULL", "noch nicht verzeichnet ist, dass die Bestellung", "it is not yet on record that the order"),
        ("completed_at IS NOT NULL", "die Bestellung abgeschlossen wurde", "the order was completed"),
        (
            "EXISTS (SELECT 1 FROM claim WHERE claim.open = 1)",
            "es unter „claim“ einen Eintrag gibt",
            "there is an entry in “claim”",
        ),
    ],
)
def test_conditions_are_put_in_words(manifest: Manifest, text: str, german: str, english: str) -> None:
    assert german in clause(parse(text), manifest, "shop.order", catalogue("de"))
    assert english in clause(parse(text), manifest, "shop.order", catalogue("en"))


ENGLISH = {
    "the",
    "and",
    "we",
    "our",
    "your",
    "you",
    "of",
    "for",
    "not",
    "no",
    "after",
    "years",
    "months",
    "days",
    "erase",
    "which",
    "personal",
}
GERMAN = {
    "der",
    "die",
    "das",
    "und",
    "wir",
    "ihre",
    "sie",
    "nicht",
    "nach",
    "für",
    "jahre",
    "monate",
    "tage",
    "löschen",
    "daten",
    "art.6",
    "abs",
    "buchst",
    "dsgvo",
}


def _vocabulary(name: str, text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", " ".join(read(name, text).words).lower()))


@pytest.mark.parametrize("form", ["html", "md"])
def test_neither_language_has_leftovers_of_the_other(files: dict[str, str], form: str) -> None:
    german, english = (_vocabulary(f"notice.{lang}.{form}", files[f"notice.{lang}.{form}"]) for lang in ("de", "en"))
    assert german & ENGLISH == set()
    assert english & GERMAN == set()
    assert len(german & GERMAN) > 12
    assert len(english & ENGLISH) > 12


def _shape(node: Any, path: str = "") -> dict[str, set[str]]:
    if isinstance(node, dict):
        return {k: v for key, value in node.items() for k, v in _shape(value, f"{path}.{key}").items()}
    if isinstance(node, list):
        return {f"{path}.{i}": set() for i in range(len(node))}
    return {path: set(re.findall(r"{(\w*)}", str(node)))}


def test_both_catalogues_have_the_same_texts_with_the_same_gaps() -> None:
    german, english = (
        {k: v for k, v in _shape(catalogue(lang).texts).items() if not k.startswith(".period.units")}  # type: ignore[arg-type]
        for lang in ("de", "en")
    )
    assert german == english
    assert len(german) > 150


@pytest.mark.parametrize(
    ("german", "english", "said_german", "said_english"),
    [
        (
            "solange gestritten wird",
            "while there is a dispute",
            "Das gilt nicht, solange gestritten wird.",
            "This does not apply while there is a dispute.",
        ),
        ("strittige Fälle", "disputed cases", "Davon ausgenommen: strittige Fälle.", "Exception: disputed cases."),
    ],
)
def test_an_exception_is_said_as_a_clause_or_as_a_phrase(
    changed: Changed, german: str, english: str, said_german: str, said_english: str
) -> None:
    def except_for(values: dict[str, Any]) -> None:
        values["activities"]["orders"]["keep"][0]["unless_says"] = {"de": german, "en": english}

    manifest = changed(except_for)
    assert said_german in _said(manifest, "orders/completed/at-most", "de")
    assert said_english in _said(manifest, "orders/completed/at-most", "en")


def test_a_period_that_has_begun_is_not_said_twice(manifest: Manifest) -> None:
    assert "wenn die Bestellung" not in _said(manifest, "orders/completed/at-most", "de")
    assert "only if" not in _said(manifest, "orders/completed/blocked", "en")
    assert "Das gilt nur, wenn" in _said(manifest, "orders/abandoned/at-most", "de")
