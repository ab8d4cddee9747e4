"""The proof that every file belongs to a row: kept when it is so, broken by a file that was left, and silent about whose it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.integration.rights.erasing_shop import NOW, Shop

OLD = (NOW.timestamp() - 86_400,) * 2


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    one = Shop(tmp_path)
    path = tmp_path / "zusage.yaml"
    text = path.read_text()
    files = f'files: ["{tmp_path}/words/{{id}}.txt", "{tmp_path}/thumbs/{{id}}-*.png"]'
    text = text.replace("classes: {one: [words]}", f"classes: {{one: [words]}}, {files}")
    path.write_text(text.replace("structure: [open]", f'structure: [open], files: ["{tmp_path}/orders/{{number}}*"]'))
    for (n,) in one.sql("SELECT id FROM line"):
        _write(tmp_path / f"words/{n}.txt")
        _write(tmp_path / f"thumbs/{n}-small.png")
    for (number,) in one.sql("SELECT number FROM purchase"):
        _write(tmp_path / f"orders/{number}.pdf")
    return one


def _write(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text("content")
    os.utime(path, OLD)


def _verdicts(shop: Shop) -> dict[str, tuple[str, str]]:
    with shop.opened() as product:
        found = product.verify()
    return {
        one.promise.id: (one.judgement.verdict.value, one.judgement.reason)
        for one in found
        if one.promise.id.startswith("files/")
    }


def test_kept_while_each_file_has_its_row(shop: Shop) -> None:
    found = _verdicts(shop)
    assert {name: word for name, (word, _) in found.items()} == {"files/shop.line": "kept", "files/shop.purchase": "kept"}
    assert "40" in found["files/shop.line"][1]


@pytest.mark.parametrize("name", ["words/99.txt", "thumbs/99-small.png", "thumbs/1x-small.png", "words/secret name.txt"])
def test_a_file_that_was_left_breaks_exactly_its_promise_and_is_not_named(shop: Shop, name: str) -> None:
    _write(shop.folder / name)
    found = _verdicts(shop)
    assert found["files/shop.line"][0] == "broken"
    assert "1 of 41" in found["files/shop.line"][1]
    assert "secret" not in str(found)
    assert found["files/shop.purchase"][0] == "kept"


def test_a_row_that_the_application_deleted_without_its_files_is_seen(shop: Shop) -> None:
    shop.sql("DELETE FROM line WHERE id = 5")
    assert _verdicts(shop)["files/shop.line"] == ("broken", "2 of 40 files belong to no row")


def test_a_name_that_begins_like_another_is_that_others(shop: Shop) -> None:
    """N2* is also how N20.pdf and N21.pdf begin, whose rows are others."""
    shop.sql("DELETE FROM line WHERE purchase_id = 2")
    shop.sql("DELETE FROM purchase WHERE number = 'N2'")
    assert _verdicts(shop)["files/shop.purchase"] == ("broken", "1 of 20 files belong to no row")


def test_a_file_of_this_hour_may_wait_for_its_row(shop: Shop) -> None:
    _write(shop.folder / "words/99.txt")
    os.utime(shop.folder / "words/99.txt", (NOW.timestamp() - 60,) * 2)
    assert _verdicts(shop)["files/shop.line"][0] == "kept"


def test_what_cannot_be_looked_at_is_undecided(shop: Shop) -> None:
    (shop.folder / "words").rename(shop.folder / "elsewhere")
    assert _verdicts(shop)["files/shop.line"][0] == "undecided"


def test_no_file_at_all_proves_nothing(shop: Shop) -> None:
    for path in (*(shop.folder / "words").iterdir(), *(shop.folder / "thumbs").iterdir()):
        path.unlink()
    assert _verdicts(shop)["files/shop.line"][0] == "undecided"
