"""Judging sealed evidence again: a log that was sealed as it should be is still refused when its verdicts do not follow."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.examples import examples

from zusage import PROGRAM
from zusage.evidence.audit import Audit, audit, logs_in, read_keys
from zusage.evidence.entry import close_text, seal_text
from zusage.evidence.look import Seen
from zusage.evidence.observation import Census, Names, Observation, Rows, Statement, Unseen
from zusage.evidence.seal import EvidenceLog, SigningKey, read_bundle, rotate
from zusage.evidence.verdict import judge
from zusage.promises.promise import Accounted, AnyPromise
from zusage.sealing import MalformedKey

ORIGIN = "log.example/evidence"
KEY = SigningKey(ORIGIN, b"\x01" * 32)
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROWS = Rows(forbidden=0, allowed={"not yet due": 4}, unplaceable=0, total=4, visible=True, how_visible="whole")
BROKEN = replace(ROWS, forbidden=1, allowed={"not yet due": 3})
Change = Callable[[dict[str, Any]], None]


def promise(id: str) -> AnyPromise:
    return Accounted(id=id, refs=(), path=(), system="shop")


def census(now: dict[int, int], before: dict[int, int] | None) -> Census:
    return Census(now=now, before=before, protected=tuple(now), partly=(), visible=True, how_visible="whole")


def look(seen: dict[str, Observation], id: str, at: datetime = AT, program: str = PROGRAM) -> list[bytes]:
    """A look as ``prove`` seals it."""
    entries = []
    verdicts = {}
    for name, observation in seen.items():
        judgement = judge(observation)
        verdicts[name] = judgement.verdict
        one = Seen(promise=promise(name), observation=observation, statements=("SELECT count(*) FROM t",))
        entries.append(seal_text(one, judgement, as_of=at, manifest="m" * 64, program=program, look=id))
    return [*entries, close_text(verdicts, as_of=at, manifest="m" * 64, program=program, look=id)]


GOOD: dict[str, Observation] = {
    "a/at-most": ROWS,
    "b/at-most": BROKEN,
    "c/at-least": census({2024: 3}, None),
    "d": Names(forbidden=(), looked_at=2),
    "e": Statement(said_on=AT.date(), holds_until=AT.date(), today=AT.date()),
    "f": Unseen(reason="the system is down"),
}


def sealed(folder: Path, batches: Sequence[Sequence[bytes]]) -> Audit:
    log = EvidenceLog.create(folder / "0001", ORIGIN, KEY)
    for batch in batches:
        log.append(batch)
    return checked(folder)


def checked(folder: Path) -> Audit:
    return audit(logs_in(read_bundle(folder)), [KEY.verifier])


def changed(entry: bytes, change: Change) -> bytes:
    content = json.loads(entry)
    change(content)
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def refusing(found: Audit) -> list[int]:
    return sorted({finding.step for finding in found.findings if finding.fatal})


def test_evidence_as_it_is_sealed_is_in_order(tmp_path: Path) -> None:
    second = {**GOOD, "c/at-least": census({2024: 2, 2025: 1}, {2024: 3})}
    third = {**GOOD, "c/at-least": census({2024: 3}, {2024: 3, 2025: 1})}
    days = (AT + timedelta(days=n) for n in range(3))
    found = sealed(
        tmp_path, [look(seen, f"l{n}", at) for n, (seen, at) in enumerate(zip((GOOD, second, third), days, strict=True))]
    )
    assert found.findings == ()
    assert found.ok
    assert (found.observations, len(found.looks)) == (18, 3)
    assert found.looks[-1].verdicts["b/at-most"] == "broken"


def test_a_reason_that_another_version_worded_otherwise_is_named_and_refuses_nothing(tmp_path: Path) -> None:
    older = look(GOOD, "l", program="zusage 0.0.1")
    older[1] = changed(older[1], lambda content: content.update(reason="one row is there too long"))
    found = sealed(tmp_path, [older])
    assert found.ok
    (named,) = found.findings
    assert (named.step, named.fatal) == (11, False)
    assert "1 observation that zusage 0.0.1 sealed" in named.what


def test_another_version_may_word_a_reason_otherwise_but_not_judge_otherwise(tmp_path: Path) -> None:
    older = look(GOOD, "l", program="zusage 0.0.1")
    older[1] = changed(older[1], lambda content: content.update(verdict="kept", reason="one row is there too long"))
    older[-1] = changed(older[-1], lambda content: content["verdicts"].update({"b/at-most": "kept"}))
    assert refusing(sealed(tmp_path, [older])) == [11]


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.update(verdict="kept"),
        lambda content: content.update(reason="4 rows looked at"),
        lambda content: content["observation"].update(forbidden=0),
        lambda content: content["observation"].update(kind="unheard-of"),
        lambda content: content["observation"].update(more=1),
        lambda content: content["observation"].update(forbidden="none"),
        lambda content: content["observation"].update(forbidden="1"),
        lambda content: content["observation"].update(total=4.0),
        lambda content: content["observation"].update(visible=1),
        lambda content: content["observation"].update(allowed=3),
        lambda content: content.update(observation=None),
        lambda content: content.update(observation=[]),
        lambda content: content["queries"][0].update(sql="SELECT 0"),
        lambda content: content.update(queries=["SELECT 0"]),
    ],
)
def test_a_verdict_that_does_not_follow_is_refused_though_the_seal_is_whole(tmp_path: Path, change: Change) -> None:
    entries = look(GOOD, "l")
    end = json.loads(entries[-1])
    entries[1] = changed(entries[1], change)
    end["verdicts"]["b/at-most"] = json.loads(entries[1])["verdict"]
    entries[-1] = json.dumps(end, sort_keys=True, separators=(",", ":")).encode()
    found = sealed(tmp_path, [entries])
    assert found.logs[0][1].ok
    assert refusing(found) == [11]
    assert not found.ok


def test_a_promise_that_was_left_out_of_a_look_is_missed(tmp_path: Path) -> None:
    entries = look(GOOD, "l")
    assert refusing(sealed(tmp_path, [[*entries[:1], *entries[2:]]])) == [12]


def test_a_promise_that_the_end_does_not_name_is_noticed(tmp_path: Path) -> None:
    entries = look(GOOD, "l")
    entries[-1] = changed(entries[-1], lambda content: content["verdicts"].pop("b/at-most"))
    assert refusing(sealed(tmp_path, [entries])) == [12]


def test_a_verdict_that_the_end_says_otherwise_is_noticed(tmp_path: Path) -> None:
    entries = look(GOOD, "l")
    entries[-1] = changed(entries[-1], lambda content: content["verdicts"].update({"b/at-most": "kept"}))
    assert refusing(sealed(tmp_path, [entries])) == [12]


def test_a_promise_that_was_sealed_twice_in_a_look_is_noticed(tmp_path: Path) -> None:
    entries = look(GOOD, "l")
    assert refusing(sealed(tmp_path, [[entries[0], *entries]])) == [12]


def test_a_look_without_an_end_is_noticed(tmp_path: Path) -> None:
    assert refusing(sealed(tmp_path, [look(GOOD, "l")[:-1]])) == [12]


def test_an_end_without_a_look_is_noticed(tmp_path: Path) -> None:
    assert refusing(sealed(tmp_path, [look(GOOD, "l"), look({}, "m")])) == [12]


def test_a_look_that_breaks_off_before_the_next_is_noticed(tmp_path: Path) -> None:
    found = sealed(tmp_path, [look(GOOD, "l")[:-1], look({"a/at-most": ROWS}, "m")])
    assert refusing(found) == [12]
    assert [one.id for one in found.looks] == ["m"]


def test_a_look_that_stands_there_twice_is_noticed(tmp_path: Path) -> None:
    seen: dict[str, Observation] = {"a/at-most": ROWS}
    assert refusing(sealed(tmp_path, [look(seen, "l"), look(seen, "l")])) == [12]


@pytest.mark.parametrize("part", ["manifest", "program", "as-of"])
def test_entries_that_do_not_belong_together_are_noticed(tmp_path: Path, part: str) -> None:
    entries = look(GOOD, "l")
    entries[0] = changed(entries[0], lambda content: content.update({part: "2020-01-01T00:00:00+00:00"}))
    assert refusing(sealed(tmp_path, [entries])) == [12]


@pytest.mark.parametrize(
    "entry", [b"hello", b"[]", b"{}", b'{"zusage":1,"look":"l"}', b'{"zusage":2,"look":"l","as-of":"2026-01-01T00:00:00+00:00"}']
)
def test_what_cannot_be_read_is_not_passed_over(tmp_path: Path, entry: bytes) -> None:
    assert refusing(sealed(tmp_path, [look(GOOD, "l"), [entry]])) == [10]


@pytest.mark.parametrize("before", [None, {2024: 2}, {2024: 3, 2023: 1}, {}])
def test_a_count_that_was_compared_with_less_than_was_sealed_is_noticed(tmp_path: Path, before: dict[int, int] | None) -> None:
    first: dict[str, Observation] = {"c/at-least": census({2024: 3}, None)}
    second: dict[str, Observation] = {"c/at-least": census({2024: 2}, before)}
    assert refusing(sealed(tmp_path, [look(first, "l"), look(second, "m")])) == [13]


def test_a_clock_that_jumped_back_is_named_and_refuses_nothing(tmp_path: Path) -> None:
    seen: dict[str, Observation] = {"a/at-most": ROWS}
    found = sealed(tmp_path, [look(seen, "l"), look(seen, "m", AT - timedelta(days=1))])
    assert [(finding.step, finding.fatal) for finding in found.findings] == [(14, False)]
    assert found.ok


def test_nothing_sealed_shows_nothing(tmp_path: Path) -> None:
    assert not audit({}, [KEY.verifier]).ok
    rotated = EvidenceLog.create(tmp_path / "0001", ORIGIN, KEY)
    rotate(rotated, "0002", f"{ORIGIN}/0002")
    assert not checked(tmp_path).ok


def test_counts_are_compared_across_a_rotation(tmp_path: Path) -> None:
    log = EvidenceLog.create(tmp_path / "0001", ORIGIN, KEY)
    log.append(look({"c/at-least": census({2024: 3}, None)}, "l"))
    log = rotate(log, "0002", f"{ORIGIN}/0002")
    log.append(look({"c/at-least": census({2024: 2}, {2024: 3})}, "m"))
    assert checked(tmp_path).ok
    log.append(look({"c/at-least": census({2024: 2}, None)}, "n"))
    assert refusing(checked(tmp_path)) == [13]


def test_the_newest_log_can_be_checked_without_the_older(tmp_path: Path) -> None:
    log = EvidenceLog.create(tmp_path / "0001", ORIGIN, KEY)
    log.append(look({"c/at-least": census({2024: 3}, None)}, "l"))
    log = rotate(log, "0002", f"{ORIGIN}/0002")
    log.append(look({"c/at-least": census({2024: 2}, {2024: 3})}, "m"))
    found = checked(tmp_path / "0002")
    assert found.ok
    assert any("not present" in finding.what for finding in found.logs[0][1].findings)


def test_a_log_that_is_not_what_was_sealed_is_not_judged_at_all(tmp_path: Path) -> None:
    log = EvidenceLog.create(tmp_path / "0001", ORIGIN, KEY)
    log.append(look(GOOD, "l"))
    bundle = dict(read_bundle(tmp_path))
    path = next(path for path in bundle if "entries" in path)
    bundle[path] = bundle[path].replace(b"kept", b"Kept")
    found = audit(logs_in(bundle), [KEY.verifier])
    assert not found.ok
    assert found.observations == 0


def test_a_key_counts_under_the_name_of_the_log_that_follows(tmp_path: Path) -> None:
    log = EvidenceLog.create(tmp_path / "0001", ORIGIN, KEY)
    log.append(look(GOOD, "l"))
    rotate(log, "0002", f"{ORIGIN}/0002").append(look({"a/at-most": ROWS}, "m"))
    assert checked(tmp_path).ok
    other = SigningKey(ORIGIN, b"\x02" * 32)
    assert not audit(logs_in(read_bundle(tmp_path)), [other.verifier]).ok


def test_keys_are_read_one_a_line() -> None:
    other = SigningKey("other.example", b"\x02" * 32)
    assert read_keys(f"{KEY.verifier.encode()}\n\n {other.verifier.encode()}\n") == (KEY.verifier, other.verifier)
    for text in ("", "\n", "nonsense"):
        with pytest.raises(MalformedKey):
            read_keys(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=3) | st.sampled_from(["kept", "rows", "census", "l"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["now", "kind", "2024", "ends"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(
    max_examples=examples(300), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_whatever_an_entry_holds_the_answer_is_a_finding_and_never_a_crash(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    entries = look(GOOD, "l")
    number = data.draw(st.integers(0, len(entries) - 1))
    content = json.loads(entries[number])
    place = data.draw(st.sampled_from(sorted(content)))
    if isinstance(content[place], dict) and content[place] and data.draw(st.booleans()):
        content[place][data.draw(st.sampled_from(sorted(content[place])))] = data.draw(JSON)
    else:
        content[place] = data.draw(JSON)
    entries[number] = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    untouched = entries == look(GOOD, "l")
    found = sealed(tmp_path_factory.mktemp("fuzz"), [entries])
    assert found.logs[0][1].ok
    assert found.ok or not untouched
