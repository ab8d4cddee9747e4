"""A line slipped into one of the platform's logs turns exactly its promise red."""

import gzip

import pytest
from citizen_looks import account, look

from citizen_platform.database import utcnow

LINE = '{address} - - [{at} +0000] "GET {page} HTTP/1.1" 200 512 "-" "Mozilla/5.0 Firefox/130.0"\n'


@pytest.mark.parametrize(
    ("file", "values", "promise"),
    [
        ("access.log.9.gz", {"address": "198.51.100.77"}, "server-log/shortened"),
        ("conference.log", {"address": "2001:db8:1:2:3:4:5:6"}, "meeting-log/shortened"),
        ("access.log.9.gz", {"at": "01/Jan/2026:10:00:00"}, "server-log/lines/at-most"),
        ("conference.log", {"at": "01/Jan/2026:10:00:00"}, "meeting-log/lines/at-most"),
        ("access.log", {"page": "/suche?wort=x"}, "every-row/logs-hold-no-queries"),
        ("access.log", {"page": "/mitglied/{username}"}, "kept-apart/logs-and-accounts"),
        ("conference.log", {"page": "/raum/{email}"}, "kept-apart/meetings-and-accounts"),
    ],
)
def test_line_slipped_into_a_log_turns_exactly_its_promise_red(untouched, living, file, values, promise):
    ours, folder = living
    path = folder / "logs" / file
    before = path.read_bytes() if path.exists() else None
    line = {"address": "10.1.0.0", "at": f"{utcnow():%d/%b/%Y:%H:%M:%S}", "page": "/"} | values
    line["page"] = line["page"].format(username=account(folder, "username"), email=account(folder, "email"))
    slipped = LINE.format(**line).encode()
    if file.endswith(".gz"):
        path.write_bytes(gzip.compress((gzip.decompress(before) if before else b"") + slipped))
    else:
        path.write_bytes((before or b"") + slipped)
    try:
        system = "meetinglogs" if "conference" in file else "weblogs"
        now = look(ours, system)
    finally:
        path.write_bytes(before) if before is not None else path.unlink()
    assert now[promise] == "broken"
    assert {one for one, verdict in now.items() if verdict != "kept"} == {promise}
