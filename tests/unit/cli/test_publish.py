"""zusage publish: the notice as files."""

import hashlib
from pathlib import Path

import pytest
from cli_world import MANIFEST, World

ALL = {"notice.css", "notice.de.html", "notice.de.md", "notice.en.html", "notice.en.md"}


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_notice_is_written_in_both_languages_and_forms(world: World) -> None:
    world.ok("publish", "zusage.yaml")
    written = files_of(world.folder / "notice")
    assert set(written) == ALL
    assert "Kontaktdaten" in written["notice.de.html"].decode()
    assert "contact data" in written["notice.en.md"].decode().lower()


def test_what_was_written_is_named_with_its_digest(world: World) -> None:
    ended = world.ok("publish", "zusage.yaml", "-o", "site/privacy", "--json")
    written = files_of(world.folder / "site" / "privacy")
    assert ended.json["files"] == {name: hashlib.sha256(content).hexdigest() for name, content in written.items()}
    text = world.ok("publish", "zusage.yaml", "-o", "site/privacy").out
    for name, digest in ended.json["files"].items():
        assert any(name in line and digest in line for line in text.splitlines())


@pytest.mark.parametrize(("language", "other"), [("de", "en"), ("en", "de")])
def test_one_language_alone_leads_to_no_other(world: World, language: str, other: str) -> None:
    world.ok("publish", "zusage.yaml", "--language", language)
    written = files_of(world.folder / "notice")
    assert set(written) == {"notice.css", f"notice.{language}.html", f"notice.{language}.md"}
    assert not any(f"notice.{other}" in content.decode() for content in written.values())


def test_both_languages_lead_to_each_other(world: World) -> None:
    world.ok("publish", "zusage.yaml")
    assert 'href="notice.en.html"' in (world.folder / "notice" / "notice.de.html").read_text(encoding="utf-8")


def test_a_manifest_with_errors_is_not_published_and_what_was_there_stays(world: World) -> None:
    world.ok("publish", "zusage.yaml")
    before = files_of(world.folder / "notice")
    world.manifest.write_text(MANIFEST.replace("from: seen_at, ", ""), encoding="utf-8")
    ended = world.run("publish", "zusage.yaml")
    assert ended.code == 3
    assert "no-starting-point" in ended.out
    assert "nothing was written" in ended.out
    assert files_of(world.folder / "notice") == before


def test_an_open_question_of_a_draft_is_not_published(world: World) -> None:
    world.manifest.write_text(
        MANIFEST.replace("purpose: {de: Betrieb, en: operation}", 'purpose: {de: "?", en: "?"}'), encoding="utf-8"
    )
    ended = world.run("publish", "zusage.yaml")
    assert ended.code == 3
    assert "activities visits purpose is still a question [unanswered]" in ended.out
    assert not (world.folder / "notice").exists()


def test_the_same_manifest_and_day_give_the_same_bytes(world: World) -> None:
    one, two = (world.ok("publish", "zusage.yaml", "-o", name, "--on", "2026-01-15", "--json").json for name in ("a", "b"))
    assert one["files"] == two["files"]
    assert one["on"] == "2026-01-15"


def test_a_folder_that_cannot_be_written_is_said_and_leaves_nothing_half_done(world: World) -> None:
    (world.folder / "notice" / "notice.css").mkdir(parents=True)
    (world.folder / "notice" / "notice.css" / "x").touch()
    ended = world.run("publish", "zusage.yaml")
    assert ended.code == 3
    assert "unexpected" not in ended.said
    assert [path.name for path in (world.folder / "notice").iterdir()] == ["notice.css"]
