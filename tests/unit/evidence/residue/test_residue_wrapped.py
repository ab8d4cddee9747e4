"""However the stores of real services wrap a value, it is found; whatever hides in nothing is not."""

from __future__ import annotations

import base64
import gzip
import io
import json
import random
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from urllib.parse import quote

import pytest

from zusage.bootstrap.canary.bird import Bird, made, seeded
from zusage.evidence.residue import Needles, scan_cells, scan_files
from zusage.evidence.residue.wrapped import unwrapped

MARK, VALUES = made()
NEEDLES = Needles.of(seeded(Bird(Path(f"{MARK}.json"), VALUES)))
NOTE, FAMILY, EMAIL = VALUES["note"], VALUES["family"], VALUES["email"]


def mailed(transfer: str) -> bytes:
    mail = EmailMessage()
    mail["Subject"] = f"Ihre Anfrage, {FAMILY}"
    mail.set_content(f"Guten Tag,\nüber Ihren {NOTE} wird " + "bald entschieden. " * 20, cte=transfer)
    return mail.as_bytes(policy=SMTP)


def attached() -> bytes:
    mail = EmailMessage()
    mail.set_content("anbei")
    mail.add_attachment(office(), maintype="application", subtype="octet-stream", filename="cv.docx")
    return mail.as_bytes(policy=SMTP)


def headed() -> bytes:
    """Long enough that the words of the header end within the digits."""
    return f"Subject: {Header('ü' * 28 + FAMILY + 'ü' * 9, 'iso-8859-1', maxlinelen=61).encode()}\n\nx".encode()


def office() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("word/document.xml", f"<w:t>{NOTE}</w:t>" + "<w:p/>" * 500)
        pack.writestr("word/media/image1.png", random.Random(1).randbytes(70_000))
    return packed.getvalue()


def taped() -> bytes:
    tape, content = io.BytesIO(), office()
    with tarfile.open(fileobj=tape, mode="w:gz") as pack:
        info = tarfile.TarInfo("more.docx")
        info.size = len(content)
        pack.addfile(info, io.BytesIO(content))
    return tape.getvalue()


def folded(text: str) -> bytes:
    """As a calendar is: lines of 75 bytes, whatever they cut."""
    raw = ("DESCRIPTION:" + "x" * 48 + text).encode()
    return b"\r\n ".join(raw[at : at + 74] for at in range(0, len(raw), 74))


def b64(text: bytes) -> bytes:
    return base64.b64encode(text)


def one_entity_each(text: str) -> bytes:
    return "".join(f"&#{ord(sign)};" if at % 2 else f"&#x{ord(sign):x};" for at, sign in enumerate(text)).encode()


def named(text: str) -> bytes:
    return text.replace("ü", "&uuml;").replace("ö", "&ouml;").encode()


def in_json(text: bytes) -> bytes:
    return json.dumps({"a": [text.decode()]}).encode()


STORES: dict[str, Callable[[], bytes]] = {
    "mail, quoted-printable": lambda: mailed("quoted-printable"),
    "mail, base64": lambda: mailed("base64"),
    "header of a mail, in words that end within the digits": headed,
    "document attached to a mail": attached,
    "document": office,
    "document in an archive": taped,
    "page with entities": lambda: named(NOTE),
    "address hidden from robots": lambda: one_entity_each(EMAIL),
    "the same in a feed": lambda: one_entity_each(EMAIL).replace(b"&", b"&amp;"),
    "bytes in a dump of PostgreSQL": lambda: b"5\t\\\\x" + NOTE.encode().hex().encode() + b"\t\\N",
    "bytes in a dump of MariaDB": lambda: b"(5,0x" + NOTE.encode().hex().upper().encode() + b");",
    "packed bytes in a dump": lambda: b"\\\\x00" + b64(NOTE.encode()).hex().encode(),
    "table for a spreadsheet": lambda: f"Name;Anmerkung\r\nx;{NOTE}\r\n".encode("utf-16"),
    "name of a file on a Mac": lambda: unicodedata.normalize("NFD", f"{NOTE}.pdf").encode(),
    "name of a file without accents": lambda: NOTE.lower().replace("ü", "ue").replace(" ", "_").encode(),
    "words of an index": lambda: f"'prufeintrag':1 '{MARK}':2".encode(),
    "log with escaped bytes": lambda: NOTE.encode("unicode_escape") + "".join(f"\\x{b:02X}" for b in "ü".encode()).encode(),
    "calendar": lambda: folded(NOTE),
    "parts of the name of a file": lambda: f'filename*0="{NOTE[:-5]}";\r\n filename*1="{NOTE[-5:]}"'.encode(),
    "token": lambda: (
        b"eyJhbGciOiJIUzI1NiJ9." + base64.urlsafe_b64encode(json.dumps({"n": NOTE}).encode()).rstrip(b"=") + b".c2ln"
    ),
    "session": lambda: b"data|" + b64(zlib.compress(in_json(NOTE.encode()) * 9)),
    "packed cell": lambda: in_json(b64(gzip.compress(NOTE.encode() * 3))),
    "address escaped twice": lambda: quote(quote(NOTE)).encode(),
    "base64 in JSON in base64": lambda: b64(in_json(b64(in_json(NOTE.encode())))),
    "folded base64 in JSON in JSON": lambda: in_json(in_json(base64.encodebytes(b"x" * 50 + NOTE.encode() + b"x" * 50))),
    "mixed case": lambda: "".join(c.upper() if at % 2 else c for at, c in enumerate(NOTE)).encode(),
}


@pytest.mark.parametrize("store", STORES)
def test_what_a_real_store_wraps_a_value_in_is_taken_off(tmp_path: Path, store: str) -> None:
    place = tmp_path / "spool"
    place.write_bytes(
        b"before\n" + STORES[store]() + b"\nafter" if store not in ("document", "document in an archive") else STORES[store]()
    )
    found = scan_files("disk", [place], NEEDLES)
    assert found.traces
    assert not found.unread
    assert MARK not in repr(found)
    place.write_bytes(place.read_bytes()[:9])
    assert not scan_files("disk", [place], NEEDLES).traces


def test_which_value_it_was_is_told_where_it_is_whole() -> None:
    for store in ("mail, quoted-printable", "mail, base64", "page with entities", "address escaped twice", "calendar", "token"):
        assert "note" in {kind for kind, _ in NEEDLES.within(STORES[store]())}, store
    assert NEEDLES.within(STORES["base64 in JSON in base64"]()) == {("note", "json in base64 in base64")}
    assert {kind for kind, _ in NEEDLES.within(STORES["words of an index"]())} == {"part"}
    assert {kind for kind, _ in NEEDLES.within(NOTE.encode())} == {"note"}


WRAPPINGS: tuple[Callable[[bytes], bytes], ...] = (
    b64,
    lambda text: base64.urlsafe_b64encode(text).rstrip(b"="),
    base64.encodebytes,
    lambda text: text.hex().encode(),
    lambda text: json.dumps(text.decode("latin-1")).encode(),
    lambda text: quote(text).encode(),
    lambda text: b64(gzip.compress(text)),
    lambda text: b64(zlib.compress(text)),
)


def test_any_two_or_three_wrappings_about_any_value_are_taken_off_wherever_they_begin() -> None:
    chance = random.Random(MARK)
    for _ in range(200):
        kind, text = chance.choice([(kind, value.encode()) for kind, value in VALUES.items()])
        some = chance.choices(range(len(WRAPPINGS)), k=chance.randint(2, 3))
        for number in some:
            around = bytes(chance.choices(b"abc {}:;,9", k=chance.randint(0, 9)))
            text = WRAPPINGS[number](around + text + around)
        found = scan_cells("base", [("table.column", b"x=" + text + b" y")], NEEDLES)
        assert found.traces, (kind, some)


def test_what_holds_nothing_grows_no_faster_than_the_text() -> None:
    chance = random.Random(7)
    for text in (
        chance.randbytes(300_000),
        base64.encodebytes(chance.randbytes(200_000)),
        chance.randbytes(150_000).hex().encode(),
    ):
        layers = [inner for _, inner in unwrapped(text)]
        assert sum(map(len, layers)) < 9 * len(text)


@pytest.mark.parametrize("sign", [b"\x28\xb5\x2f\xfd", b"age-encryption.org/v1\n", b"7z\xbc\xaf\x27\x1c"])
def test_what_is_packed_or_encrypted_in_a_way_that_nobody_can_read_here_is_said(tmp_path: Path, sign: bytes) -> None:
    (tmp_path / "copy").write_bytes(sign + bytes(99))
    assert len(scan_files("disk", [tmp_path], NEEDLES).unread) == 1
