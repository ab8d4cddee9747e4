"""Files, archives and tables are read to the last byte; what cannot be read is said."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import json
import lzma
import os
import sqlite3
import tarfile
import zipfile
from pathlib import Path

import pytest

from zusage.connectors.opening import open_reader
from zusage.documents.printing import printed
from zusage.evidence.residue import Needles, Residue, Seeded, scan_files, scan_tables
from zusage.promises.manifest import System

VALUE = "Kanarienvogel-Xq73Zt"
NEEDLES = Needles.of([Seeded("name", VALUE)])


def zipped(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr(name, content)
    return packed.getvalue()


def taped(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tape:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        tape.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def scan(folder: Path) -> Residue:
    found = scan_files("disk", [folder], NEEDLES)
    assert VALUE not in repr(found)
    return found


PLAIN = b"line\n" * 1000 + VALUE.encode() + b"\nline" * 1000


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        gzip.compress(PLAIN),
        bz2.compress(PLAIN),
        lzma.compress(PLAIN),
        zipped("inside/cv.txt", PLAIN),
        taped("inside/cv.txt", PLAIN),
        gzip.compress(taped("inside/cv.txt", PLAIN)),
        zipped("more.tar.gz", gzip.compress(taped("more.zip", zipped("cv.txt", PLAIN)))),
        zipped(f"{VALUE}.txt", b"nothing"),
        taped(f"of/{VALUE}/cv.txt", b"nothing"),
    ],
    ids=["plain", "gz", "bz2", "xz", "zip", "tar", "tar.gz", "nested", "name in zip", "name in tar"],
)
def test_a_value_in_a_file_or_in_an_archive_is_found(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "thing").write_bytes(content)
    found = scan(tmp_path)
    assert found.kinds == {"name"}
    assert not found.unread
    assert all(trace.place.startswith("deep/thing") for trace in found.traces)


@pytest.mark.parametrize("before", [(1 << 20) + 512 - 3, 2 * (1 << 20) + 512 - 10, (1 << 20) - 5])
def test_a_value_across_two_chunks_is_found(tmp_path: Path, before: int) -> None:
    (tmp_path / "large").write_bytes(b"." * before + VALUE.encode() + b"." * 2000)
    assert scan(tmp_path).kinds == {"name"}


def test_a_value_in_the_name_of_a_file_or_a_folder_or_behind_a_link_is_found_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / f"of-{VALUE.lower()}").mkdir()
    (tmp_path / f"{VALUE}.jpg").write_bytes(b"")
    os.symlink(f"/nowhere/{VALUE.upper()}", tmp_path / "link")
    found = scan(tmp_path)
    assert {trace.form for trace in found.traces} == {"plain", "lower", "upper"}
    assert VALUE.lower() not in repr(found).lower()


def test_a_folder_without_the_value_has_no_trace_and_was_looked_at(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(gzip.compress(b"nobody"))
    found = scan(tmp_path)
    assert (found.traces, found.unread) == ((), ())
    assert found.looked_at == 2


def test_what_cannot_be_read_whole_is_said(tmp_path: Path) -> None:
    (tmp_path / "broken.gz").write_bytes(gzip.compress(os.urandom(5000))[:3000])
    os.mkfifo(tmp_path / "pipe")
    found = scan_files("disk", [tmp_path, tmp_path / "missing"], NEEDLES)
    assert len(found.unread) == 3


def test_every_table_is_searched_declared_or_not_in_whatever_type_of_column(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT)")
        base.execute("CREATE TABLE forgotten (what, doc JSON, raw BLOB, packed BLOB, wide BLOB, clean TEXT)")
        base.execute("INSERT INTO customer (name) VALUES ('somebody else')")
        doc = json.dumps({"by": {"name": VALUE}})
        row = (f"{VALUE.upper()} came", doc, VALUE.encode(), gzip.compress(PLAIN), VALUE.encode("utf-16-le"), "nothing")
        base.execute("INSERT INTO forgotten VALUES (?, ?, ?, ?, ?, ?)", row)
        base.execute("CREATE VIRTUAL TABLE words USING fts5(text)")
        base.execute("INSERT INTO words VALUES (?)", (VALUE,))
    base.close()
    reader = open_reader("shop", System(url=f"sqlite:///{path}"))
    try:
        found = scan_tables(reader, NEEDLES)
    finally:
        reader.close()
    places = {trace.place.removesuffix("!") for trace in found.traces}
    forgotten = {f"forgotten.{column}" for column in ("what", "doc", "raw", "packed", "wide")}
    assert places - {"words_data.block"} == forgotten | {"words.text", "words_content.c0"}
    assert (found.unread, VALUE in repr(found)) == ((), False)


def test_the_words_of_a_pdf_are_read_and_one_that_is_broken_is_said(tmp_path: Path) -> None:
    made = printed(f"<html lang='de'><title>x</title><body><p>Rechnung an {VALUE}</p></body></html>", "")
    assert VALUE.encode() not in made
    (tmp_path / "invoice.pdf").write_bytes(made)
    (tmp_path / "mail.eml").write_bytes(b"Subject: x\n\n" + base64.encodebytes(made))
    found = scan_files("disk", [tmp_path], NEEDLES)
    assert {trace.place for trace in found.traces} == {"invoice.pdf!", "mail.eml!!"}
    (tmp_path / "invoice.pdf").write_bytes(made[: len(made) // 2].replace(b"obj", b"xxx"))
    assert len(scan_files("disk", [tmp_path], NEEDLES).unread) == 1
