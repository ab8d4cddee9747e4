"""``make demo`` as a stranger runs it, in a pipe, with fewer customers; a command that was called for real before is forked from one that is warm."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
CUSTOMERS = 500


class Ran:
    """The demo's folder and what it printed."""

    def __init__(self, folder: Path, printed: str, warm: Path) -> None:
        self.folder = folder
        self.printed = printed
        self._program = str(warm / "zusage")

    def zusage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of the product in the demo's folder, with the environment that the demo left."""
        exports = re.findall(r"export (\w+)='(.*)'", (self.folder / "environment").read_text())
        command = [self._program, *arguments]
        environment = {**os.environ, **dict(exports)}
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)

    def verdicts(self) -> dict[str, str]:
        """What verify says now, by promise."""
        return {row["promise"]: row["verdict"] for row in json.loads(self.zusage("verify", "zusage.yaml", "--json").stdout)}

    def change(self, sql: str) -> int:
        """Change the shop's database behind everybody's back; returns the rows changed."""
        with sqlite3.connect(self.folder / "shop.sqlite3") as database:
            return database.execute(sql).rowcount


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, warm_zusage: Path) -> Ran:
    folder = tmp_path_factory.mktemp("demo") / "demo"
    environment = {
        **os.environ,
        "PYTHONPATH": str(EXAMPLES),
        "ZUSAGE_DEMO_PROGRAM": str(_program(folder.with_name("bin"), warm_zusage)),
        "ZUSAGE_DEMO_FOLDER": str(folder),
        "ZUSAGE_DEMO_CUSTOMERS": str(CUSTOMERS),
    }
    command = [sys.executable, "-m", "plate_shop.demo"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return Ran(folder, done.stdout, warm_zusage)


def _program(folder: Path, warm: Path) -> Path:
    """``zusage`` itself for the first call of each command, the warm one for the others."""
    folder.mkdir()
    program = folder / "zusage"
    itself = Path(sys.executable).with_name("zusage")
    program.write_text(
        f'#!/bin/sh\n[ -e "$0.$1" ] && exec "{warm}/zusage" "$@"\n: > "$0.$1"\nexec "{itself}" "$@"\n', encoding="utf-8"
    )
    program.chmod(0o755)
    return program


@pytest.fixture(scope="module")
def kept(demo: Ran) -> set[str]:
    """What was kept before anybody meddled."""
    return {promise for promise, verdict in demo.verdicts().items() if verdict == "kept"}


def test_the_demo_goes_from_broken_to_kept(demo: Ran) -> None:
    first, second = re.findall(r"(\d+) kept, (\d+) broken, (\d+) undecided", demo.printed)
    assert int(first[1]) >= 10
    assert second[1:] == ("0", "0")
    assert "✘ broken     orders/claims/at-most" in demo.printed


def test_the_demo_lets_the_erased_go_from_its_backups_too(demo: Ran) -> None:
    found = re.findall(r"(shop|mailbox) \(\S+\): kept: .* (\d+) erased rows that it brought back are gone again", demo.printed)
    assert [name for name, _ in found] == ["shop", "mailbox"]
    assert all(int(rows) > 0 for _, rows in found)


def test_the_demo_answers_somebody_who_asks(demo: Ran) -> None:
    copy = json.loads((demo.folder / "copy" / "access.json").read_text(encoding="utf-8"))
    assert "shop.shop_order" in json.dumps(copy)
    assert demo.verdicts()["requests/answered-in-time"] == "kept"


def test_the_demo_shows_three_kinds_of_survivors(demo: Ran) -> None:
    survivors = re.findall(
        r"(invoices under|old orders with|the order under)[^:]*: ([\d,]+) before, ([\d,]+) after", demo.printed
    )
    assert len(survivors) == 3
    assert all(before == after != "0" for _, before, after in survivors)


def test_the_demo_leaves_plan_notice_evidence_and_databases(demo: Ran) -> None:
    for name in (
        "plan.json",
        "plan.json.note",
        "notice/notice.de.html",
        "notice/notice.en.md",
        "shop.sqlite3",
        ".zusage/evidence",
    ):
        assert (demo.folder / name).exists(), name


def test_a_plan_after_the_demo_is_empty(demo: Ran) -> None:
    done = demo.zusage("plan", "zusage.yaml", "--out", "again.json", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["steps"] == []


def test_applying_the_same_plan_again_changes_nothing(demo: Ran) -> None:
    before = (demo.folder / "shop.sqlite3").read_bytes()
    done = demo.zusage("apply", "zusage.yaml", "plan.json")
    assert (done.returncode, "nothing was changed" in done.stdout) == (0, True), done.stderr
    assert (demo.folder / "shop.sqlite3").read_bytes() == before


def test_the_evidence_of_the_demo_is_verified_without_database_or_manifest(demo: Ran, tmp_path: Path) -> None:
    bundle = tmp_path / "evidence.zip"
    assert demo.zusage("evidence", "export", "zusage.yaml", "--out", str(bundle)).returncode == 0
    command = [str(Path(sys.executable).parent / "zusage"), "evidence", "verify", str(bundle)]
    bare = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run(command, cwd=tmp_path, env=bare, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(tmp_path / "flipped")
    entries = next(p for p in sorted((tmp_path / "flipped").rglob("*")) if p.is_file() and b'"verdict":"kept"' in p.read_bytes())
    content = bytearray(entries.read_bytes())
    content[content.find(b'"verdict":"kept"') + 11] ^= 1
    entries.write_bytes(content)
    flipped = [*command[:-1], str(tmp_path / "flipped")]
    assert subprocess.run(flipped, cwd=tmp_path, env=bare, capture_output=True, check=False).returncode == 1


def test_no_value_of_any_customer_is_in_plan_evidence_journal_or_output(demo: Ran) -> None:
    with sqlite3.connect(demo.folder / "shop.sqlite3") as database:
        rows = database.execute("SELECT number, email, name FROM shop_order").fetchall()
    values = {str(value).encode() for row in rows for value in row if len(str(value)) > 8}
    assert len(values) > 300
    ours = [path for path in (demo.folder / ".zusage").rglob("*") if path.is_file() and "vault" not in path.name]
    held = re.search(r"number = '(\S+)'", demo.printed)
    assert held
    spoken = demo.printed.replace(held[1], "").encode()
    for content in (spoken, (demo.folder / "plan.json").read_bytes(), *(p.read_bytes() for p in ours if "state" not in p.name)):
        assert not [value for value in values if value in content]


@pytest.mark.parametrize(
    ("sabotage", "promise"),
    [
        (
            "UPDATE shop_order SET completed_at = '2014-03-01 10:00:00' WHERE id = (SELECT id FROM shop_order WHERE status = 'completed' "
            "AND id NOT IN (SELECT order_id FROM dispute) ORDER BY completed_at DESC LIMIT 1)",
            "orders/claims/at-most",
        ),
        ("DELETE FROM invoice WHERE id = (SELECT id FROM invoice ORDER BY issued_on DESC LIMIT 1)", "vouchers/tax/at-least"),
        ("UPDATE invoice SET statute = ' ' WHERE id = (SELECT min(id) FROM invoice)", "every-row/vouchers-name-their-statute"),
        ("ALTER TABLE customer ADD COLUMN credit_score INTEGER", "no-column/no-scoring"),
        ("CREATE TABLE newsletter (email TEXT)", "accounted/shop"),
        (
            "UPDATE recipient_contract SET recipient = 'somebody else' WHERE recipient = 'zahlfix'",
            "every-row/disclosed-under-contract",
        ),
        (
            "UPDATE disclosure SET consent_id = NULL WHERE id = (SELECT min(id) FROM disclosure WHERE consent_id IS NOT NULL)",
            "every-row/carrier-mail-only-with-consent",
        ),
    ],
)
def test_sabotage_behind_everybodys_back_turns_its_promise_red(demo: Ran, kept: set[str], sabotage: str, promise: str) -> None:
    """Each on a copy of the database; what else turns red with it must follow from the same change."""
    original = (demo.folder / "shop.sqlite3").read_bytes()
    try:
        assert promise in kept
        demo.change(sabotage)
        now = demo.verdicts()
        assert now[promise] == "broken"
        others = {name for name, verdict in now.items() if verdict != "kept"} - {promise}
        assert others <= {"accounted/shop"}, others
    finally:
        (demo.folder / "shop.sqlite3").write_bytes(original)
