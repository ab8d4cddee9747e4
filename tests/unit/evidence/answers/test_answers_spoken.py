"""The words that are looked for in an answer are those that documents write, in both languages, and no others."""

from __future__ import annotations

import pytest

from zusage.documents.catalogue import Language, catalogue
from zusage.documents.lengths import length
from zusage.evidence.answers.spoken import NONE, RIGHTS, SUPERVISION, period_said
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
    for key in ("answer.abroad_none", "answer.automated_not_here", "rights.automated_none", "recipients.none"):
        assert NONE[language].search(say(key)), key
    assert not NONE[language].search(rights)
