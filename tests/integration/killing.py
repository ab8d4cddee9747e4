"""Runs ``apply`` in forked processes that are killed, on copies of one prepared folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from tests.warm_server import warm_up
from zusage.promises.loading import Loaded, load

from .forked import fork, in_child, wait
from .killing_places import Place, SqlitePlace

EXAMPLES = Path(__file__).parents[2] / "examples"
SQLITE = SqlitePlace()


def prepare(folder: Path, customers: int, place: Place = SQLITE) -> None:
    """A small plate shop, a plan for it, and the second person's approval; leaves nothing open."""
    place.found()
    in_child(lambda: _prepare(folder, customers, place))


def _prepare(folder: Path, customers: int, place: Place) -> None:
    sys.path.insert(0, str(EXAMPLES))
    from plate_shop.generate import generate
    from zusage.bootstrap import opened
    from zusage.sealing import SigningKey

    os.environ.update(place.environment(folder))
    generate(
        os.environ["SHOP_DATABASE_URL"],
        os.environ["MAILBOX_DATABASE_URL"],
        customers=customers,
        years=12,
        now=datetime.now(),
        seed=7,
    )
    key = SigningKey.generate(folder / "second.key", "second-person")
    guard = f'guard: {{approvers: ["{key.verifier.encode()}"], batch: 15}}\n'
    (folder / "guard.yaml").write_text(guard)
    (folder / "shop.yaml").write_text((EXAMPLES / "plate_shop" / "zusage.yaml").read_text())
    (folder / "zusage.yaml").write_text("import: [shop.yaml, guard.yaml]\n")
    place.furnish(folder)
    with opened(folder / "zusage.yaml") as product:
        product.save_plan(product.make_plan(), folder / "plan.json")
        product.approve_plan(folder / "plan.json", key)


def copy(base: Path, to: Path, place: Place = SQLITE) -> Path:
    """A fresh copy of the prepared folder, where it was prepared: a plan is for the databases of one place."""
    if to.exists():
        shutil.rmtree(to)
    shutil.copytree(base, to)
    place.restore()
    return to


def apply(folder: Path, crash_at: int = 0, *, after: bool = False, place: Place = SQLITE) -> int:
    """Apply the plan in a child; returns how it ended: 0, or minus the signal. With ``crash_at`` it kills itself there."""
    return wait(start(folder, crash_at, after=after, place=place))


def start(folder: Path, crash_at: int = 0, *, after: bool = False, place: Place = SQLITE) -> int:
    """Begin to apply in a child; returns its process id."""
    return fork(lambda: _apply(folder, crash_at, after, place))


def moments(folder: Path) -> Iterator[None]:
    """Apply the plan in a child that is held before and after every line of its journal: what lies on disk then is what a kill leaves."""
    (told, tell), (held, let_go) = os.pipe(), os.pipe()

    def hold() -> None:
        os.write(tell, b".")
        os.read(held, 1)

    def work() -> None:
        os.close(told)
        os.close(let_go)
        _apply(folder, 0, False, SQLITE, hold)

    child = fork(work)
    os.close(tell)
    os.close(held)
    while os.read(told, 1):
        yield
        os.write(let_go, b".")
    os.close(told)
    os.close(let_go)
    assert wait(child) == 0


@contextmanager
def instead(folder: Path) -> Iterator[None]:
    """Meanwhile a copy lies where the folder was, whose processes are held and find it again as it was."""
    aside = folder.rename(folder.with_name("aside"))
    shutil.copytree(aside, folder)
    yield
    shutil.rmtree(folder)
    aside.rename(folder)


def on_disk(folder: Path) -> str:
    """A digest of all files but those in which processes tell each other what they look at."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.endswith("-shm"):
            digest.update(f"{path.relative_to(folder)} ".encode() + path.read_bytes())
    return digest.hexdigest()


def _apply(folder: Path, crash_at: int, after: bool, place: Place, hold: Callable[[], None] = lambda: None) -> None:
    from zusage.bootstrap import Product
    from zusage.testing.crashing import CrashingJournal

    class Held(CrashingJournal):
        def _about_to_write(self) -> None:
            super()._about_to_write()
            hold()

        def _written(self) -> None:
            super()._written()
            hold()

    os.environ.update(place.environment(folder))
    product = Product(loaded=_manifest((folder / "guard.yaml").read_text(), folder), folder=folder / ".zusage")
    journal = Held(product.state.journal, crash_at, after=after)
    product.state.journal = journal  # type: ignore[assignment]
    results = product.apply_plan(folder / "plan.json", lambda _: None)
    (folder / "stopped").write_text("\n".join(result.stopped for result in results if result.stopped))
    assert not any(result.stopped for result in results), [result.stopped for result in results]
    (folder / "lines").write_text(str(journal.calls))


_LOADED: dict[str, Loaded] = {}


def _manifest(guard: str, folder: Path) -> Loaded:
    """The manifest, read once for all copies: their content is the same."""
    if guard not in _LOADED:
        _LOADED[guard] = load(folder / "zusage.yaml")
    return _LOADED[guard]


def stopped(folder: Path) -> str:
    """Why the last ``apply`` that came to its end stopped; empty where it did not, or none came to its end."""
    noted = folder / "stopped"
    return noted.read_text() if noted.exists() else ""


def preload(folder: Path) -> None:
    """Read the manifest and import what children need, once, before forking."""
    warm_up()
    _manifest((folder / "guard.yaml").read_text(), folder)


def kill(child: int, after: float) -> int:
    """SIGKILL the child after so many seconds; returns how it ended."""
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    return wait(child)


def contents(folder: Path, place: Place = SQLITE) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of both databases, and every blocked document, opened."""
    return {**place.rows(folder), "vault": _documents(folder / ".zusage")}


def _documents(folder: Path) -> list[tuple[object, ...]]:
    from zusage.vault import VaultWriter

    writer = VaultWriter(folder)
    names = [(system, table) for system, table in (("shop", "invoice"), ("shop", "commercial_letter"))]
    opened = (writer.unseal(id) for system, table in names for id in writer.ids_of(system, table))
    return sorted(((d.table, d.key, d.rule, str(d.delete_from), repr(d.row), repr(d.parts)) for d in opened), key=repr)
