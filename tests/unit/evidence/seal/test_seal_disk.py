"""What reaches the medium, in which order."""

import os
from pathlib import Path

import pytest
from seal_world import KEY, make_log, numbered

from zusage.evidence.seal import EvidenceLog


def test_every_file_is_flushed_before_it_gets_its_name_and_its_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_log(tmp_path / "log", [numbered(0, 3)])
    calls: list[tuple[str, str]] = []
    replace = os.replace

    def on_fsync(descriptor: int) -> None:
        calls.append(("flush", os.readlink(f"/proc/self/fd/{descriptor}")))

    def on_replace(source: Path, target: Path) -> None:
        calls.append(("rename", str(target)))
        assert calls[-2] == ("flush", str(source))
        replace(source, target)

    monkeypatch.setattr(os, "fsync", on_fsync)
    monkeypatch.setattr(os, "replace", on_replace)
    EvidenceLog.open(tmp_path / "log", KEY).append(numbered(3, 5))
    renamed = [path for kind, path in calls if kind == "rename"]
    assert [Path(path).relative_to(tmp_path / "log").as_posix() for path in renamed] == [
        "tile/entries/000.p/5",
        "tile/0/000.p/5",
        "checkpoint",
        "checkpoints/005",
    ]
    commit = calls.index(("rename", renamed[2]))
    for path in renamed[:2]:
        assert calls.index(("flush", str(Path(path).parent))) < commit
    assert ("flush", str(tmp_path / "log")) in calls[commit:]
