"""What leads from usage to people, and what outlives a meeting, is found."""

import hashlib
import os
import shutil
import sqlite3
from contextlib import closing

import pytest
from citizen_looks import account, look, sabotaged


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(lambda folder: account(folder, "username"), id="a user name"),
        pytest.param(lambda folder: f"/suche?mail={account(folder, 'email')}", id="an address in an address"),
        pytest.param(lambda folder: hashlib.sha256(account(folder, "email").encode()).hexdigest(), id="a digest of an address"),
        pytest.param(lambda folder: str(account(folder, "id")), id="the number of an account"),
    ],
)
def test_usage_that_leads_to_an_account_is_found(kept, untouched, living, page):
    ours, folder = living
    with sabotaged(kept, folder, "usage", "INSERT INTO page_day VALUES ('2026-01-01', ?, 9)", (page(folder),)):
        now = look(ours, "page_day")
    assert now["kept-apart/usage-and-accounts"] == "broken"
    assert {one for one, verdict in now.items() if verdict != "kept"} == {"kept-apart/usage-and-accounts"}


def test_usage_that_leads_to_a_message_is_found(kept, untouched, living):
    ours, folder = living
    with closing(sqlite3.connect(folder / "mailbox.db")) as connection:
        (address,) = connection.execute("SELECT sender_email FROM contact LIMIT 1").fetchone()
    with sabotaged(kept, folder, "usage", "INSERT INTO page_day VALUES ('2026-01-01', ?, 9)", (address,)):
        now = look(ours, "page_day")
    assert {one for one, verdict in now.items() if verdict != "kept"} == {"kept-apart/usage-and-messages"}


@pytest.mark.parametrize("what", ["chat.txt", "names.json", "pad.html", "slide-1.png", "audio.opus", "video.webm"])
def test_recording_of_a_meeting_is_found(untouched, living, what):
    ours, folder = living
    recording = folder / "rooms" / "2026-recording"
    recording.mkdir()
    (recording / what).write_text("what was said")
    for path in (recording / what, recording):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    try:
        now = look(ours, "CONFERENCE_FOLDER")
    finally:
        shutil.rmtree(recording)
    assert {one for one, verdict in now.items() if verdict != "kept"} == {"short-lived/meetings"}


def test_empty_folder_of_meetings_shows_nothing(living, tmp_path, monkeypatch):
    ours, _ = living
    monkeypatch.setenv("CONFERENCE_FOLDER", str(tmp_path))
    assert look(ours, "CONFERENCE_FOLDER")["short-lived/meetings"] == "undecided"
