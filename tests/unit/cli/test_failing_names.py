"""The errors whose messages are shown are named by text; each name must be that of an error."""

from __future__ import annotations

from importlib import import_module

import pytest

from zusage.cli.failing import OURS


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_error_that_is_named_is_defined_under_that_name(name: str) -> None:
    module, _, own = name.rpartition(".")
    kind = getattr(import_module(module), own)
    assert issubclass(kind, Exception)
    assert f"{kind.__module__}.{kind.__qualname__}" == name
