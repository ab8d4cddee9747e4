"""What is asked, in which words, and how far a consent reaches."""

from __future__ import annotations

import gzip
import json
import re
from typing import Any

import pytest
from consent_world import both, manifest, offer

from zusage.consent.offer import NothingAsked, covers, offer_of
from zusage.consent.script import etag, script
from zusage.consent.shown import read_back, shown
from zusage.consent.words import length, words
from zusage.promises.manifest import Manifest
from zusage.promises.period import Period

ANALYTICS = "activities/analytics"


def test_what_rests_on_consent_is_asked_and_nothing_else() -> None:
    assert [one.name for one in offer().purposes] == ["analytics", "advertising", "newsletter"]
    assert [one.name for one in offer().asked_in("banner")] == ["analytics", "advertising"]


def test_a_manifest_without_a_service_asks_for_nothing_and_says_what_to_write() -> None:
    with pytest.raises(NothingAsked, match="consents:"):
        offer_of(manifest().model_copy(update={"consents": None}))


def test_entries_belong_to_the_consent_that_they_need() -> None:
    made = offer()
    assert [one.name for one in made.purposes[0].cookies] == ["_stat"]
    assert [one.name for one in made.necessary] == ["session", "zusage"]


MORE: dict[str, dict[str, Any]] = {
    "a recipient": {f"{ANALYTICS}/recipients": ["counter", "network"]},
    "a recipient in another country": {"recipients/counter/country": "US"},
    "a host": {f"{ANALYTICS}/consent/hosts": ["tags.analytics.example", "more.example"]},
    "a cookie": {"cookies/_more": {"purpose": both("mehr", "more"), "activity": "analytics", "lifetime": "P1D"}},
    "a longer life of a cookie": {"cookies/_stat/lifetime": "P1Y"},
    "another purpose": {f"{ANALYTICS}/purpose": both("Auswertung und Profile", "evaluation and profiles")},
    "another version of the text": {f"{ANALYTICS}/consent/text_version": "2027-01"},
}
LESS: dict[str, dict[str, Any]] = {
    "no recipient": {f"{ANALYTICS}/recipients": []},
    "no host": {f"{ANALYTICS}/consent/hosts": []},
    "no cookie": {"cookies/_stat/activity": "advertising"},
    "another title": {f"{ANALYTICS}/title": both("Zählung", "Counting")},
    "more of another purpose": {"activities/advertising/recipients": ["counter", "network"]},
}


@pytest.mark.parametrize("change", MORE)
def test_what_reaches_further_is_not_covered_by_an_earlier_consent(change: str) -> None:
    agreed = shown(offer(), "de").reaches["analytics"]
    assert covers(agreed, offer().purposes[0])
    assert not covers(agreed, offer(MORE[change]).purposes[0])


@pytest.mark.parametrize("change", LESS)
def test_what_reaches_less_far_is_covered(change: str) -> None:
    agreed = shown(offer(), "de").reaches["analytics"]
    assert covers(agreed, offer(LESS[change]).purposes[0])


def test_the_text_has_every_word_that_is_shown_and_a_digest_that_follows() -> None:
    german, english = shown(offer(), "de"), shown(offer(), "en")
    content = json.loads(german.body)
    assert "Statistik und Werbung" in content["banner"]["intro"]
    assert content["purposes"][0]["recipients"] == ["Zählwerk (Auswertung) (DE)"]
    assert content["purposes"][0]["cookies"] == ["_stat (6 Monate, Musterschild GmbH): Unterscheidet Besuche."]
    assert content["settings"]["lasts"] == "Ihre Entscheidung gilt 6 Monate; danach fragen wir erneut."
    assert german.digest != english.digest != shown(offer({"controller/name": "Andere GmbH"}), "en").digest
    assert read_back(german.body) == german


@pytest.mark.parametrize("body", ["[]", "{}", '{"zusage-consent-text": 2}'])
def test_what_is_no_text_is_refused(body: str) -> None:
    with pytest.raises(ValueError, match="no text"):
        read_back(body)


def test_both_languages_have_the_same_words_and_slots() -> None:
    def slots(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: slots(inner) for key, inner in value.items()}
        return sorted(re.findall(r"{\w+}", str(value)))

    assert slots(words("de")) == slots(words("en"))


def test_periods_are_said_in_words() -> None:
    assert length(Period.parse("P1Y6M"), "de") == "ein Jahr und 6 Monate"
    assert length(Period.parse("P14D"), "en") == "14 days"


# -- the script -------------------------------------------------------------------------------------------------


def test_the_script_is_small_and_the_same_for_the_same_offer() -> None:
    made = script(offer())
    assert made == script(offer())
    assert etag(made) != etag(script(offer({"controller/name": "Andere GmbH"})))
    assert len(gzip.compress(made.encode(), 9)) <= 10_000


def test_the_script_stays_small_with_five_purposes() -> None:
    values = manifest().model_dump(by_alias=True, exclude_defaults=True)
    values["zusage"] = 1
    for number in range(3):
        values["activities"][f"more-{number}"] = {
            **values["activities"]["analytics"],
            "title": both(f"Mehr {number}", f"More {number}"),
        }
    asked = offer_of(Manifest.model_validate(values))
    assert len(asked.asked_in("banner")) == 5
    assert len(gzip.compress(script(asked).encode(), 9)) <= 10_000


def test_the_script_names_no_other_host_and_needs_no_inline_code() -> None:
    made = script(offer())
    assert "https://shop.example/datenschutz" in made
    assert set(re.findall(r"https?://[^\"'`\s)]+", made)) == {"https://shop.example/datenschutz"}
    for forbidden in ("eval(", "new Function", ".innerHTML", "document.write(", ".style.", 'setAttribute("style"'):
        assert forbidden not in made, forbidden


def test_a_text_cannot_end_the_script_or_begin_another() -> None:
    hostile = both("</script><script>x\u2028", "</script>\u2029")
    made = script(offer({f"{ANALYTICS}/title": hostile}))
    assert "\u2028" not in made
    assert "\u2029" not in made
    assert (
        json.loads(re.search(r"const offer = (.*);\n", made)[1])["texts"]["de"]["body"]["purposes"][0]["title"] == hostile["de"]
    )  # type: ignore[index]
