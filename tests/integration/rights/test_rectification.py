"""Rectification: one value of one row is corrected, nothing else changes, and what it was is kept sealed."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from click import UsageError
from click.testing import CliRunner

from zusage.bootstrap.rights import demands
from zusage.bootstrap.rights.answering import Asked, access
from zusage.bootstrap.rights.correcting import Wish, correct
from zusage.bootstrap.rights.correction_notes import corrections
from zusage.bootstrap.rights.stating import statements
from zusage.cli import cli
from zusage.connectors.trouble import CannotHandle, NotTaken
from zusage.planning.holding import HoldUnfit, Person
from zusage.rights.rectification import AlreadyRight, NotCorrectable
from zusage.vault.errors import EntryTampered

from .erasing_shop import Shop

THREE = Person(people="customer", key="3")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def _correct(shop: Shop, table: str, column: str, value: str | None, row: str | None = None) -> str:
    with shop.opened() as product:
        return correct(product, Wish(person=THREE, table=table, column=column, value=value, by="clerk", row=row))


def test_one_value_is_corrected_and_nothing_else_changes(shop: Shop) -> None:
    before = shop.rows()
    assert _correct(shop, "shop.customer", "name", "Right O'Name") == "RC-0001"
    after = shop.rows()
    assert after["customer"] - before["customer"] == {(3, "Right O'Name", "2025-01-01 10:00:00")}
    assert before["customer"] - after["customer"] == {(3, "name of 3", "2025-01-01 10:00:00")}
    assert {name: rows for name, rows in after.items() if name != "customer"} == {
        name: rows for name, rows in before.items() if name != "customer"
    }
    with shop.opened() as product:
        (found,) = corrections(product, THREE)
        assert corrections(product, Person(people="customer", key="4")) == ()
    assert (found.before, found.after, found.column) == ("name of 3", "Right O'Name", "name")


def test_what_was_lies_sealed_and_ours_alone_and_a_changed_note_is_not_read(shop: Shop) -> None:
    _correct(shop, "shop.customer", "name", "Right Name")
    (file,) = (shop.folder / ".zusage" / "rectifications").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    content = file.read_bytes()
    assert b"name of 3" not in content
    assert b"Right Name" not in content
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with shop.opened() as product, pytest.raises(EntryTampered):
        corrections(product, THREE)


def test_of_several_rows_one_must_be_named_and_only_one_of_the_persons_can_be(shop: Shop) -> None:
    before = shop.rows()
    with pytest.raises(CannotHandle, match="2 rows"):
        _correct(shop, "shop.purchase", "open", "true")
    with pytest.raises(CannotHandle, match="0 rows"):
        _correct(shop, "shop.purchase", "open", "true", "id = 8")  # somebody else's
    assert shop.rows() == before
    _correct(shop, "shop.purchase", "open", "true", "id = 6")
    assert shop.sql("SELECT id FROM purchase WHERE open") == [(6,)]


def test_what_the_table_forbids_is_refused_without_the_value_in_the_message(shop: Shop) -> None:
    before = shop.rows()
    for table, column, value in (
        ("shop.customer", "id", "77"),
        ("shop.purchase", "customer_id", "4"),
        ("shop.customer", "nothing", "Geheim"),
        ("shop.purchase", "open", "Geheim"),
    ):
        with pytest.raises(NotCorrectable) as caught:
            _correct(shop, table, column, value)
        assert "Geheim" not in str(caught.value)
    with pytest.raises(HoldUnfit):
        _correct(shop, "shop.stray", "text", "x")
    with pytest.raises(NotTaken, match="constraint") as forbidden:
        _correct(shop, "shop.purchase", "number", "N8", "id = 6")  # another purchase has this number
    assert "N8" not in str(forbidden.value)
    assert "plan" not in str(forbidden.value)  # there is none that could be applied again
    assert shop.rows() == before
    with shop.opened() as product:
        assert corrections(product, THREE) == ()


def test_a_value_that_stands_there_already_is_no_correction(shop: Shop) -> None:
    before = shop.rows()
    for table, column, value, row in (("shop.customer", "name", "name of 3", None), ("shop.purchase", "open", "false", "id = 6")):
        with pytest.raises(AlreadyRight, match=f"{column} of {table} holds this value already. Nothing was changed") as caught:
            _correct(shop, table, column, value, row)
        assert "name of 3" not in str(caught.value)
    assert shop.rows() == before
    with shop.opened() as product:
        assert corrections(product, THREE) == ()
    assert _correct(shop, "shop.customer", "name", "Name of 3") == "RC-0001"  # another value, if only by a letter


def test_a_trigger_that_changes_more_than_the_value_undoes_it(shop: Shop) -> None:
    shop.sql("CREATE TRIGGER t AFTER UPDATE ON customer BEGIN UPDATE customer SET since = '2030-01-01' WHERE id = NEW.id; END")
    before = shop.rows()
    with pytest.raises(CannotHandle, match="trigger"):
        _correct(shop, "shop.customer", "name", "x")
    assert shop.rows() == before
    with shop.opened() as product:
        assert corrections(product, THREE) == ()


def test_the_command_reads_the_right_value_from_the_input(shop: Shop) -> None:
    words = [
        "rectify",
        str(shop.folder / "zusage.yaml"),
        "customer=3",
        "--table",
        "shop.customer",
        "--column",
        "name",
        "--by",
        "x",
    ]
    result = CliRunner().invoke(cli, words, input="Right Name\n", catch_exceptions=False)
    assert "sealed as RC-0001" in result.output
    assert "Right Name" not in result.output
    CliRunner().invoke(cli, [*words, "--empty"], catch_exceptions=False)
    assert shop.sql("SELECT name FROM customer WHERE id = 3") == [(None,)]


def _state(shop: Shop, text: str = "Der Vermerk ist unvollständig.", *words: str) -> int:
    manifest = str(shop.folder / "zusage.yaml")
    given = ["rectify", manifest, "customer=3", "--table", "shop.remark", "--statement", "--by", "clerk", *words]
    return reported_code(shop, given, text)


def reported_code(shop: Shop, given: list[str], text: str) -> int:
    result = CliRunner().invoke(cli, given, input=text, standalone_mode=False)
    if result.exception:
        raise result.exception
    return int(result.return_value)


def test_where_nothing_can_be_changed_a_statement_stands_in_the_copy_with_the_row_that_it_is_about(shop: Shop) -> None:
    before = shop.rows()
    assert _state(shop, "Der Vermerk ist unvollständig.", "--row", "id = 3") == 0
    assert shop.rows() == before
    (file,) = (shop.folder / ".zusage" / "statements").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"Vermerk" not in file.read_bytes()
    with shop.opened() as product:
        copies = {key: access(product, Asked(people="customer", given=key), "de", paper=False).files for key in ("3", "4")}
    data = json.loads(copies["3"]["access.json"])
    (remark,) = [one for one in data["data"] if one["table"] == "shop.remark"]
    assert remark["statements"] == [{"row": "id = 3", "text": "Der Vermerk ist unvollständig."}]
    page = str(copies["3"]["access.html"]).replace("\xa0", " ")
    assert "zum Eintrag mit Nummer 3 (Art. 16 DSGVO): Der Vermerk ist unvollständig." in page
    assert "Der Vermerk" not in str(copies["4"])
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with shop.opened() as product, pytest.raises(EntryTampered):
        statements(product, THREE)


def test_a_statement_about_nothing_or_without_words_is_refused_and_goes_with_an_erasure(shop: Shop) -> None:
    with pytest.raises(HoldUnfit):
        _state(shop, "x", "--row", "id = 4")  # somebody else's
    for text in (" ", "x" * 4001):
        with pytest.raises(NotCorrectable):
            _state(shop, text)
    with pytest.raises(UsageError):
        _state(shop, "x", "--column", "text")
    assert _state(shop, "x") == 0
    shop.plan()
    shop.apply()
    with shop.opened() as product:
        assert len(statements(product, THREE)) == 1
        demands.close(product, shop.folder / "erasure.json")
        assert statements(product, THREE) == ()
