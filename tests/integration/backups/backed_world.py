"""A shop with a backup of last night, from which people are erased."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.integration.rights.erasing_shop import Shop
from zusage.bootstrap.backups.drilling import Held, drill
from zusage.bootstrap.backups.replaying import Replayed, replay

BACKUPS = """
backups:
  nightly:
    of: [shop]
    every: P1D
    kept: P30D
    kind: sqlite-file
    path: "FOLDER/backups/*.sqlite3"
    drill: P1M
    born: {shop.purchase: at, shop.remark: at, shop.stray: at}
"""


class Backed(Shop):
    """A shop with a backup of last night."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        path = folder / "zusage.yaml"
        path.write_text(path.read_text() + BACKUPS.replace("FOLDER", str(folder)))
        (folder / "backups").mkdir()
        self.back_up()

    @property
    def copy(self) -> Path:
        return self.folder / "backups" / "shop-2026-05-31.sqlite3"

    def back_up(self) -> None:
        with closing(sqlite3.connect(self.folder / "shop.sqlite3")) as one, closing(sqlite3.connect(self.copy)) as other:
            one.backup(other)
        night = datetime(2026, 5, 31, 23, 0, tzinfo=UTC).timestamp()
        os.utime(self.copy, (night, night))

    def restore(self) -> None:
        shutil.copyfile(self.copy, self.folder / "shop.sqlite3")

    def erase(self, key: str = "3") -> None:
        self.plan(key)
        assert not [result.stopped for result in self.apply() if result.stopped]

    def replay(self) -> Replayed:
        with self.opened() as product:
            return replay(product)

    def drill(self) -> Held:
        with self.opened() as product:
            return drill(product, "nightly")

    def verdicts(self) -> dict[str, str]:
        with self.opened() as product:
            return {one.promise.id: one.judgement.verdict.value for one in product.verify() if "backups" in one.promise.id}


@pytest.fixture
def shop(tmp_path: Path) -> Backed:
    return Backed(tmp_path)
