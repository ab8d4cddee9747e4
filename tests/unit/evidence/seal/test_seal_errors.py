"""Every error says what, where, why and what to do."""

import inspect
import re
from string import Formatter

import pytest

import zusage.evidence.seal.errors as log_errors
import zusage.sealing.errors as note_errors
from zusage.sealing import SealingError

ERRORS = sorted(
    {
        item
        for module in (log_errors, note_errors)
        for _, item in inspect.getmembers(module, inspect.isclass)
        if issubclass(item, SealingError) and item is not SealingError
    },
    key=lambda item: item.__name__,
)


def test_there_are_errors_to_look_at() -> None:
    assert len(ERRORS) > 20


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_a_message_has_what_and_where_then_why_then_what_to_do(error: type[SealingError]) -> None:
    what, rest = (inspect.getdoc(error) or "").split("\n\n")
    assert re.search(r"\{\w+\}", what)
    assert len(re.findall(r"[.}](?:\s|$)", rest)) >= 2


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_a_message_is_filled_in(error: type[SealingError]) -> None:
    names = {name for _, name, _, _ in Formatter().parse(inspect.getdoc(error) or "") if name}
    message = str(error(**{name: f"<{name}>" for name in names}))
    assert all(f"<{name}>" in message for name in names)
    assert "{" not in message
    assert "\n" not in message
