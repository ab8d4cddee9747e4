"""A case that asks for portability, and another controller that takes packages over TLS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.integration.small_world import NOW
from zusage.bootstrap import opened
from zusage.bootstrap.cases.operating import Standing, give
from zusage.rights.operation import ORDER
from zusage.rights.roles import Taker
from zusage.testing.authority import Authority
from zusage.testing.other_controller import OtherController, other_controller

from .asking_world import Asking

RECIPIENT = """recipients:
  pool:
    title: {de: Anderer Pool GmbH, en: Other Pool Ltd}
    role: controller
    country: DE
    transfer: {to: "${OTHER}", authority: "${OTHER_AUTHORITY}", token: "${OTHER_TOKEN}", attempts: 3}
"""


@dataclass
class Transferring:
    """The world, who receives, and by which clock."""

    world: Asking
    other: OtherController
    after: timedelta = timedelta()

    @property
    def folder(self) -> Path:
        return self.world.folder

    @contextmanager
    def product(self) -> Iterator[Any]:
        with opened(self.folder / "zusage.yaml", clock=lambda: NOW + self.after) as product:
            yield product
            product.state.close()

    def order(self, operation: str = "transfer", case: str = "C-0001", by: str = "clerk-1", **more: Any) -> Standing:
        more = more or {"to": "pool"}
        with self.product() as product:
            return give(product, case, ORDER.validate_python({"operation": operation, **more}), Taker(name=by))

    def events(self, case: str = "C-0001") -> list[tuple[str, str]]:
        with self.product() as product:
            return [(one.kind, one.detail) for one in product.state.cases.get(case).events]

    def sealed(self) -> list[Path]:
        """Packages that lie in our own folder."""
        return sorted((self.folder / ".zusage" / "transfers").glob("*"))


def made(folder: Path) -> Asking:
    """The world of cases, with a recipient that takes packages."""
    world = Asking.make(folder)
    world.rewrite("recipients:\n", RECIPIENT)
    return world


def opened_case(world: Asking, customer: int = 1, *, granted: bool = True) -> None:
    """A request for portability of somebody who has shown who they are."""
    for words in (
        f"case open | --right portability --person customer={customer} --by clerk-1",
        "case identify | C-0001 --how login --by clerk-1",
        *(["case grant | C-0001 --by clerk-1"] if granted else []),
    ):
        code, said = world.run(words)
        assert code == 0, said


@contextmanager
def listening(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[OtherController]:
    """Another controller, and the environment that leads to it."""
    with other_controller(folder / "taken", Authority(folder / "authority")) as other:
        other.token = "letmein-77"
        patch.setenv("OTHER", other.url)
        patch.setenv("OTHER_AUTHORITY", str(other.authority))
        patch.setenv("OTHER_TOKEN", other.token)
        yield other
