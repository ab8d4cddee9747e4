"""The self-check of what records a visit, in a real Chromium: it is believed only where it noticed every kind of entry."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from zusage.connectors.website.browser import Chromium
from zusage.connectors.website.selfcheck import sees


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with closing(Chromium()) as opened:
        yield opened


def test_everything_that_a_page_can_keep_and_call_is_noticed(chromium: Chromium) -> None:
    with chromium.visitor(lambda _: False, {}) as (context, gate):
        assert sees(context, gate)


@pytest.mark.parametrize("hides", ["ServiceWorkerContainer.prototype.register", "CacheStorage.prototype.open"])
def test_where_one_kind_is_not_noticed_the_recorder_is_not_believed(chromium: Chromium, hides: str) -> None:
    with chromium.visitor(lambda _: False, {}) as (context, gate):
        context.add_init_script(f"{hides} = async () => undefined")
        assert not sees(context, gate)
