"""A notice as sentences, as a page that shows it is compared with it."""

from datetime import date
from pathlib import Path

from zusage.documents import notice, said
from zusage.promises.loading import load

FIXTURE = Path(__file__).parent / "notice.yaml"
ON = date(2026, 6, 1)


def test_every_word_of_the_notice_is_in_a_sentence_of_it_and_each_stands_there_once():
    loaded = load(FIXTURE)
    for language in ("de", "en"):
        found = said(loaded, language, ON)
        assert len(found) == len(set(found)) > 30
        markdown = "".join(notice(loaded, language, "md", ON).split())
        plain = [one for one in found if one.replace(" ", "").isalpha()]
        assert len(plain) > 5
        assert all("".join(one.split()) in markdown for one in plain)


def test_what_only_leads_is_no_sentence():
    assert "English" not in said(load(FIXTURE), "de", ON)
