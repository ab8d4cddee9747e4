"""Records of consent in the state: chained, append-only in the database itself, emptied when their time is over."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import wait
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connections

from zusage.consent.record import BEFORE_FIRST, Answer, Choice, Record, digest_of, linked
from zusage.state import State
from zusage.state.acknowledged import Acknowledged, acknowledged
from zusage.state.errors import ConsentsStopped, ConsentsTorn
from zusage.state.grouping import Grouped

AT = datetime(2026, 11, 27, 12, tzinfo=UTC)


def choice(subject: str = "a", answer: Answer = "given", at: datetime = AT, days: int = 180) -> Choice:
    return Choice(
        subject=subject * 64, text="0" * 64, language="de", site="https://shop.example", how="settings",
        answers={"analytics": answer}, at=at, until=at + timedelta(days=days),
    )  # fmt: skip


def sql(state: State, statement: str) -> int:
    with connections[state.alias].cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)


def test_records_follow_each_other_in_one_chain_across_groups(state: State) -> None:
    made = [*state.consents.append([choice(), choice("b", "refused")]), *state.consents.append([choice("a", "withdrawn")])]
    assert [one.number for one in made] == [1, 2, 3]
    digest = BEFORE_FIRST
    for one in made:
        digest = linked(digest, one.number, one.choice.at, digest_of(one.content))
        assert one.digest == digest
    assert state.consents.head() == (3, digest)


def test_what_was_recorded_is_read_back_as_it_was(state: State) -> None:
    made = state.consents.append([choice(), choice("b"), choice("a", "withdrawn")])
    assert state.consents.of("a" * 64) == (made[0], made[2])
    assert state.consents.named(made[1].id) == made[1]
    assert state.consents.named("no such record") is None
    assert tuple(state.consents.all()) == made


def test_nothing_recorded_is_nothing_changed(state: State) -> None:
    assert state.consents.append([]) == ()
    assert state.consents.head() == (0, BEFORE_FIRST)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE zusage_consent SET content = 'x'",
        "UPDATE zusage_consent SET subject = NULL",
        "UPDATE zusage_consent SET erased_at = '2026-01-01'",
        "UPDATE zusage_consent SET erased_at = '2026-01-01', content = NULL, subject = NULL, record = NULL, digest = 'x'",
        "DELETE FROM zusage_consent",
    ],
)
def test_the_database_itself_refuses_to_change_or_delete_a_record(state: State, statement: str) -> None:
    state.consents.append([choice()])
    with pytest.raises(DatabaseError, match="append-only"):
        sql(state, statement)
    assert len(state.consents.of("a" * 64)) == 1


def test_a_record_that_was_altered_behind_the_databases_back_is_not_read(state: State) -> None:
    state.consents.append([choice()])
    sql(state, "DROP TRIGGER zusage_consent_stays")
    assert sql(state, "UPDATE zusage_consent SET content = replace(content, 'given', 'refused')") == 1
    with pytest.raises(ConsentsTorn, match="record 1"):
        state.consents.of("a" * 64)


def test_without_the_row_that_counts_nothing_is_recorded(state: State) -> None:
    sql(state, "DELETE FROM zusage_consent_head")
    with pytest.raises(ConsentsTorn):
        state.consents.append([choice()])


def test_the_chain_goes_on_where_another_process_has_written_in_between(state: State) -> None:
    other = type(state.consents)(state.alias)
    made = [
        record for writer, name in ((state.consents, "a"), (other, "b"), (other, "c"), (state.consents, "d"), (other, "e"))
        for record in writer.append([choice(name), choice(name, "withdrawn")])
    ]  # fmt: skip
    assert [one.number for one in made] == list(range(1, 11))
    digest = BEFORE_FIRST
    for one in made:
        digest = linked(digest, one.number, one.choice.at, digest_of(one.content))
        assert one.digest == digest
    assert tuple(state.consents.all()) == tuple(made)
    assert state.consents.head() == (10, digest)


def test_a_group_that_the_database_refuses_leaves_nothing_and_the_next_is_recorded(state: State) -> None:
    state.consents.append([choice()])
    sql(
        state,
        "CREATE TRIGGER no_b BEFORE INSERT ON zusage_consent WHEN NEW.subject LIKE 'b%' BEGIN SELECT RAISE(ABORT, 'no'); END",
    )
    with pytest.raises(DatabaseError):
        state.consents.append([choice("a"), choice("b")])
    assert state.consents.head()[0] == 1
    assert [one.number for one in state.consents.append([choice("c")])] == [2]
    assert len(tuple(state.consents.all())) == 2


# -- retention ---------------------------------------------------------------------------------------------------


def test_a_record_is_emptied_when_its_choice_ended_long_enough_ago(state: State) -> None:
    old, now = AT - timedelta(days=1500), AT
    state.consents.append([choice("a", at=old), choice("b", at=AT - timedelta(days=900), days=800), choice("c")])
    cutoff = now - timedelta(days=1095)
    assert state.consents.erase(cutoff, now) == 1
    assert state.consents.of("a" * 64) == ()
    assert len(state.consents.of("b" * 64)) == len(state.consents.of("c" * 64)) == 1
    assert state.consents.erase(cutoff, now) == 0


def test_a_choice_ends_when_the_same_person_decides_anew(state: State) -> None:
    first = choice("a", at=AT - timedelta(days=100), days=9999)
    state.consents.append(
        [first, choice("a", "withdrawn", at=AT - timedelta(days=50), days=9999), choice("b", at=first.at, days=9999)]
    )
    assert state.consents.erase(AT - timedelta(days=40), AT) == 1
    assert [one.choice.answers["analytics"] for one in state.consents.of("a" * 64)] == ["withdrawn"]
    assert len(state.consents.of("b" * 64)) == 1


def test_an_emptied_record_keeps_its_place_in_the_chain_and_nothing_else(state: State) -> None:
    made = state.consents.append([choice("a", at=AT - timedelta(days=2000)), choice("b")])
    head = state.consents.head()
    state.consents.erase(AT - timedelta(days=1095), AT)
    with connections[state.alias].cursor() as cursor:
        cursor.execute(
            "SELECT number, record, subject, until, content, content_digest, digest FROM zusage_consent WHERE number = 1"
        )
        assert cursor.fetchone() == (1, None, None, None, None, made[0].content_digest, made[0].digest)
    assert state.consents.head() == head
    assert state.consents.digests(1) == (made[0].content_digest, made[0].digest)
    assert state.consents.append([choice("c")])[0].number == 3


# -- groups ------------------------------------------------------------------------------------------------------


def test_many_callers_at_once_each_get_their_own_record(state: State, tmp_path: Path) -> None:
    noted = Acknowledged(tmp_path)
    grouped = Grouped(state.consents, lambda record: noted.note(record.number, record.digest))
    found: list[Record] = []

    def caller(name: str) -> None:
        for _ in range(5):
            found.append(grouped.record(choice(name)).result())

    threads = [threading.Thread(target=caller, args=(letter,)) for letter in "abcdefgh"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    grouped.close()
    assert sorted(one.number for one in found) == list(range(1, 41))
    assert all(one.choice.subject[0] in "abcdefgh" for one in found)
    assert acknowledged(tmp_path) == state.consents.head()


class Noting:
    """Records, and notes how many came together."""

    def __init__(self, state: State) -> None:
        self.state, self.sizes = state, list[int]()

    def append(self, choices: Sequence[Choice]) -> tuple[Record, ...]:
        self.sizes.append(len(choices))
        return self.state.consents.append(choices)


def test_what_is_chosen_in_one_turn_of_an_event_loop_is_recorded_together_and_never_past_the_limit(state: State) -> None:
    noting = Noting(state)
    grouped = Grouped(noting, lambda record: None, limit=20)

    async def turn() -> list[Record]:
        return await asyncio.gather(*(grouped.recorded(choice()) for _ in range(32)))

    made = asyncio.run(turn())
    grouped.close()
    assert [one.number for one in made] == list(range(1, 33))
    assert noting.sizes == [20, 12]


def test_what_an_event_loop_handed_in_before_the_end_is_recorded(state: State) -> None:
    grouped = Grouped(state.consents, lambda record: None)

    async def ending() -> Record:
        waiting = grouped.recorded(choice())
        await asyncio.to_thread(grouped.close)
        with pytest.raises(ConsentsStopped):
            grouped.recorded(choice())
        return await waiting

    assert asyncio.run(ending()).number == state.consents.head()[0] == 1


class Failing:
    """A database that is gone."""

    def append(self, choices: object) -> tuple[Record, ...]:
        raise ConsentsTorn(why="gone")


def test_what_could_not_be_recorded_is_never_acknowledged(tmp_path: Path) -> None:
    noted: list[int] = []
    grouped = Grouped(Failing(), lambda record: noted.append(record.number))
    done = grouped.record(choice())
    wait([done])
    assert isinstance(done.exception(), ConsentsTorn)
    grouped.close()
    assert noted == []


def test_after_the_end_nothing_is_taken_and_what_was_handed_in_is_recorded(state: State) -> None:
    grouped = Grouped(state.consents, lambda record: None)
    waiting = [grouped.record(choice()) for _ in range(20)]
    grouped.close()
    assert all(one.done() for one in waiting)
    with pytest.raises(ConsentsStopped):
        grouped.record(choice())
    assert state.consents.head()[0] == 20


def test_the_witness_never_goes_back(tmp_path: Path) -> None:
    assert acknowledged(tmp_path) is None
    first, second = Acknowledged(tmp_path), Acknowledged(tmp_path)
    second.note(7, "b" * 64)
    first.note(5, "a" * 64)
    assert acknowledged(tmp_path) == (7, "b" * 64)
