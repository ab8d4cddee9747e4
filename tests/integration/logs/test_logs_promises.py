"""Promises about the lines of a log: shown in every file, broken by every saboteur, mended by plan."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest
from log_world import FIELDS, FORTNIGHT, MASKED, NOW, LogWorld, line

from zusage.bootstrap import opened
from zusage.bootstrap.holding import Wish, place
from zusage.documents import sentence
from zusage.promises.derive import promises_of
from zusage.promises.loading import load

MASK, LINES, ACCOUNTED = "log/truncated-ip-address", "log/lines/at-most", "accounted/weblogs"
ALL_KEPT = {MASK: "kept", LINES: "kept", ACCOUNTED: "kept"}


@pytest.fixture
def world(tmp_path: Path) -> LogWorld:
    found = LogWorld.make(tmp_path)
    found.usual()
    return found


def test_a_log_that_is_as_promised_is_kept_and_every_line_of_every_file_was_counted(world: LogWorld) -> None:
    assert world.verify() == ALL_KEPT
    assert world.reason(MASK) == "120 lines looked at, 120 of them masked"
    assert world.reason(LINES) == "120 rows looked at"
    assert world.plan().steps == ()


def test_a_full_address_in_a_rotated_compressed_file_breaks_its_promise_and_no_other(world: LogWorld) -> None:
    world.write("access.log.2.gz", [line(n, 10, "2001:db8:1::" if n != 7 else "2001:db8:1::7") for n in range(40)])
    assert world.verify() == {**ALL_KEPT, MASK: "broken"}
    assert world.reason(MASK).startswith("1 of 120 lines")
    assert world.mend() == 1
    assert world.verify() == ALL_KEPT
    assert "2001:db8:1::7 " not in gzip.decompress((world.folder / "log" / "access.log.2.gz").read_bytes()).decode()


@pytest.mark.parametrize("name", ["access.log", "access.log.1", "access.log.2.gz", "access.log-20260101"])
def test_an_old_line_that_slips_in_breaks_its_promise_and_no_other(world: LogWorld, name: str) -> None:
    before = world.read(name) if name in world.files() else []
    world.write(name, [line(1, 15.5), *(text + "\n" for text in before)])
    assert world.verify() == {**ALL_KEPT, LINES: "broken"}
    assert world.mend() == 1
    assert world.verify() == ALL_KEPT
    assert (world.read(name) if name in world.files() else []) == before


def test_a_field_that_nobody_declared_breaks_its_promise(tmp_path: Path) -> None:
    world = LogWorld.make(tmp_path, fields=FIELDS.replace(", user_agent", ""))
    world.usual()
    assert world.verify() == {**ALL_KEPT, ACCOUNTED: "broken"}


def test_the_periods_day_is_counted_like_everywhere_else(world: LogWorld) -> None:
    # NOW is 13:00 on 20 November in Berlin: lines of the 6th may still be there, lines of the 5th not
    world.write("access.log.1", [line(1, 14.53), line(2, 14.55)])
    assert world.reason(LINES).startswith("1 of ")
    world.mend()
    assert [text.split()[6] for text in world.read("access.log.1")] == ["/1"]


@pytest.mark.parametrize(
    ("text", "promise"),
    [
        (b"\x00\x01binary junk without a time\n", LINES),
        (b'203.0.113.0 - - [31/Feb/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "-"\n', LINES),
        (line(1, -40).encode(), LINES),
    ],
)
def test_a_line_that_cannot_be_placed_is_undecided_and_stays(world: LogWorld, text: bytes, promise: str) -> None:
    (world.folder / "log" / "access.log.3").write_bytes(text)
    assert world.verify() == {**ALL_KEPT, promise: "undecided"}
    assert world.plan().steps == ()


def test_a_compressed_file_that_is_cut_off_is_undecided_and_stops_the_plan(world: LogWorld) -> None:
    path = world.folder / "log" / "access.log.2.gz"
    path.write_bytes(path.read_bytes()[:-9])
    assert set(world.verify().values()) <= {"undecided", "kept"}
    assert "access.log.2.gz cannot be read to its end (it is cut off" in world.reason(LINES)
    ended = world.command("plan")
    assert ended.returncode == 2
    assert "access.log.2.gz" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_log_without_any_file_and_one_without_its_folder_are_undecided(tmp_path: Path) -> None:
    world = LogWorld.make(tmp_path)
    assert "there is no file of this log" in world.reason(LINES)
    assert world.verify()[MASK] == "undecided"
    (tmp_path / "log").rmdir()
    assert set(world.verify().values()) == {"undecided"}


def test_an_empty_log_is_kept_and_one_without_a_single_masked_address_is_undecided(tmp_path: Path) -> None:
    world = LogWorld.make(tmp_path)
    world.write("access.log", [])
    assert world.verify() == ALL_KEPT
    world.write("access.log", [line(1, 1, "-")])
    assert world.verify() == {**ALL_KEPT, MASK: "undecided"}


def test_what_nobody_can_decompress_is_undecided(world: LogWorld) -> None:
    (world.folder / "log" / "access.log.9.zst").write_bytes(b"\x28\xb5\x2f\xfd")
    assert world.verify()[LINES] == "undecided"
    assert "compressed in a way that is not read here" in world.reason(LINES)


def test_a_suspension_holds_a_line_against_deletion_and_masking(world: LogWorld) -> None:
    world.write("access.log.1", [line(777, 30, "203.0.113.7"), line(8, 30, "203.0.113.8")])
    wish = Wish(rows=[("weblogs.line", "request LIKE '%/777 %'")], reason="an attack", review_on=NOW.date(), by="the office")
    with opened(world.folder / "zusage.yaml", clock=lambda: NOW) as product:
        assert place(product, wish).rows == (("weblogs.line", 1),)
    world.mend()
    assert [text.split()[0] for text in world.read("access.log.1")] == ["203.0.113.7"]
    assert world.verify() == ALL_KEPT


def test_a_suspension_that_is_placed_after_the_plan_wins_too(world: LogWorld) -> None:
    world.write("access.log", [line(7, 30), line(8, 1)])
    world.plan()
    wish = Wish(rows=[("weblogs.line", "request LIKE '%/7 %'")], reason="an attack", review_on=NOW.date(), by="the office")
    with opened(world.folder / "zusage.yaml", clock=lambda: NOW) as product:
        place(product, wish)
    assert [result.rows for result in world.apply()] == [0]
    assert len(world.read()) == 2


def test_more_lines_than_planned_are_not_dropped(world: LogWorld) -> None:
    world.write("access.log.1", [line(1, 30)])
    world.plan()
    world.write("access.log.1", [line(1, 30), line(2, 30)])
    (result,) = world.apply()
    assert "more than the 1 rows" in result.stopped
    assert len(world.read("access.log.1")) == 2


def test_lines_that_come_unmasked_after_the_plan_wait_for_the_next_one(world: LogWorld) -> None:
    world.write("access.log", [line(1, 1, "203.0.113.7")])
    world.plan()
    with world.log.open("a") as file:
        file.write(line(2, -0.01, "203.0.113.8"))
    assert [result.rows for result in world.apply()] == [1]
    assert [text.split()[0] for text in world.read()] == ["203.0.113.0", "203.0.113.8"]


def test_the_address_goes_with_the_session_and_the_line_after_a_week(tmp_path: Path) -> None:
    form = '$remote_addr $cookie_sid [$time_local] "$request"'
    keep = "{name: address, at_most: PT30M, from: session_last_seen, then: {anonymise: {ip_address: {}}}}, {name: lines, at_most: P7D, from: time}"
    fields = "ip_address, cookie_sid, time, request"
    world = LogWorld.make(tmp_path, form=form, fields=fields, protect="", keep=keep, more=", session: cookie_sid")

    def one(ip: str, session: str, days: float) -> str:
        return f'{ip} {session} [{line(0, days).split("[")[1].split("]")[0]}] "GET /?by={ip} HTTP/1.1"\n'

    hour = 1 / 24
    lines = [
        one("203.0.113.1", "ended", 3 * hour), one("203.0.113.2", "goes-on", 3 * hour), one("203.0.113.2", "goes-on", hour / 4),
        one("203.0.113.3", "old", 9), one("203.0.113.4", "-", 2 * hour),
    ]  # fmt: skip
    world.write("access.log", lines)
    assert world.verify()["log/address/at-most"] == "broken"
    world.mend()
    assert [text.split()[0] for text in world.read()] == ["-", "203.0.113.2", "203.0.113.2", "-"]
    assert "203.0.113.1" not in world.log.read_text()
    assert set(world.verify().values()) == {"kept"}


def test_browser_and_system_are_there_for_people_who_are_logged_in_only(tmp_path: Path) -> None:
    protect = f"{MASKED}, {{drop: user_agent, before: storage, unless: user IS NOT NULL}}"
    world = LogWorld.make(tmp_path, protect=protect)
    dropped = "log/dropped-user-agent"
    world.write("access.log", [line(1, 1, user="bob"), line(2, 1, agent="-")])
    assert world.verify() == {**ALL_KEPT, dropped: "kept"}
    world.write("access.log.1", [line(3, 1)])
    assert world.verify() == {**ALL_KEPT, dropped: "broken"}
    world.mend()
    assert world.verify() == {**ALL_KEPT, dropped: "kept"}
    assert [text.rpartition(" ")[2] for text in (*world.read(), *world.read("access.log.1"))] == ['"Browser/1.0"', '"-"', '"-"']
    (world.folder / "log" / "access.log.2").write_text("no line of this log Browser/1.0\n")
    assert world.verify()[dropped] == "undecided"


def test_codes_and_dropped_addresses_are_shown_as_well(tmp_path: Path) -> None:
    for number, (protect, promise) in enumerate(
        (("{hash: ip_address, before: storage}", "hashed"), ("{drop: ip_address, before: storage}", "dropped"))
    ):
        (tmp_path / str(number)).mkdir()
        world = LogWorld.make(tmp_path / str(number), protect=protect)
        world.write("access.log.1", [line(1, 1, "203.0.113.7"), line(2, 1, "203.0.113.7"), line(3, 1, "::1")])
        assert world.verify()[f"log/{promise}-ip-address"] == "broken"
        world.mend()
        assert world.verify()[f"log/{promise}-ip-address"] == "kept"
        first, second, third = (text.split()[0] for text in world.read("access.log.1"))
        assert (first == second != third) if promise == "hashed" else {first, second, third} == {"-"}


def test_lines_of_json_are_rows_like_any_other(tmp_path: Path) -> None:
    world = LogWorld.make(
        tmp_path, form="json", fields="ts, remote, uri", more=", time: ts", keep=FORTNIGHT.replace("time", "ts")
    )

    def one(days: int, ip: str = "203.0.113.0", **more: str) -> str:
        return json.dumps({"uri": f"/?a={ip}", "remote": ip, "ts": line(0, days).split("[")[1].split("]")[0], **more}) + "\n"

    world.write("access.log.1.gz", [one(1), one(2), one(20), one(3, "203.0.113.9")])
    assert world.verify() == {MASK: "broken", LINES: "broken", ACCOUNTED: "kept"}
    assert world.mend() == 2
    assert world.verify() == ALL_KEPT
    world.write("access.log", [one(1, cookie="secret")])
    assert world.verify() == {**ALL_KEPT, ACCOUNTED: "broken"}


def test_an_error_log_and_an_applications_log_are_looked_at_by_their_times(tmp_path: Path) -> None:
    day = f"{NOW:%Y/%m/%d}"
    texts = {
        "nginx-error": f"{day} 10:00:00 [error] 7#7: *1 open() failed, client: 203.0.113.IP, server: shop.example",
        "apache-error": "[Fri Nov 20 10:00:00.123456 2026] [core:error] [pid 7] [client 203.0.113.IP:443] AH00126: Invalid URI",
        "timestamped": "2026-11-20 10:00:00,123 ERROR from 203.0.113.IP\nTraceback of 203.0.113.IP",
    }
    for number, (form, text) in enumerate(texts.items()):
        (tmp_path / str(number)).mkdir()
        world = LogWorld.make(tmp_path / str(number), form=form, fields="time, text")
        old = text.replace("2026/11", "2026/10").replace("Nov", "Oct").replace("2026-11", "2026-10")
        world.write("access.log", [text.replace("IP", "0") + "\n"])
        assert world.verify() == ALL_KEPT, form
        world.write("access.log.1", [old.replace("IP", "0") + "\n"])
        assert world.verify() == {**ALL_KEPT, LINES: "broken"}, form
        world.write("access.log.1", [text.replace("IP", "7") + "\n"])
        assert world.verify() == {**ALL_KEPT, MASK: "broken"}, form
        world.mend()
        assert world.verify() == ALL_KEPT, form


def test_a_replaced_file_keeps_its_owner_its_rights_and_its_age(world: LogWorld) -> None:
    path = world.write("access.log.1", [line(1, 30), line(2, 1)])
    path.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(path, 33, 4)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    before = path.stat()
    world.mend()
    after = path.stat()
    assert (after.st_mode, after.st_uid, after.st_gid, after.st_mtime) == (
        before.st_mode,
        before.st_uid,
        before.st_gid,
        before.st_mtime,
    )
    assert after.st_ino != before.st_ino
    assert world.files() == ["access.log", "access.log.1", "access.log.2.gz"]


def test_a_rotated_file_of_which_every_line_is_over_goes(world: LogWorld) -> None:
    world.write("access.log.1", [line(1, 30)])
    world.mend()
    assert world.files() == ["access.log", "access.log.2.gz"]


def test_the_notice_says_it_in_both_languages(world: LogWorld) -> None:
    manifest = load(world.folder / "zusage.yaml").manifest
    said = {
        promise.id: (sentence(promise, manifest, "de"), sentence(promise, manifest, "en")) for promise in promises_of(manifest)
    }
    assert "IP-Adressen werden vor der Speicherung gekürzt" in said[MASK][0]
    assert "first 24 bits of an IPv4 address and the first 48 bits" in said[MASK][1]
    assert "no later than 14 days after the page was requested" in said[LINES][1]
    assert "spätestens 14 Tage, nachdem die Seite abgerufen wurde" in said[LINES][0]
