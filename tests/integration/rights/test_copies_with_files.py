"""Copies and packages carry the files of a person's rows and nobody else's; the package passes the validator of its own standard."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import frictionless
import pytest

from zusage.bootstrap import Product
from zusage.bootstrap.rights.answering import Asked, access, portability
from zusage.connectors.row_files import FileTrouble

from .erasing_shop import Shop

HOSTILE = ("=1+1", 'a"b,c\r\nd', "", "  spaces ", "NULL", "\ufeffbom", "é\u2028x", "\\N", "tab\there", "<script>", None)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    one = Shop(tmp_path)
    path = tmp_path / "zusage.yaml"
    old = "classes: {one: [words]}"
    path.write_text(path.read_text().replace(old, f'{old}, files: ["{tmp_path}/files/{{id}}*"]'))
    for n in range(1, 21):
        file = tmp_path / f"files/{n}.bin"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(f"content of {n}".encode() + bytes(range(256)))
    for number, text in enumerate(HOSTILE, 100):
        insert = "NULL" if text is None else "'" + text.replace("'", "''") + "'"
        one.sql(f"INSERT INTO line VALUES ({number}, 6, {insert})")
    one.sql("INSERT INTO remark VALUES (99, 3, NULL, NULL)")
    return one


@pytest.fixture
def product(shop: Shop) -> Iterator[Product]:
    with shop.opened() as one:
        yield one


def _asked() -> Asked:
    return Asked(people="customer", given="3")


def _written(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def _theirs(shop: Shop) -> set[bytes]:
    lines = shop.sql(
        "SELECT line.id FROM line JOIN purchase ON purchase.id = purchase_id WHERE customer_id = 3 AND line.id < 100"
    )
    return {(shop.folder / f"files/{n}.bin").read_bytes() for (n,) in lines}


def test_the_copy_has_the_files_of_their_rows_and_names_them(shop: Shop, product: Product) -> None:
    made = access(product, _asked(), "en", paper=False).files
    files = {name: content for name, content in made.items() if name.startswith("files/")}
    assert len(files) == 2
    assert set(files.values()) == _theirs(shop)
    told = json.loads(made["access.json"])["files"]
    assert {one["path"]: one["bytes"] for one in told} == {name: len(content) for name, content in files.items()}
    assert all(name in str(made["access.html"]) for name in files)


def test_the_package_passes_the_validator_of_its_standard_with_every_value_as_it_was(
    shop: Shop, product: Product, tmp_path: Path
) -> None:
    folder = _written(tmp_path / "package", portability(product, _asked(), "de").files)
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["name", "type", "message"])
    names = {task.name: task.type for task in report.tasks}
    assert {"shop-line", "shop-line-json", "file-1", "file-2"} <= names.keys()
    assert names["shop-line"] == "table"
    assert {path.read_bytes() for path in folder.rglob("*.bin")} == _theirs(shop)
    words = [row["words"] for row in json.loads((folder / "data/shop-line.json").read_text())]
    assert set(HOSTILE) < set(words)
    table = list(csv.reader(io.StringIO((folder / "data/shop-line.csv").read_bytes().decode(), newline="")))
    column = {row[table[0].index("words")] for row in table[1:]}
    assert {text for text in HOSTILE if text} < column


@pytest.mark.parametrize("name", ["data/shop-line.csv", "files/shop.line/1/6.bin"])
def test_a_package_in_which_one_byte_was_changed_does_not_pass(product: Product, tmp_path: Path, name: str) -> None:
    files = dict(portability(product, _asked(), "de").files)
    name = name if name in files else next(one for one in files if one.startswith("files/"))
    content = files[name] if isinstance(files[name], bytes) else str(files[name]).encode()
    files[name] = content[:-1] + b"!"
    folder = _written(tmp_path / "package", files)
    assert not frictionless.validate(str(folder / "datapackage.json")).valid


def test_no_link_leads_a_copy_to_a_file_elsewhere(shop: Shop, product: Product) -> None:
    secret = shop.folder / "secret"
    secret.write_text("somebody else's")
    (shop.folder / "files/6-link.bin").symlink_to(secret)
    files = access(product, _asked(), "de", paper=False).files.values()
    assert b"somebody else's" not in files


def test_a_folder_that_is_not_there_makes_no_copy_without_files(shop: Shop, product: Product) -> None:
    (shop.folder / "files").rename(shop.folder / "elsewhere")
    with pytest.raises(FileTrouble, match="files"):
        access(product, _asked(), "de", paper=False)
