"""Runs ``apply`` in forked processes that are killed, on copies of one prepared folder."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from tests.warm_server import warm_up
from zusage.promises.loading import Loaded, load

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


def _apply(folder: Path, crash_at: int, after: bool, place: Place) -> None:
    from zusage.bootstrap import Product
    from zusage.testing.crashing import CrashingJournal

    os.environ.update(place.environment(folder))
    product = Product(loaded=_manifest((folder / "guard.yaml").read_text(), folder), folder=folder / ".zusage")
    journal = CrashingJournal(product.state.journal, crash_at, after=after)
    product.state.journal = journal  # type: ignore[assignment]
    results = product.apply_plan(folder / "plan.json", lambda _: None)
    assert not any(result.stopped for result in results), [result.stopped for result in results]
    (folder / "lines").write_text(str(journal.calls))


_LOADED: dict[str, Loaded] = {}


def _manifest(guard: str, folder: Path) -> Loaded:
    """The manifest, read once for all copies: their content is the same."""
    if guard not in _LOADED:
        _LOADED[guard] = load(folder / "zusage.yaml")
    return _LOADED[guard]


def preload(folder: Path) -> None:
    """Read the manifest and import what children need, once, before forking."""
    warm_up()
    _manifest((folder / "guard.yaml").read_text(), folder)


def kill(child: int, after: float) -> int:
    """SIGKILL the child after so many seconds; returns how it ended."""
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    return wait(child)


def fork(work: Callable[[], None]) -> int:
    """Begin some work in a child; returns its process id."""
    child = os.fork()
    if child:
        return child
    try:
        work()
        code = 0
    except BaseException as error:  # noqa: BLE001 - a forked child must never return into the test runner
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)  # noqa: T201
        code = 70
    os._exit(code)


def wait(child: int) -> int:
    """How a child ended: its exit code, or minus the signal."""
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def in_child(work: Callable[[], None]) -> None:
    """Do some work that leaves nothing open."""
    assert wait(fork(work)) == 0


def contents(folder: Path, place: Place = SQLITE) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of both databases, and every blocked document, opened."""
    return {**place.rows(folder), "vault": _documents(folder / ".zusage")}


def _documents(folder: Path) -> list[tuple[object, ...]]:
    from zusage.vault import VaultWriter

    writer = VaultWriter(folder)
    names = [(system, table) for system, table in (("shop", "invoice"), ("shop", "commercial_letter"))]
    opened = (writer.unseal(id) for system, table in names for id in writer.ids_of(system, table))
    return sorted(((d.table, d.key, d.rule, str(d.delete_from), repr(d.row), repr(d.parts)) for d in opened), key=repr)
