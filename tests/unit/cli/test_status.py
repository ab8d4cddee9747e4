"""The status is what was sealed last: nothing is looked at, and silence is told apart from all being well."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from cli_world import World

from zusage.bootstrap import opened

NOW = datetime.now(UTC).replace(microsecond=0)


def look(world: World, ago: timedelta = timedelta()) -> None:
    """A look at another time."""
    with opened(world.manifest, clock=lambda: NOW - ago) as product:
        product.verify()


def stand(world: World, promise: str, *more: str) -> dict[str, str]:
    found = world.run("status", "--json", *more).json["promises"]
    return next(one for one in found if one["promise"] == promise)


def test_before_the_first_look_everything_is_undecided(world: World) -> None:
    ended = world.run("status")
    assert ended.code == 2
    assert "nobody has looked yet" in ended.out


def test_asking_leaves_nothing_behind(world: World) -> None:
    world.run("status")
    assert not world.own.exists()


def test_what_is_broken_is_said_with_code_one(world: World) -> None:
    look(world)
    ended = world.run("status")
    assert ended.code == 1
    assert "✘ broken     orders/claims/at-most" in ended.out


def test_when_everything_is_kept_it_ends_with_zero(world: World) -> None:
    world.keep_everything()
    ended = world.run("status")
    assert ended.code == 0
    assert "0 broken, 0 undecided" in ended.out


def test_what_is_only_undecided_is_said_with_code_two(world: World) -> None:
    world.approved_plan()
    world.ok("apply")
    world.run("verify")
    world.run("verify")
    assert world.run("status").code == 2


def test_a_verdict_stands_since_it_was_first_found(world: World) -> None:
    for days in (5, 3, 1):
        look(world, timedelta(days=days))
    assert stand(world, "orders/claims/at-most")["since"] == (NOW - timedelta(days=5)).isoformat()


def test_a_changed_verdict_stands_since_the_change(world: World) -> None:
    look(world, timedelta(days=5))
    world.sql("UPDATE purchase SET number = '' WHERE id = 5")
    look(world, timedelta(days=3))
    look(world, timedelta(days=1))
    found = stand(world, "every-row/purchases-have-a-number")
    assert (found["verdict"], found["since"]) == ("broken", (NOW - timedelta(days=3)).isoformat())


def test_no_system_is_looked_at(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    look(world)
    world.database.unlink()
    monkeypatch.delenv("TEST_SHOP_URL")
    assert world.run("status").code == 1


def test_a_look_that_is_too_old_is_undecided_whatever_it_found(world: World) -> None:
    world.keep_everything()
    assert world.run("status", "--max-age", "P1D").code == 0
    with opened(world.manifest, clock=lambda: NOW + timedelta(days=2)) as product:
        from zusage.bootstrap.asking import overview
        from zusage.promises.period import Period

        assert overview(product, Period.parse("P1D")).status.verdict.value == "undecided"
        assert overview(product, Period.parse("P3D")).status.verdict.value == "kept"


def test_the_dead_mans_switch_says_why(world: World) -> None:
    look(world, timedelta(days=2))
    assert world.run("status").code == 1
    assert world.run("status", "--max-age", "P3D").code == 1
    ended = world.run("status", "--max-age", "PT30M")
    assert ended.code == 2
    assert "nobody looks any more" in ended.out


def test_a_look_that_is_still_to_come_is_no_sign_of_life(world: World) -> None:
    look(world, timedelta(days=-2))
    ended = world.run("status", "--max-age", "P1D")
    assert ended.code == 2
    assert "a clock has jumped" in ended.out


def test_never_having_looked_is_too_old(world: World) -> None:
    ended = world.run("status", "--max-age", "P1D")
    assert ended.code == 2
    assert "nobody has ever looked" in ended.out


def test_a_period_that_is_none_is_refused(world: World) -> None:
    ended = world.run("status", "--max-age", "tomorrow")
    assert ended.code == 3
    assert "ISO 8601" in ended.err


def test_a_changed_manifest_is_named(world: World) -> None:
    look(world)
    assert "manifest was changed" not in world.run("status").out
    world.write("# changed")
    assert "manifest was changed" in world.run("status").out


def test_a_promise_that_is_no_longer_made_is_named(world: World) -> None:
    look(world)
    world.manifest.write_text(world.manifest.read_text().replace("locked-room:", "closed-room:"))
    ended = world.run("status")
    assert "no longer promised: attested/locked-room" in ended.out
    assert stand(world, "attested/closed-room")["verdict"] == "undecided"


def test_a_promise_that_the_last_look_left_out_is_undecided(world: World) -> None:
    look(world, timedelta(days=2))
    whole = world.manifest.read_text()
    world.manifest.write_text(whole.replace("no-cards:", "no-iban:"))
    look(world, timedelta(days=1))
    world.manifest.write_text(whole)
    assert stand(world, "no-column/no-cards")["reason"] == "the last look did not look at it"


def test_an_unfinished_run_is_named(world: World) -> None:
    look(world)
    assert "has not ended" not in world.run("status").out
    with opened(world.manifest) as product:
        run = product.state.journal.begin("d" * 64, NOW)
        product.state.journal.start_step(run, "01")
        product.state.journal.note_batch(run, "01", 40)
        product.state.journal.note_batch(run, "01", 2)
    ended = world.run("status")
    assert "dddddddddddddddd…" in ended.out
    assert "42 rows changed so far" in ended.out
    assert world.run("status", "--json").json["unfinished_runs"][0]["rows"] == 42


def test_a_finished_run_is_not_named(world: World) -> None:
    world.approved_plan()
    world.ok("apply")
    assert world.run("status", "--json").json["unfinished_runs"] == []


def test_prometheus_reads_one_verdict_a_promise(world: World) -> None:
    look(world)
    ended = world.run("status", "--prometheus")
    assert ended.code == 1
    lines = [line for line in ended.out.splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r'[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?[0-9.e+]+', line) for line in lines)
    assert 'zusage_promise{promise="orders/claims/at-most",verdict="broken"} 1' in lines
    assert 'zusage_promise{promise="orders/claims/at-most",verdict="kept"} 0' in lines
    assert f"zusage_last_look_timestamp_seconds {int(NOW.timestamp())}" in lines
    ones = [line for line in lines if line.startswith("zusage_promise{") and line.endswith(" 1")]
    assert len(ones) == len(world.run("status", "--json").json["promises"])


def test_a_state_that_is_gone_is_not_taken_for_an_empty_one(world: World) -> None:
    look(world)
    (world.own / "state.sqlite3").unlink()
    ended = world.run("status")
    assert ended.code == 3
    assert "is gone" in ended.err
