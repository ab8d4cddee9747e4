from __future__ import annotations

import itertools
import re
from collections import Counter
from datetime import date
from typing import Any

import pytest

from zusage.documents import anchor, notice, publish, sentence
from zusage.promises.derive import promises_of
from zusage.promises.law import UnknownLawError
from zusage.promises.loading import load
from zusage.promises.manifest import Manifest

from .conftest import FILE, NAMES, ON, Changed
from .reading import read


@pytest.mark.parametrize("name", NAMES)
def test_every_promise_has_exactly_one_anchor(files: dict[str, str], manifest: Manifest, name: str) -> None:
    ids = Counter(read(name, files[name]).ids)
    promises = promises_of(manifest)
    assert len(promises) > 10
    assert {promise.id: ids[anchor(promise.id)] for promise in promises} == {promise.id: 1 for promise in promises}


@pytest.mark.parametrize("name", NAMES)
def test_ids_are_unique_and_every_inner_link_has_its_target(files: dict[str, str], name: str) -> None:
    seen = read(name, files[name])
    assert len(seen.ids) == len(set(seen.ids))
    assert all(re.fullmatch(r"[a-z][a-z0-9_-]*", one) for one in seen.ids)
    inner = [str(a["href"])[1:] for tag, a in seen.tags if tag == "a" and str(a.get("href", "")).startswith("#")]
    assert len(inner) > 15
    assert set(inner) <= set(seen.ids)


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_sentence_stands_at_its_anchor(manifest: Manifest, language: Any) -> None:
    text = " ".join(notice(manifest, language, "html", ON).replace("\N{NO-BREAK SPACE}", " ").split())
    for promise in promises_of(manifest):
        said = sentence(promise, manifest, language).replace("&", "&amp;").replace("<", "&lt;").replace('"', "&#34;")
        assert f'<p id="{anchor(promise.id)}">{said}</p>' in text


@pytest.mark.parametrize("language", ["de", "en"])
def test_html_and_markdown_say_the_same(files: dict[str, str], language: str) -> None:
    shown, written = (read(name, files[name]) for name in (f"notice.{language}.html", f"notice.{language}.md"))
    assert len(shown.words) > 1000
    assert shown.words == written.words


@pytest.mark.parametrize("name", ["notice.de.html", "notice.en.html"])
def test_a_page_loads_nothing_but_its_own_style(files: dict[str, str], name: str) -> None:
    seen = read(name, files[name])
    loading = [(tag, a) for tag, a in seen.tags if tag in {"link", "script", "img", "iframe", "style"} or "src" in a]
    assert loading == [("link", {"rel": "stylesheet", "href": "notice.css"})]
    assert not [a for _, attrs in seen.tags for a in attrs if a.startswith("on") or a == "style"]
    assert "url(" not in files["notice.css"]
    assert "@import" not in files["notice.css"]


@pytest.mark.parametrize("name", ["notice.de.html", "notice.en.html"])
def test_a_page_is_built_for_everybody(files: dict[str, str], name: str) -> None:
    seen = read(name, files[name])
    assert ("html", {"lang": name.split(".")[1]}) in seen.tags
    levels = [int(tag[1]) for tag, _ in seen.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    heads = [attrs for tag, attrs in seen.tags if tag == "th"]
    assert heads
    assert all(attrs.get("scope") in {"col", "row"} for attrs in heads)


def test_each_language_leads_to_the_other(files: dict[str, str]) -> None:
    for name in NAMES:
        other = name.replace(".de.", ".xx.").replace(".en.", ".de.").replace(".xx.", ".en.")
        assert other in [attrs.get("href") for _, attrs in read(name, files[name]).tags]


def test_the_same_manifest_gives_the_same_bytes(manifest: Manifest) -> None:
    loaded = load(FILE)
    assert publish(manifest, ON) == publish(loaded, ON)
    assert set(publish(loaded, ON)) == {*NAMES, "notice.css"}


def test_the_right_to_object_stands_apart(files: dict[str, str]) -> None:
    for name in ("notice.de.html", "notice.en.html"):
        aside = re.findall(r"<aside.*?</aside>", files[name], re.DOTALL)
        assert len(aside) == 1
        assert "Art.\N{NO-BREAK SPACE}21" in aside[0]


@pytest.mark.parametrize(
    "article", ["Art. 15", "Art. 16", "Art. 17", "Art. 18", "Art. 19", "Art. 20", "Art. 21", "Art. 22", "Art. 77"]
)
def test_every_right_is_told(files: dict[str, str], article: str) -> None:
    assert f"({article} DSGVO)" in files["notice.de.md"]
    assert f"({article} GDPR)" in files["notice.en.md"]


def test_the_withdrawal_of_consent_is_told(files: dict[str, str]) -> None:
    assert "(Art. 7 Abs. 3 DSGVO)" in files["notice.de.md"]
    assert "(Art. 7(3) GDPR)" in files["notice.en.md"]


def test_blocking_is_told_apart_from_restriction(files: dict[str, str]) -> None:
    assert "danach sind sie für alle anderen Zwecke gesperrt" in files["notice.de.md"]
    assert "etwas anderes als die Einschränkung der Verarbeitung" in files["notice.de.md"]
    assert "blocked for all other purposes" in files["notice.en.md"]


def test_what_is_known_of_the_law_is_cited(files: dict[str, str]) -> None:
    for expected in ("§ 147 Abs. 1 Nr. 4, Abs. 3, 4 AO", "Durchführungsbeschluss (EU) 2023/1795", "Landesbeauftragte"):
        assert expected in files["notice.de.md"]


def test_an_adequacy_decision_is_cited_only_on_days_on_which_it_holds(manifest: Manifest) -> None:
    assert "2023/1795" not in notice(manifest, "de", "md", date(2022, 1, 1))


def test_a_duty_that_the_law_does_not_know_is_refused(changed: Changed) -> None:
    def invent(values: dict[str, Any]) -> None:
        values["activities"]["vouchers"]["keep"][0]["duty"] = "invented"

    with pytest.raises(UnknownLawError, match="invented"):
        publish(changed(invent), ON)


def test_a_manifest_that_says_next_to_nothing_still_gives_a_notice() -> None:
    least = Manifest.model_validate({"zusage": 1, "controller": {"name": "Lindenwerk", "country": "AT"}})
    for name, text in publish(least, ON).items():
        if name != "notice.css":
            assert "BDSG" not in text
            assert read(name, text).words
