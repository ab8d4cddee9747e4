"""The toy shop from look to report: everything kept and sealed, nothing that was typed, and a report for people of the law."""

import hashlib
import json
import re
import zlib
from pathlib import Path

import pytest
from click.testing import CliRunner
from toy_world import served

from zusage.cli import cli
from zusage.testing.toy import Meddling

GROUNDS = {"de": ("§ 25 Abs. 1", "Art. 6 Abs. 1 Buchst. a DSGVO"), "en": ("section 25(1)", "Art. 6(1)(a) GDPR")}
SUMMARY = {"de": " Zusagen gehalten, 0 gebrochen, 0 unentschieden.", "en": " promises kept, 0 broken, 0 undecided."}
SEEN = {"de": "dort war nichts, was nicht erklärt ist", "en": "nothing there that is not declared"}
SHOT = re.compile(r'src="(screenshots/([0-9a-f]{64})\.png)"')


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a manifest and the evidence of one look at all pages."""
    folder = tmp_path_factory.mktemp("toy")
    with served(folder, Meddling()) as toy:
        done = run("verify", str(toy.manifest()), "--json")
    found = {one["promise"]: (one["verdict"], one["reason"]) for one in json.loads(done)}
    assert {verdict for verdict, _ in found.values()} == {"kept"}, found
    return folder


def run(*arguments: str) -> str:
    done = CliRunner().invoke(cli, list(arguments), standalone_mode=False)
    assert done.exception is None, done.exception
    return done.stdout


def test_nothing_that_was_typed_or_held_by_an_entry_is_sealed(looked: Path) -> None:
    sealed = b"".join(path.read_bytes() for path in (looked / ".zusage" / "evidence").rglob("*") if path.is_file())
    assert b"_stat" in sealed
    assert b"stats.example" in sealed
    assert b"hello" not in sealed
    assert b"0f8a" not in sealed  # the value of the session cookie


def test_the_sealed_look_is_judged_again_offline(looked: Path) -> None:
    done = json.loads(run("evidence", "verify", str(looked / ".zusage" / "evidence"), "--json"))
    assert done["ok"] is True
    assert done["observations_judged_again"] > 15


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ["Bevor etwas gewählt war", "§ 25 Abs. 1", "Art. 6 Abs. 1 Buchst. a DSGVO", "Zählstelle", "Nach dem Widerruf"]),
        ("en", ["Before anything was chosen", "section 25(2) no. 2", "Art. 6(1)(b) GDPR", "the counter", "After withdrawal"]),
    ],
)
def test_the_report_says_each_situation_with_both_grounds_and_a_picture(
    looked: Path, tmp_path: Path, language: str, words: list[str]
) -> None:
    run("website", "report", str(looked / "zusage.yaml"), "-o", str(tmp_path), "--language", language)
    text = (tmp_path / f"website.{language}.html").read_text(encoding="utf-8").replace("\N{NO-BREAK SPACE}", " ")
    for word in words:
        assert word in text
    assert SUMMARY[language] in text
    assert SEEN[language] in text
    assert "Secure, HttpOnly, SameSite=Lax" in text  # the flags with which the session's cookie was set
    calls = [row for row in re.findall(r"<tr[^>]*>(.*?)</tr>", text, re.DOTALL) if "stats.example" in row and words[3] in row]
    assert calls
    assert all(
        ground in row for row in calls for ground in GROUNDS[language]
    )  # both, beside each other, for whom the pages speak to
    shots = SHOT.findall(text)
    assert len(shots) == 6  # every situation but the form
    for name, digest in shots:
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest
    assert digest.encode() in b"".join(p.read_bytes() for p in (looked / ".zusage" / "evidence").rglob("*") if p.is_file())


def test_the_report_can_be_filed_as_one_tagged_pdf_with_its_pictures(looked: Path, tmp_path: Path) -> None:
    run("website", "report", str(looked / "zusage.yaml"), "-o", str(tmp_path), "--language", "de", "--pdf")
    made = (tmp_path / "website.de.pdf").read_bytes()
    html = (tmp_path / "website.de.html").read_text(encoding="utf-8")
    streams = re.findall(rb"/FlateDecode/.*?stream\n(.*?)\nendstream", made, re.DOTALL)
    inside = made + b"".join(zlib.decompress(one) for one in streams)
    assert made.startswith(b"%PDF-1.7")
    assert re.search(rb"/Lang ?\(de", inside)
    assert b"/StructTreeRoot" in inside
    assert b"/Alt" in inside
    assert made.count(b"/Subtype/Image") + made.count(b"/Subtype /Image") >= len({digest for _, digest in SHOT.findall(html)}) > 0
