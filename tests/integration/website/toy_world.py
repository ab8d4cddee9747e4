"""A toy shop that is served, and what a look at it comes to."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zusage.bootstrap import opened
from zusage.testing.authority import Authority
from zusage.testing.toy import Meddling, Toy


@contextmanager
def served(folder: Path, meddling: Meddling = Meddling()) -> Iterator[Toy]:  # noqa: B008 - a frozen value
    """The shop, as somebody meddles with it."""
    toy = Toy(folder, meddling).start(Authority(folder))
    try:
        yield toy
    finally:
        toy.close()


def verdicts(manifest: Path) -> dict[str, tuple[str, str]]:
    """Promise → verdict and reason, by a look that is sealed."""
    with opened(manifest, manifest.parent / "own") as product:
        return {one.promise.id: (one.judgement.verdict.value, one.judgement.reason) for one in product.verify()}


def broken(found: dict[str, tuple[str, str]]) -> list[str]:
    """The promises that are."""
    return [promise for promise, (verdict, _) in found.items() if verdict == "broken"]
