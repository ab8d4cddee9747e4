"""Whether recipients were told, by the registers of what was done, and the verdict on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zusage.evidence.observation import Recipients
from zusage.evidence.recipients import Addressee, Noted, Operation, look_at_recipients
from zusage.evidence.verdict import Verdict, judge
from zusage.promises.period import Period
from zusage.promises.promise import RecipientsTold

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
PROMISE = RecipientsTold(
    id="recipients-told", refs=(), path=("telling",), within=Period.parse("P14D"), kept=Period.parse("P3Y"), since=None
)
GOOD = Recipients(operations=2, unlisted=0, recipients=3, told=1, told_late=0, excused=1, waiting=1, late=0, torn=0, omitted=0)


@dataclass
class Books:
    done: Sequence[Operation] = ()
    noted: Sequence[Noted] = ()
    received: Mapping[str, Sequence[tuple[str, datetime]]] = field(default_factory=dict)

    def ledger(self, code: str) -> Sequence[tuple[str, datetime]]:
        return self.received.get(code, ())

    def operations(self) -> Sequence[Operation]:
        return self.done

    def occasions(self) -> Sequence[Noted]:
        return self.noted


def _look(books: Books, today: date, promise: RecipientsTold = PROMISE) -> Recipients:
    return look_at_recipients(books, promise, "Europe/Berlin", today)


@pytest.mark.parametrize(
    ("ended", "today", "name"),
    [
        (None, date(2026, 3, 15), "waiting"),  # the fourteenth day after the first of March
        (None, date(2026, 3, 16), "late"),
        (datetime(2026, 3, 15, 22, 59, tzinfo=UTC), date(2026, 4, 1), "told"),  # still the fifteenth in Berlin
        (datetime(2026, 3, 15, 23, 1, tzinfo=UTC), date(2026, 4, 1), "told_late"),
    ],
)
def test_each_recipient_has_its_receipt_by_the_last_day(ended: datetime | None, today: date, name: str) -> None:
    seen = _look(Books(noted=[Noted("RC-0001", AT, (Addressee(ended, excused=False),))]), today)
    assert getattr(seen, name) == seen.recipients == 1
    excused = _look(Books(noted=[Noted("RC-0001", AT, (Addressee(ended, excused=True),))]), today)
    assert excused.excused == 1


def test_what_was_done_and_is_on_no_list_is_seen_until_its_record_may_be_gone() -> None:
    books = Books(done=[Operation("R-0001 placed", AT)])
    assert judge(_look(books, date(2026, 3, 2))).verdict is Verdict.BROKEN
    assert _look(books, date(2029, 2, 28)).unlisted == 1
    assert _look(books, date(2029, 3, 1)).unlisted == 0
    assert _look(books, date(2026, 3, 2), replace(PROMISE, since=date(2026, 3, 2))).operations == 0
    assert _look(Books(done=books.done, noted=[Noted("R-0001 placed", AT, ())]), date(2026, 3, 2)).unlisted == 0


def test_nothing_done_and_nobody_told_show_nothing() -> None:
    assert judge(_look(Books(), date(2026, 3, 2))).verdict is Verdict.UNDECIDED
    nobody = Books(noted=[Noted("RC-0001", AT, ())])
    assert judge(_look(nobody, date(2026, 3, 2))).verdict is Verdict.UNDECIDED


def test_a_list_that_is_not_whole_is_never_kept() -> None:
    told = Noted("RC-0001", AT, (Addressee(AT + timedelta(days=1), excused=False),))
    assert judge(_look(Books(noted=[told]), date(2026, 4, 1))).verdict is Verdict.KEPT
    assert judge(_look(Books(noted=[told, Noted("RC-0002", AT, None)]), date(2026, 4, 1))).verdict is Verdict.UNDECIDED


def test_who_had_received_data_and_is_on_no_list_is_seen_unless_an_earlier_erasure_told_them() -> None:
    told = (Addressee(AT + timedelta(days=1), excused=False, name="carrier"),)
    before, since = AT - timedelta(days=1), AT + timedelta(days=1)
    noted = [Noted("plan a", AT, told, "c", erased=True)]

    def omitted(at: datetime, *more: Noted, must: str = "carrier", name: str = "printer") -> int:
        books = Books([Operation("plan a", AT, frozenset({must}))], [*noted, *more], {"c": [(name, at)]})
        return _look(books, date(2026, 4, 1)).omitted

    assert (omitted(before), omitted(since), omitted(before, name="carrier")) == (1, 0, 0)
    assert omitted(since, must="printer") == 1
    later = Noted("plan b", AT + timedelta(days=9), (), "c", erased=True)
    assert (omitted(before, later, name="carrier"), omitted(since, later, name="carrier")) == (0, 1)
    assert omitted(before, Noted("plan b", AT + timedelta(days=9), None, "c", erased=True), name="carrier") == 0


def test_one_behind_or_unlisted_breaks_whatever_else_is_seen() -> None:
    assert judge(GOOD).verdict is Verdict.KEPT
    for name in ("unlisted", "late", "told_late", "omitted"):
        assert judge(replace(GOOD, **{name: 1})).verdict is Verdict.BROKEN


@given(st.builds(Recipients, **dict.fromkeys(Recipients.__dataclass_fields__, st.integers(-2, 5))))
def test_counts_that_do_not_add_up_are_never_kept(seen: Recipients) -> None:
    if judge(seen).verdict is Verdict.KEPT:
        parts = (seen.told, seen.told_late, seen.excused, seen.waiting, seen.late)
        assert sum(parts) == seen.recipients
        assert min(parts) >= 0
        assert seen.told + seen.excused > 0
        assert (seen.late, seen.told_late, seen.unlisted, seen.torn, seen.omitted) == (0, 0, 0, 0, 0)
