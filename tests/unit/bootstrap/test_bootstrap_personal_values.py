"""Values of people are shown to nobody who did not ask for them: what a log, a debugger or an error prints of them has none."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from zusage.bootstrap.cases import carried_out
from zusage.bootstrap.recipients import notifying
from zusage.bootstrap.rights import answering, correcting, correction_notes, ending, hiding, stating
from zusage.connectors.notifying import Letter
from zusage.documents.answering import HeldRows
from zusage.documents.notification import Notification
from zusage.documents.requested import Requested
from zusage.planning.holding import Person
from zusage.vault import Document

OTTER = "Otter-77"
WHO = Person(people="customer", key=OTTER)
AT = datetime(2026, 3, 1, tzinfo=UTC)
VALUES = (
    WHO,
    answering.Asked(people="customer", given=OTTER, by_address=True),
    correcting.Wish(person=WHO, table="shop.customer", column="name", value=OTTER, by="clerk", row=f"name = '{OTTER}'"),
    correction_notes.Correction(id="RC-0001", table="shop.customer", column="name", before=OTTER, after=OTTER, at="2026-06-01"),
    ending.Found(holds=(), addresses=frozenset({OTTER}), codes=frozenset()),
    carried_out.Done(words=OTTER),
    hiding.Hidden(
        table="shop.file", pattern="{id}", path=Path(OTTER), mode=0o600, changed=1, owner=(0, 0), content=OTTER.encode()
    ),
    notifying.Corrected(table="shop.customer", column="name", before=OTTER, after=OTTER),
    ending.Wish(activity="letter", by="clerk", address=OTTER),
    stating.Wish(person=WHO, table="shop.customer", text=OTTER, by="clerk"),
    HeldRows(table="shop.customer", classes=(), columns=("name",), rows=((OTTER,),)),
    Notification(number="1", what="erased", on=AT.date(), identities={"name": [OTTER]}, corrected=None, public=False),
    Requested(right="access", received=AT.date(), until=None, words=OTTER),
    Letter(
        key="1", kind="erased", at=AT, controller="Example", identities={"name": [OTTER]}, corrected=None, public=False,
        subject="Notification", text=OTTER,
    ),
    Document(
        system="shop", table="customer", key=(OTTER,), rule="a/b", started_on=date(2026, 1, 1), delete_from=date(2027, 1, 1),
        row={"name": OTTER},
    ),
)  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=lambda one: f"{type(one).__module__}.{type(one).__name__}")
def test_what_is_printed_of_a_value_has_nothing_of_the_person(value: object) -> None:
    held = {name: getattr(value, name) for name in value.__dataclass_fields__}  # type: ignore[attr-defined]
    assert OTTER in str({name: one.key if isinstance(one, Person) else one for name, one in held.items()})
    assert OTTER not in repr(value)
    assert type(value).__name__ in repr(value)
