"""Spoilt manifests: each is either read or refused with a place, and none ends in a traceback.

Two thousand of them, ten thousand by `make thorough`.
"""

import os
import re
from datetime import date
from pathlib import Path

import pytest
from mutants import mutants

from zusage.cli import main
from zusage.promises.checking import check
from zusage.promises.derive import promises_of
from zusage.promises.finding import Finding, ManifestError, printable
from zusage.promises.loading import load

HERE = Path(__file__).parent
PLATE_SHOP = HERE.parents[2] / "examples" / "plate_shop" / "zusage.yaml"
ON = date(2026, 1, 15)
CHUNKS = int(os.environ.get("ZUSAGE_MANIFESTS", "2000")) // 500
#: how many mutants of each a chunk tries; reading a long one takes as long as reading fifty short ones
BASES = {HERE / "compact-rule.yaml": 245, HERE / "compact-sections.yaml": 234, HERE / "compact.yaml": 20, PLATE_SHOP: 1}


def findings_in(content: bytes, file: Path) -> tuple[Finding, ...] | None:
    """What is found wrong while loading; None where the manifest is read."""
    file.write_bytes(content)
    try:
        loaded = load(file)
    except ManifestError as error:
        return error.findings
    promises_of(loaded.manifest)
    for finding in check(loaded, ON):
        assert_stands(finding, content, file)
    return None


def assert_stands(finding: Finding, content: bytes, file: Path) -> None:
    """A finding names a place inside the file, and can be printed."""
    place = finding.position
    assert place.file == str(file)
    lines = re.split("\r\n|[\r\n]", content.decode("utf-8", "replace"))
    assert 1 <= place.line <= len(lines)
    assert 1 <= place.column <= len(lines[place.line - 1]) + 1
    for text in (finding.what, finding.why, finding.advice):
        assert text
        assert printable(text).isprintable()
        text.encode()


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_spoilt_manifest_is_read_or_refused_with_a_place(chunk: int, tmp_path: Path) -> None:
    refused = 0
    for path, number in BASES.items():
        for content in mutants(path.read_text(encoding="utf-8"), seed=chunk, number=number):
            findings = findings_in(content, tmp_path / "spoilt.yaml")
            if findings is not None:
                refused += 1
                assert findings
                for finding in findings:
                    assert_stands(finding, content, tmp_path / "spoilt.yaml")
    assert refused > sum(BASES.values()) / 2


def test_each_chunk_tries_five_hundred() -> None:
    assert sum(BASES.values()) == 500
    assert CHUNKS


@pytest.mark.parametrize("path", BASES, ids=lambda path: path.stem)
def test_the_manifests_that_are_spoilt_are_sound(path: Path) -> None:
    load(path)


def test_the_command_line_refuses_spoilt_manifests_with_exit_code_three(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, codes = tmp_path / "spoilt.yaml", []
    for content in mutants((HERE / "compact.yaml").read_text(encoding="utf-8"), seed=4711, number=80):
        refused = findings_in(content, file) is not None
        with pytest.raises(SystemExit) as ended:
            main(["check", str(file)])
        said = capsys.readouterr()
        assert "unexpected" not in said.err
        assert "Traceback" not in said.out + said.err
        assert ended.value.code in ({3} if refused else {0, 3})
        codes.append(refused)
    assert set(codes) == {True, False}
