"""What a rule takes is witnessed: whoever had received it is noted at one look, and the next asks whether they were told."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.integration.servers import MariaDB, Postgres
from zusage.cli import cli
from zusage.cli.failing import reported
from zusage.evidence.observation import Recipients
from zusage.evidence.verdict import Verdict
from zusage.promises.inventory import Inventory
from zusage.rights.notification import Occasion
from zusage.testing.mariadb_bench import MariaDbBench
from zusage.testing.postgres_bench import PASSWORD, READER, WRITER, PostgresBench
from zusage.vault.files import KEY as VAULT_KEY

from .witness_world import PROMISE, Shop

ALL = [("carrier", "customer:1"), ("carrier", "customer:2"), ("host", "shop.visit:1")]


def _in_a_file(folder: Path) -> Shop:
    file = folder / "shop.sqlite3"

    def by(statements: Sequence[str]) -> None:
        with closing(sqlite3.connect(file)) as database, database:
            for statement in statements:
                database.execute(statement)

    return Shop.make(folder, f'url: "sqlite:///{file}"', by)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return _in_a_file(tmp_path)


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """The shop on each kind of database."""
    system = 'url: "${READER_URL}", writer: "${WRITER_URL}"'
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres_server")
        bench = PostgresBench(server.url())
        bed = bench.build(Inventory("shop", "postgresql", {}), {})
        for name, role in (("READER", READER), ("WRITER", WRITER)):
            monkeypatch.setenv(f"{name}_URL", bed.address(role, PASSWORD))
        yield Shop.make(tmp_path, system, lambda found: bed.by(*found))
        bench.close()
    elif request.param == "mariadb":
        maria: MariaDB = request.getfixturevalue("mariadb_server")
        other = MariaDbBench(maria.url())
        made = other.build(Inventory("shop", "mariadb", {}), {})
        for role in ("reader", "writer"):
            monkeypatch.setenv(f"{role.upper()}_URL", made.address(role))
        yield Shop.make(tmp_path, system, lambda found: made.by(f"USE `{made.name}`", *found))
        other.close()
    else:
        yield _in_a_file(tmp_path)


def test_who_had_received_what_goes_next_is_noted_and_found_on_the_lists_afterwards(anywhere: Shop) -> None:
    shop = anywhere
    assert shop.seen().rules == 2
    assert shop.noted() == ALL  # of what goes next, and only of who must be told
    shop.later(days=1)
    assert (shop.seen().there, shop.seen().witnessed) == (3, 0)
    shop.later(days=1)
    shop.apply(lost=False)
    shop.tell("none", [])  # everybody on the lists
    found = shop.look()
    assert found.judgement.verdict is Verdict.KEPT
    assert "all 3 that were noted before a rule took the rows are on a list" in found.judgement.reason
    assert shop.noted() == []


@pytest.mark.parametrize("missing", range(3))
def test_who_was_noted_and_is_told_of_nothing_is_found_at_each_later_look(shop: Shop, missing: int) -> None:
    shop.seen()
    shop.later(days=2)
    plan = shop.apply()
    shop.tell(plan, [one for n, one in enumerate(ALL) if n != missing])
    for _ in range(2):
        found = shop.look()
        assert found.judgement.verdict is Verdict.BROKEN
        assert isinstance(found.seen.observation, Recipients)
        assert found.seen.observation.silent == 1
    shop.tell(plan, [ALL[missing]], at=shop.now)
    assert shop.look().judgement.verdict is Verdict.KEPT
    assert not shop.noted()


def test_a_row_that_waits_for_what_goes_with_the_same_plan_is_noted_too(anywhere: Shop) -> None:
    shop = anywhere
    shop.rewrite(
        "shop.visit: {classes",
        "shop.note: {part_of: shop.visit via visit_id, classes: {order: [text]}, structure: [at]}, shop.visit: {classes",
    )
    shop.rewrite(
        "from: at}]", "from: at, waits_for: [shop.note via visit_id]}, {name: notes, data: shop.note, at_most: P10D, from: at}]"
    )
    shop.by(
        [
            "CREATE TABLE note (id INTEGER PRIMARY KEY, visit_id INTEGER, text VARCHAR(9), at TIMESTAMP NULL)",
            "UPDATE visit SET at = '2026-05-02 18:00:00'",
            "INSERT INTO note VALUES (1, 1, 'old', '2026-05-02 18:00:00'), (2, 2, 'young', '2026-05-31 18:00:00')",
        ]
    )
    shop.seen()
    assert ("host", "shop.visit:1") in shop.noted()
    assert ("host", "shop.visit:2") not in shop.noted()  # its note stays
    shop.later(days=2)
    shop.tell(shop.apply(), ALL[:2])
    assert shop.seen().silent == 2  # the host, of the visit and of its note


def test_no_key_and_no_value_is_kept_of_a_row(shop: Shop) -> None:
    shop.seen()
    with shop.opened() as product:
        found = [str(value) for place, value in product.state.cells() if "sighting" in place]
    assert any("carrier" in one for one in found)
    assert not [one for one in found if one in ("A1", "customer:1", "shop.visit:1", "2023-06-01 18:00:00", "name of 1")]


def test_a_notice_from_before_the_row_was_seen_tells_nothing_of_it(shop: Shop) -> None:
    shop.seen()
    shop.later(days=2)
    shop.apply()
    shop.tell("0" * 64, ALL, at=shop.now.replace(year=2025))
    assert shop.look().judgement.verdict is Verdict.BROKEN


def test_rows_that_the_service_itself_deletes_are_counted_apart(shop: Shop) -> None:
    shop.seen()
    shop.later(hours=1)
    shop.by(["DELETE FROM visit WHERE id = 1"])
    found = shop.seen()
    assert (found.otherwise, found.witnessed, found.there) == (1, 0, 2)
    assert shop.seen().otherwise == 0


def _answer(shop: Shop, rows: int, *, rule: str = "visits/seen", to: str = "host") -> int | None:
    words = ["--because", "a job of the service deleted it that night and told the host", "--by", "dpo"]
    return reported(cli, ["notices", "answer", str(shop.folder / "zusage.yaml"), rule, "--to", to, "--rows", str(rows), *words])


def _missed_by_the_plan(shop: Shop) -> None:
    """The service deletes a visit that was noted, and the plan takes another that has become due: nobody can tell who was first."""
    shop.by(["INSERT INTO visit VALUES (3, 'somebody', '2026-05-02 17:00:00')"])
    shop.seen()
    shop.by(["DELETE FROM visit WHERE id = 1"])
    shop.later(days=2)
    shop.apply(lost=False)
    shop.tell("none", [])


def test_a_row_that_the_service_deleted_while_a_plan_was_at_work_is_closed_by_an_answer_and_by_nothing_else(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    _missed_by_the_plan(shop)
    found = shop.look()
    assert found.judgement.verdict is Verdict.BROKEN
    assert "zusage notices silent" in found.judgement.reason
    shop.later(days=200)
    assert shop.look().judgement.verdict is Verdict.BROKEN  # it does not go away by itself
    assert reported(cli, ["notices", "silent", str(shop.folder / "zusage.yaml")]) == 1
    assert re.search(r"visits/seen +host +1 +2026-06-01 09:00 +nobody", capsys.readouterr().out)
    for wrong in (_answer(shop, 2), _answer(shop, 1, to="carrier"), _answer(shop, 1, rule="orders/done")):
        assert wrong == 3
    assert "Look at `zusage notices silent`" in capsys.readouterr().err
    assert shop.look().judgement.verdict is Verdict.BROKEN
    assert _answer(shop, 1) == 0
    assert _answer(shop, 1) == 3
    capsys.readouterr()
    for _ in range(2):
        closed = shop.look()
        assert closed.judgement.verdict is Verdict.KEPT
        assert re.search(r"on a list; for 1 on none somebody answers: AN-0001 of 20\d\d-\d\d-\d\d", closed.judgement.reason)
    assert reported(cli, ["notices", "silent", str(shop.folder / "zusage.yaml")]) == 0
    assert "dpo, 20" in capsys.readouterr().out


def test_an_answer_is_for_what_was_seen_and_whatever_goes_untold_later_is_broken(shop: Shop) -> None:
    _missed_by_the_plan(shop)
    shop.look()
    assert _answer(shop, 1) == 0
    assert shop.seen().silent == 0
    shop.by(["INSERT INTO visit VALUES (1, 'somebody else', '2026-05-05 18:00:00')"])  # the same key, given again
    shop.seen()
    shop.later(days=2)
    shop.tell(shop.apply(), ALL[:2])
    lost = shop.look()
    assert lost.judgement.verdict is Verdict.BROKEN
    assert isinstance(lost.seen.observation, Recipients)
    assert (lost.seen.observation.silent, sum(lost.seen.observation.answered.values())) == (1, 1)


def test_an_answer_is_sealed_by_its_digest_and_one_that_was_altered_is_another(shop: Shop) -> None:
    from zusage.evidence.entry import observation_of, read

    _missed_by_the_plan(shop)
    shop.look()
    with shop.opened() as product:
        before = product.state.sightings.all()
    assert _answer(shop, 1) == 0
    with shop.opened() as product:
        product.state.sightings.note(before)  # a look that was under way in the meantime
    shop.look()
    with shop.opened() as product:
        from zusage.state.models import SilenceRow  # can be imported only now that the state is open

        SilenceRow.objects.using(product.state.alias).update(because="it was told")
    shop.look()
    with shop.opened() as product:
        entries = [read(entry) for entry in product.log.entries()]
        assert b"night" not in b"".join(product.log.entries())
    sealed = [observation_of(one) for one in entries if one.get("promise") == PROMISE][-2:]
    digests = [list(one.answers.values()) for one in sealed if isinstance(one, Recipients)]
    assert [len(one) for one in digests] == [1, 1]
    assert digests[0] != digests[1]


def test_an_answer_is_forgotten_with_what_it_is_about(shop: Shop) -> None:
    _missed_by_the_plan(shop)
    shop.look()
    assert _answer(shop, 1) == 0
    shop.later(days=370)  # nobody needs to have it on record any more who was told
    shop.look()
    with shop.opened() as product:
        assert not product.state.silences.answered()


def test_a_step_that_came_too_late_for_a_row_is_not_taken_for_who_deleted_it(shop: Shop) -> None:
    shop.seen()
    shop.later(days=2)
    plan = shop.planned()
    shop.by(["DELETE FROM visit WHERE id = 1"])
    shop.carry_out()
    shop.tell(plan, ALL[:2])
    found = shop.seen()
    assert (found.otherwise, found.witnessed, found.silent) == (1, 2, 0)


def test_what_cannot_be_looked_at_is_undecided_and_judged_later(shop: Shop) -> None:
    shop.seen()
    shop.later(days=2)
    shop.tell(shop.apply(), ALL[1:])
    file = shop.folder / "shop.sqlite3"
    file.rename(shop.folder / "away")
    blind = shop.look()
    assert blind.judgement.verdict is Verdict.UNDECIDED
    assert "what 2 of 2 rules have taken could not be looked at" in blind.judgement.reason
    (shop.folder / "away").rename(file)
    assert shop.look().judgement.verdict is Verdict.BROKEN


@pytest.mark.parametrize("lost", [True, False])
def test_of_what_is_blocked_nobody_is_told_before_it_goes_from_the_vault(shop: Shop, *, lost: bool) -> None:
    shop.rewrite(
        "at_most: P3Y, from: completed}",
        "at_least: P10Y, at_most: P10Y, from: completed, purpose_ends: {from: completed, after: P3Y}}",
    )
    shop.by(["DELETE FROM visit"])
    shop.seen()
    shop.later(days=2)
    shop.apply()
    waiting = shop.seen()
    assert (waiting.there, waiting.witnessed, waiting.silent) == (2, 0, 0)
    assert shop.noted() == ALL[:2]
    for _ in range(8):
        shop.later(days=330)  # after a longer pause a plan would need a second person
        shop.seen()
    shop.apply(lost=lost)
    gone = shop.seen()
    assert (gone.there, gone.witnessed, gone.silent) == (1, 2, 2 * lost)  # and the fourth order waits


def test_lists_are_gone_through_as_the_register_has_them(shop: Shop) -> None:
    shop.by(["INSERT INTO disclosure VALUES (9, 10, 'Host')"])  # a list of two
    shop.later(days=2)
    shop.apply(lost=False)
    with shop.opened() as product:
        notices = product.state.notices
        from zusage.state.models import NoticeRow  # can be imported only now that the state is open
        from zusage.state.notices import Listed

        notices.prepare(Occasion(kind="corrected", about="RC-0001", code="c", at=shop.now), ())
        notices.receive("N-0001", "status 204", shop.now)

        def register() -> list[Listed]:
            return [
                Listed(
                    one.occasion,
                    one.settled,
                    None if one.notices is None else tuple((n.recipient, n.state, n.told_at) for n in one.notices),
                )
                for one in notices.told()
            ]

        assert list(notices.lists()) == register()
        assert sorted(len(one.whom or ()) for one in register()) == [0, 1, 1, 2]
        first = next(one for one in notices.all() if one.recipient == "host")
        NoticeRow.objects.using(product.state.alias).filter(key=first.key).delete()
        assert list(notices.lists()) == register()
        assert [one.whom for one in register()].count(None) == 1


def test_a_key_that_others_can_read_makes_it_undecided_and_stops_no_look(shop: Shop) -> None:
    shop.seen()
    key = shop.folder / ".zusage" / VAULT_KEY
    key.chmod(0o644)
    blind = shop.look()
    assert blind.judgement.verdict is Verdict.UNDECIDED
    assert "could not be looked at" in blind.judgement.reason
    key.chmod(0o600)
    assert shop.seen().there == 3
