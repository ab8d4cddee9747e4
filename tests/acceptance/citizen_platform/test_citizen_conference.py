"""The conference room: what it takes to come in, and that nothing of a meeting outlives it, however it ends."""

import struct
import time
import zlib

import httpx
import pytest
from citizen_world import AGENT, Page

from citizen_platform.conference import links, rooms

TEAM = "/teams/nachtluft"


def png(text=b"Author\0Marker-Autorin"):
    """A picture of one dot, with a name hidden in it."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"tEXt", text), chunk(b"IDAT", zlib.compress(b"\0\1\2\3")), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


class Guest(httpx.Client):
    """Somebody with a link to a meeting, in a browser that knows nothing of the platform."""

    def __init__(self, link):
        super().__init__(timeout=20, verify=False, trust_env=False, headers={"User-Agent": AGENT})
        self.link, self.base = link, ""

    def token(self, page):
        return next(form.inputs["csrf"]["value"] for form in Page(self.get(page).text).forms)

    def submit(self, path, page=None, files=None, **values):
        return self.post(path, data={"csrf": self.token(page or path), **values}, files=files)

    def join(self, name="", rules="yes"):
        answer = self.submit(self.link, name=name, rules=rules)
        if answer.status_code == 303:
            self.base = self.link[: self.link.index("/beitreten")] + answer.headers["location"]
        return answer

    def write(self, text):
        return self.submit(f"{self.base}/schreiben", text=text)


@pytest.fixture
def meeting(platform, member):
    """Moderator and guest in a meeting with marked content of every kind."""
    member.submit(f"{TEAM}/mitmachen", page=TEAM)
    page = member.submit(f"{TEAM}/treffen", page=TEAM).text
    moderator = next(address for address in Page(page).addresses if "/beitreten/" in address)
    guest = page[page.index('<p class="mono">') + 16 :].partition("<")[0]
    with Guest(moderator) as one, Guest(guest) as other:
        assert one.join("Marker-Moderatorin").status_code == 303
        assert other.join("Marker-Gast").status_code == 303
        one.member = member
        yield one, other


def fill(one, other):
    assert other.write("Marker-Chatzeile").status_code == 303
    assert one.submit(f"{one.base}/pad", text="Marker-Notiz").status_code == 303
    assert one.submit(f"{one.base}/folien", files={"slide": ("marker-datei.png", png())}).status_code == 303
    for browser in (one, other):
        seen = "".join(browser.get(f"{browser.base}/{part}").text for part in ("verlauf", "pad", "folien"))
        assert all(word in seen for word in ("Marker-Moderatorin", "Marker-Gast", "Marker-Chatzeile", "Marker-Notiz", "/folie/"))


def left_in(platform):
    return {entry.name for entry in platform.rooms.iterdir()} - {rooms.SERVICE}


def assert_forgotten(platform):
    assert left_in(platform) == set()
    for marker in ("Marker-Moderatorin", "Marker-Gast", "Marker-Chatzeile", "Marker-Notiz", "marker-datei", "Marker-Autorin"):
        assert platform.traces(marker) == set(), marker


def test_content_is_there_while_the_meeting_lasts_and_gone_when_it_ends(platform, meeting):
    one, other = meeting
    fill(one, other)
    (folder,) = left_in(platform)
    assert len(list((platform.rooms / folder).glob("*.png"))) == 1
    assert other.submit(f"{other.base}/beenden", page=f"{other.base}/pad").status_code == 403  # only who moderates
    assert one.submit(f"{one.base}/beenden", page=one.base).status_code == 303
    assert_forgotten(platform)
    assert {browser.get(f"{browser.base}/verlauf").status_code for browser in meeting} == {404}
    assert other.get(other.link).status_code == 404


def test_last_one_who_leaves_ends_the_meeting(platform, meeting):
    one, other = meeting
    fill(one, other)
    for browser in (other, one):
        assert left_in(platform)
        assert browser.submit(f"{browser.base}/verlassen", page=browser.base).status_code == 303
    assert_forgotten(platform)


def test_killed_in_the_middle_everything_is_gone_before_anybody_starts_it_again(platform, meeting):
    fill(*meeting)
    assert left_in(platform)
    platform.running.conference.kill()
    try:
        until = time.monotonic() + 60
        while any(platform.rooms.iterdir()) and time.monotonic() < until:
            time.sleep(0.1)
        assert_forgotten(platform)  # by the watcher
    finally:
        platform.running.conference.start()


def test_without_the_watcher_the_next_start_removes_what_a_crash_left(platform, meeting, tmp_path):
    fill(*meeting)
    (folder,) = left_in(platform)
    copy = tmp_path / "rooms" / folder  # what the disk holds when the power fails
    copy.mkdir(parents=True)
    for file in (platform.rooms / folder).iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    (tmp_path / "rooms" / "chat-export.txt").write_text("Marker-Chatzeile")
    started = rooms.Rooms(tmp_path / "rooms")
    assert [entry.name for entry in (tmp_path / "rooms").iterdir()] == [rooms.SERVICE]
    started.close()
    assert list((tmp_path / "rooms").iterdir()) == []


def test_living_meetings_are_never_swept(platform, meeting):
    before = left_in(platform)
    assert rooms.sweep(platform.rooms) == 0
    assert left_in(platform) == before != set()


def test_meeting_that_everybody_left_without_a_word_ends_by_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(rooms, "EMPTY_AFTER", 0.0)
    here = rooms.Rooms(tmp_path / "rooms")
    meeting = here.begin()
    meeting.join("somebody", moderator=True)
    time.sleep(0.01)
    here.end_empty()
    with pytest.raises(rooms.NoSuchMeetingError):
        here.find(meeting.id)
    assert not meeting.folder.exists()
    here.close()


def test_slides_are_kept_without_what_is_hidden_in_them(platform, meeting):
    one, other = meeting
    fill(one, other)
    assert platform.traces("Marker-Autorin") == set()
    image = next(address for address in Page(other.get(f"{other.base}/folien").text).addresses if "/folie/" in address)
    shown = other.get(other.link[: other.link.index("/beitreten")] + image).content
    assert (shown[:4], b"Marker" in shown, b"IDAT" in shown) == (b"\x89PNG", False, True)
    assert one.submit(f"{one.base}/folien", files={"slide": ("x.png", b"<svg/>")}).status_code == 422


def test_only_a_link_of_the_platform_leads_in_and_only_after_the_rules(platform, meeting):
    one, other = meeting
    base, _, rest = other.link.partition("/beitreten/")
    number, _role, until, signature = rest.split("/")
    forged = (
        f"{base}/beitreten/{number}/moderator/{until}/{signature}",
        f"{base}/beitreten/{number}/guest/{int(until) + 900}/{signature}",
        f"{base}/beitreten/{number}/guest/1/{links.sign(platform.platform.settings.conference_secret, number, 'guest', 1)}",
        f"{base}/raum/{number}",
    )
    with Guest(other.link) as stranger:
        assert {stranger.get(address).status_code for address in forged} == {403}
        assert stranger.join("Ohne Regeln", rules="").status_code == 422
        page = stranger.get(stranger.link).text
    assert all(words in page for words in ("missbrauchen", "Bildschirmfotos", "Kamera und Mikrofon nutzt dieser Raum nicht"))
    names = one.get(f"{one.base}/verlauf").text
    assert "Ohne Regeln" not in names


def test_a_name_is_optional_and_the_conference_learns_nothing_about_accounts(platform, meeting):
    one, other = meeting
    with Guest(other.link) as silent:
        silent.join()
        assert "Gast 3" in silent.get(f"{silent.base}/verlauf").text
    seen = "".join(one.get(f"{one.base}/{part}").text for part in ("verlauf", "pad", "folien", ""))
    assert one.member.person.username not in seen + one.link + other.link


def test_recording_cannot_be_asked_for_and_the_inner_address_is_closed_outside(platform):
    settings = platform.platform.settings
    signed = {"X-Signature": links.sign(settings.conference_secret, "begin", 1)}
    inside = f"{settings.conference_inside}/api/meetings"
    assert httpx.post(inside, json={"issued": 1, "record": True}, headers=signed, trust_env=False).status_code == 400
    assert httpx.post(inside, json={"issued": 1}, trust_env=False).status_code == 403
    outside = f"{settings.conference_url}/api/meetings"
    assert httpx.post(outside, json={"issued": 1}, headers=signed, verify=False, trust_env=False).status_code == 404


def test_log_of_the_conference_names_no_meeting_and_no_token(platform, meeting):
    one, other = meeting
    fill(one, other)
    assert platform.line("/raum/-", "conference.log")
    text = "\n".join(platform.lines("conference.log"))
    assert one.base.rpartition("/")[2] not in text
    assert not any(value in text for value in (one.cookies["session"], other.cookies["session"]))
