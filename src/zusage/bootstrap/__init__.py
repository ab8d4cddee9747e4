"""The only place that wires rooms together.

Here lies what every face needs: opening a product, its plans, holds, roles. In rooms of their own, each above those before it:
``looking``, what planning sees; ``register``, what was erased, under codes; ``changing``, being the only one that
changes; ``recipients``, who received something; ``rights``, what a
person may demand; ``telling``, that recipients are told of it; ``cases``, people's requests; ``proving``, what the prover is given;
``backups``, that erased stays erased; ``canary``, the synthetic person. import-linter holds the order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from zusage import PROGRAM
from zusage.promises.loading import load

from .plans import approve, note_of, read_plan
from .product import Product, now
from .surveying import survey_of

__all__ = ["PROGRAM", "Product", "approve", "note_of", "now", "opened", "read_plan", "survey_of"]


@contextmanager
def opened(manifest: Path, folder: Path | None = None, clock: Callable[[], datetime] = now) -> Iterator[Product]:
    """The product for a manifest; our own folder is ``.zusage`` beside it unless named. Raises ManifestError."""
    product = Product(loaded=load(manifest), folder=folder or beside(manifest), clock=clock)
    try:
        yield product
    finally:
        product.close()


def beside(manifest: Path) -> Path:
    """Where our own folder is unless it is named."""
    return (manifest if manifest.is_dir() else manifest.parent) / ".zusage"
