"""Looking at two things at once: while a database answers one question, the next is put together."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from zusage.connectors.port import Reader
from zusage.connectors.trouble import SystemTrouble
from zusage.evidence.aim import alone, system_of

if TYPE_CHECKING:
    from zusage.evidence.look import Eyes, Seen
    from zusage.promises.promise import AnyPromise

    from ..product import Product
    from .looks import Looks

View = TypeVar("View")
Answer = TypeVar("Answer")
#: fewer questions are not worth a second connection
ENOUGH = 20


@contextmanager
def second(product: Product) -> Iterator[Mapping[str, Reader]]:
    """One more Reader of each database that lets one in, which knows the schema already; closed at the end."""
    from zusage.connectors.opening import open_reader

    opened: dict[str, Reader] = {}
    try:
        for name, system in product.loaded.manifest.databases.items():
            if not isinstance(first := product.readers[name], SystemTrouble):
                with suppress(SystemTrouble):  # then the first one answers everything
                    opened[name] = open_reader(name, system, first.survey())
        yield opened
    finally:
        for reader in opened.values():
            reader.close()


def in_turn(asked: Sequence[Callable[[View], Answer]], first: View, other: View) -> Generator[Answer, None, None]:
    """The answers in the order of the questions; every second question goes to the other one, in a thread of its own."""
    with ThreadPoolExecutor(1) as thread:
        ahead = {n: thread.submit(asked[n], other) for n in range(1, len(asked), 2)}
        try:
            for n, ask in enumerate(asked):
                yield ahead[n].result() if n in ahead else ask(first)
        finally:
            thread.shutdown(cancel_futures=True)


def looks(product: Product, eyes: Eyes, promises: Sequence[AnyPromise]) -> Iterator[Seen]:
    """What is seen of each promise, in their order; of those that one database answers alone, two at once."""
    if sum(map(alone, promises)) < ENOUGH:
        yield from map(eyes.look, promises)
        return
    with second(product) as readers:
        aside = [promise for promise in promises if alone(promise) and system_of(promise) in readers]
        other = replace(eyes, readers=readers, statements=[])
        waiting = {promise.id for promise in aside}
        with closing(in_turn([partial(_look, promise) for promise in aside], eyes, other)) as found:  # ends before the readers do
            for promise in promises:
                yield next(found) if promise.id in waiting else eyes.look(promise)


def _look(promise: AnyPromise, eyes: Eyes) -> Seen:
    return eyes.look(promise)


def weights(first: Looks, asked: Sequence[tuple[str, Callable[[Looks], Answer]]]) -> Generator[Answer, None, None]:
    """The answers to what planning asks of systems, in the order of the questions; of databases, two at once."""
    from .looks import Looks

    if len(asked) < ENOUGH:
        yield from (ask(first) for _, ask in asked)
        return
    with second(first.product) as readers:
        own = [ask for system, ask in asked if system in readers]
        with closing(in_turn(own, first, Looks(first.product, readers))) as found:
            for system, ask in asked:
                yield next(found) if system in readers else ask(first)
