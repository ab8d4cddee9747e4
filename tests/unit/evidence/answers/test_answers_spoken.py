"""The words that are looked for in an answer are those that documents write, in both languages, and no others."""

from __future__ import annotations

from datetime import date

import pytest

from zusage.documents.catalogue import Language, catalogue
from zusage.documents.lengths import day_in_words, length
from zusage.evidence.answers.spoken import RIGHTS, SUPERVISION, YOURSELF, day_said, none_said, period_said
from zusage.promises.period import Period

PERIODS = ("P1D", "P14D", "P1M", "P2M", "P18M", "P1Y", "P3Y", "P10Y", "P1Y6M", "PT1H", "PT30M")


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_period_is_heard_in_each_of_its_cases_and_another_is_not(language: Language) -> None:
    say = catalogue(language)
    for text in PERIODS:
        for case in ("nominative", "accusative", "dative"):
            line = f"… {length(Period.parse(text), say, case)}, …".lower()
            heard = {one for one in PERIODS if period_said(Period.parse(one), line, language)}
            assert text in heard
            assert heard <= {text, "P1Y"} if text == "P1Y6M" else heard == {text}, (text, heard)


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_rights_the_authority_and_that_there_is_none_are_heard_where_they_are_written_alone(language: Language) -> None:
    say = catalogue(language)
    rights, complaint = say("answer.rights_value"), say("answer.complaint_value")
    assert all(pattern.search(rights) for pattern in RIGHTS[language].values())
    assert not any(pattern.search(complaint) for pattern in RIGHTS[language].values())
    assert SUPERVISION[language].search(complaint)
    assert not SUPERVISION[language].search(rights)
    written = {"abroad": ("answer.abroad_none",), "automated": ("answer.automated_not_here", "rights.automated_none")}
    written["recipients"] = ("recipients.none", "answer.received_nobody")
    for point, keys in written.items():
        for key in keys:
            assert none_said(point, [say(key)], language), key
        assert not none_said(point, [rights, complaint, say("page.not_given"), say("answer.nothing")], language), point
    assert none_said("abroad", [say("recipients.none")], language)  # it denies both
    for point, key in (
        ("automated", "answer.abroad_none"),
        ("abroad", "answer.automated_not_here"),
        ("abroad", "answer.received_nobody"),
    ):
        assert not none_said(point, [say(key)], language), key
    source = say("answer.source_you", activity="X")
    assert YOURSELF[language].search(source)
    assert not YOURSELF[language].search(complaint)


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_day_is_heard_where_it_is_written_and_another_is_not(language: Language) -> None:
    day = date(2026, 3, 9)
    line = catalogue(language)("answer.received", recipient="X", day=day_in_words(day, catalogue(language)))
    assert day_said(day, line)
    assert not any(day_said(other, line) for other in (date(2026, 3, 19), date(2025, 3, 9), date(2026, 3, 2)))
