from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from zusage.bootstrap import filing


def test_of_many_who_make_a_key_at_once_all_have_the_same(tmp_path: Path) -> None:
    for n in range(20):
        path, ready = tmp_path / f"{n}.key", threading.Barrier(8)

        def make(_: int, path: Path = path, ready: threading.Barrier = ready) -> bytes:
            ready.wait(10)
            return filing.key(path)

        with ThreadPoolExecutor(8) as pool:
            found = set(pool.map(make, range(8)))
        assert found == {path.read_bytes()}
        assert len(path.read_bytes()) == 32


def test_a_key_is_for_its_owner_alone_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "own" / "some.key"
    made = filing.key(path)
    assert filing.key(path) == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert os.listdir(path.parent) == ["some.key"]


def test_of_many_who_write_a_file_at_once_each_writes_it_whole(tmp_path: Path) -> None:
    path, ready = tmp_path / "some.json", threading.Barrier(4)
    contents = [bytes([n]) * 4096 for n in range(4)]

    def write(content: bytes) -> None:
        ready.wait(10)
        for _ in range(25):
            filing.replace(path, content)
            assert path.read_bytes() in contents

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, contents))
    assert os.listdir(tmp_path) == ["some.json"]
