"""Whether recipients were told, by the registers of what was done, and the verdict on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zusage.evidence.observation import Recipients
from zusage.evidence.recipients import Addressee, Noted, Operation, look_at_recipients
from zusage.evidence.verdict import Verdict, judge
from zusage.evidence.witness.sighting import Sighting, Witnessed
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
    missing: Sequence[tuple[datetime, int]] = ()

    def ledger(self, code: str) -> Sequence[tuple[str, datetime]]:
        return self.received.get(code, ())

    def operations(self) -> Sequence[Operation]:
        return self.done

    def occasions(self) -> Sequence[Noted]:
        return self.noted

    def lost(self) -> Sequence[tuple[datetime, int]]:
        return self.missing


@dataclass
class Asking:
    """Asks of one sighting."""

    sighting: Sighting
    answers: list[bool | None] = field(default_factory=list)

    def noted(self) -> Sequence[Sighting]:
        return [self.sighting]

    def look(
        self, noted: Sequence[Sighting], told: Callable[[Sighting], bool | None], on_record: Callable[[Sighting], bool]
    ) -> Witnessed:
        assert on_record(self.sighting)
        self.answers.append(told(self.sighting))
        return Witnessed()


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
    for name in ("unlisted", "late", "told_late", "omitted", "silent"):
        assert judge(replace(GOOD, **{name: 1})).verdict is Verdict.BROKEN


_SEALED = {
    "answered": st.dictionaries(st.sampled_from("ab"), st.integers(-2, 5)),
    "answers": st.dictionaries(st.sampled_from("ab"), st.just("digest")),
}


@given(st.builds(Recipients, **dict.fromkeys(Recipients.__dataclass_fields__, st.integers(-2, 5)) | _SEALED))
def test_counts_that_do_not_add_up_are_never_kept(seen: Recipients) -> None:
    if judge(seen).verdict is Verdict.KEPT:
        parts = (seen.told, seen.told_late, seen.excused, seen.waiting, seen.late)
        assert sum(parts) == seen.recipients
        assert min(parts) >= 0
        assert seen.told + seen.excused > 0
        assert seen.answered.keys() == seen.answers.keys()
        assert sum(seen.answered.values()) <= seen.witnessed
        assert (seen.late, seen.told_late, seen.unlisted, seen.torn, seen.omitted, seen.silent, seen.unseen) == (0,) * 7


def test_the_verdict_says_how_far_the_lists_of_rules_were_witnessed() -> None:
    assert "rule" not in judge(GOOD).reason
    assert "no list of one was witnessed" in judge(replace(GOOD, rules=1)).reason
    assert "all 2 that were noted" in judge(replace(GOOD, rules=1, witnessed=2)).reason
    assert "3 rows that were noted went otherwise than by Zusage" in judge(replace(GOOD, rules=1, otherwise=3)).reason
    assert "rows of 1 rules have no key" in judge(replace(GOOD, rules=1, blind=1)).reason
    assert judge(replace(GOOD, rules=2, unseen=1)).verdict is Verdict.UNDECIDED
    answered = replace(GOOD, rules=1, witnessed=3, answered={"AN-0001 of 2026-03-01": 1}, answers={"AN-0001 of 2026-03-01": "d"})
    assert "2 of 3 that were noted before a rule took the rows are on a list; for 1 on none somebody" in judge(answered).reason
    assert judge(replace(answered, answers={})).verdict is Verdict.UNDECIDED
    assert judge(replace(answered, witnessed=0)).verdict is Verdict.UNDECIDED
    assert judge(replace(answered, silent=1)).verdict is Verdict.BROKEN


PLAN = "rule abc"


def _by_rule(part: int, name: str | None, code: str = "c", settled: datetime | None = AT) -> Noted:
    told = (Addressee(AT + timedelta(days=1), excused=False, name=name),) if name else ()
    return Noted(f"{PLAN}/{part}", AT, told, code, by_rule=True, settled=settled)


def test_a_plan_of_rules_is_listed_by_any_of_its_batches_and_names_who_gets_the_data_of_everybody() -> None:
    done = [Operation(PLAN, AT, frozenset({"host"}))]

    def look(*noted: Noted) -> Recipients:
        return _look(Books(done, noted, {"c": [("printer", AT - timedelta(days=9))]}), date(2026, 4, 1))

    assert (look().unlisted, look().operations) == (1, 1)
    kept = look(_by_rule(1, "carrier"), _by_rule(2, "host"))
    assert (kept.unlisted, kept.omitted, kept.operations) == (0, 0, 1)  # the ledger is not about single rows
    assert look(_by_rule(1, "carrier")).omitted == 1
    assert look(_by_rule(1, None, settled=None)).omitted == 0  # interrupted: nobody can tell yet


def test_whether_somebody_was_told_of_a_row_follows_from_lists_since_it_was_seen() -> None:
    seen = Sighting(rule="orders/done", row="r", codes=frozenset({"c", "d"}), recipient="host", at=AT)
    before = Noted(
        "plan old", AT - timedelta(days=9), _by_rule(1, "host").addressees, "c", erased=True, settled=AT - timedelta(days=8)
    )
    for noted, expected in (
        ([], False),
        ([_by_rule(1, "host", "d")], True),
        ([_by_rule(1, "host", "other")], False),
        ([_by_rule(1, "carrier")], False),
        ([_by_rule(1, None, settled=None)], None),
        ([before], False),
        ([replace(before, settled=AT)], True),
        ([replace(_by_rule(1, "host"), addressees=None)], False),
    ):
        asking = Asking(seen)
        look_at_recipients(Books(noted=noted), PROMISE, "Europe/Berlin", date(2026, 4, 1), asking)
        assert asking.answers == [expected]
