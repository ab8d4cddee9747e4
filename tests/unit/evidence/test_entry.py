"""What is sealed of a look: enough to judge it again, and no value of any row."""

import json
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zusage.connectors.port import Identity
from zusage.evidence.backups.observation import BackupObservation
from zusage.evidence.browsing.observation import SiteObservation
from zusage.evidence.consents.observation import ConsentObservation
from zusage.evidence.entry import close_text, observation_of, read, rejudge, seal_text
from zusage.evidence.look import Eyes, Seen
from zusage.evidence.observation import (
    Apart,
    Avoided,
    Census,
    Groups,
    Held,
    Hidden,
    Lines,
    Names,
    Observation,
    OwnedFiles,
    Reach,
    Recipients,
    Rows,
    Statement,
    Unseen,
)
from zusage.evidence.prove import history, prove
from zusage.evidence.residue.observation import CanaryObservation
from zusage.evidence.sorting import Outlook
from zusage.evidence.steps.observation import Steps
from zusage.evidence.transport.observation import TransportObservation
from zusage.evidence.verdict import Verdict, judge
from zusage.promises.condition import ALWAYS
from zusage.promises.derive import promises_of, rules_of
from zusage.promises.manifest import Manifest
from zusage.promises.promise import EveryRow
from zusage.testing.conformance.shop import inventory, table
from zusage.testing.memory import MemoryApplication, MemorySystem
from zusage.testing.memory_documents import MemoryVault
from zusage.testing.sqlite_bench import SqliteBench

AT = datetime(2024, 6, 1, 12, tzinfo=UTC)
PROMISE = EveryRow(id="every-row/x", refs=("T-1",), path=(), system="shop", table="t", condition=ALWAYS)
IDENTITY = Identity(system="shop", dialect="sqlite", version="3", database="0" * 16, role="reader")
counts = st.integers(0, 10**9)
days = st.one_of(st.none(), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
censuses = st.dictionaries(st.integers(1970, 2100), counts)
OTHERS: tuple[Any, ...] = (
    Avoided,
    Held,
    Hidden,
    OwnedFiles,
    Recipients,
    Steps,
    *get_args(SiteObservation),
    *get_args(TransportObservation),
    *get_args(ConsentObservation),
    *get_args(BackupObservation),
    *get_args(CanaryObservation),
)
observations: st.SearchStrategy[Observation] = st.one_of(
    st.builds(
        Rows, forbidden=counts, allowed=st.dictionaries(st.sampled_from(["not yet due", "suspended"]), counts), unplaceable=counts,
        total=counts, visible=st.booleans(), how_visible=st.text(), blocked=counts, blocked_overdue=counts,
        strays=st.dictionaries(st.sampled_from(["line", "note"]), counts),
    ),
    st.builds(
        Census, now=censuses, before=st.one_of(st.none(), censuses), protected=st.lists(st.integers(1970, 2100)).map(tuple),
        partly=st.lists(st.integers(1970, 2100)).map(tuple), visible=st.booleans(), how_visible=st.text(),
    ),
    st.builds(
        Reach, left=counts, readable=counts, changeable=counts, application_sees=counts, total=counts, sorted_rows=counts,
        unplaceable=counts, visible=st.booleans(), how_visible=st.text(), blocked=st.one_of(st.none(), counts),
        unsealed=st.one_of(st.none(), counts),
    ),
    st.builds(Names, forbidden=st.lists(st.text(max_size=9), max_size=4).map(tuple), looked_at=counts),
    st.builds(Statement, said_on=days, holds_until=days, today=st.dates(date(2000, 1, 1), date(2100, 1, 1))),
    st.builds(
        Lines, forbidden=counts, allowed=st.dictionaries(st.sampled_from(["masked", "no address"]), counts), unplaceable=counts,
        total=counts, control=st.one_of(st.none(), counts), visible=st.booleans(), how_visible=st.text(),
    ),
    st.builds(Unseen, reason=st.text(max_size=20)),
    st.builds(Groups, others=st.dictionaries(st.text(max_size=9), counts)),
    st.builds(Apart, joins=st.dictionaries(st.text(max_size=9), counts)),
    *(st.builds(kind) for kind in OTHERS),
)  # fmt: skip


def _sealed(observation: Observation, *statements: str) -> bytes:
    seen = Seen(promise=PROMISE, observation=observation, identity=IDENTITY, statements=statements)
    return seal_text(seen, judge(observation), as_of=AT, manifest="m", program="p", look="l")


@given(observations)
def test_a_sealed_observation_is_judged_again_to_the_same_verdict_and_reason(observation: Observation) -> None:
    content = read(_sealed(observation))
    assert observation_of(content) == observation
    judgement = rejudge(content)
    assert judgement == judge(observation)
    assert (content["verdict"], content["reason"]) == (judgement.verdict.value, judgement.reason)


@given(observations)
def test_an_entry_is_canonical(observation: Observation) -> None:
    entry = _sealed(observation)
    again = json.dumps(json.loads(entry), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert again == entry


def test_every_kind_of_observation_is_generated_here() -> None:
    assert set(get_args(Observation)) == {Rows, Census, Reach, Names, Apart, Groups, Statement, Lines, Unseen, *OTHERS}


SOUND: dict[str, Any] = json.loads(
    _sealed(Rows(forbidden=0, allowed={"a": 1}, unplaceable=0, total=1, visible=True, how_visible="x"))
)


@pytest.mark.parametrize(
    "observation",
    [
        None, [], "rows", {}, {"kind": "rows"}, {"kind": "nothing"}, {"kind": "eval"},
        {**SOUND["observation"], "more": 1},
        {**SOUND["observation"], "forbidden": "0"},
        {**SOUND["observation"], "forbidden": None},
        {**SOUND["observation"], "forbidden": 0.5},
        {**SOUND["observation"], "forbidden": False},
        {**SOUND["observation"], "allowed": []},
        {**SOUND["observation"], "visible": 1},
        {key: value for key, value in SOUND["observation"].items() if key != "total"},
    ],
    ids=str,
)  # fmt: skip
def test_a_malformed_observation_is_refused(observation: object) -> None:
    with pytest.raises(ValueError):
        rejudge({**SOUND, "observation": observation})


@pytest.mark.parametrize("entry", [b"", b"{", b"[]", b"5", b"\xff", b"null"])
def test_what_is_no_entry_is_refused(entry: bytes) -> None:
    with pytest.raises(ValueError):
        read(entry)


def test_an_entry_binds_manifest_program_system_role_and_query() -> None:
    content = read(_sealed(Names(forbidden=(), looked_at=1), "SELECT 1"))
    assert content["manifest"] == "m"
    assert content["program"] == "p"
    assert content["look"] == "l"
    assert content["system"] == asdict(IDENTITY)
    assert content["refs"] == ["T-1"]
    assert content["queries"][0]["sql"] == "SELECT 1"


def test_an_entry_with_long_statements_keeps_their_digests_and_fits_the_log() -> None:
    entry = _sealed(Names(forbidden=(), looked_at=1), "SELECT 1" * 10_000, "SELECT 2")
    assert len(entry) < 65_535
    assert [sorted(query) for query in read(entry)["queries"]] == [["sha256"], ["sha256"]]


def test_the_end_of_a_look_names_every_promise_with_its_verdict() -> None:
    content = read(close_text({"b": Verdict.BROKEN, "a": Verdict.KEPT}, as_of=AT, manifest="m", program="p", look="l"))
    assert content["ends"] is True
    assert content["verdicts"] == {"a": "kept", "b": "broken"}


TEXT = {"de": "x", "en": "x"}
MARKER = "Quillborough"
MANIFEST = Manifest.model_validate(
    {
        "zusage": 1,
        "controller": {"name": "Test"},
        "systems": {"shop": {"url": "none://", "application": "none://"}},
        "activities": {
            "a": {
                "title": TEXT,
                "purpose": TEXT,
                "legal_basis": "art-6-1-b",
                "data": {"shop.t": {"classes": {"text": ["name"]}}},
                "keep": [
                    {
                        "name": "kept",
                        "at_least": "P1Y",
                        "at_most": "P2Y",
                        "from": "day",
                        "unless": f"name = '{MARKER}'",
                        "purpose_ends": {"from": "day", "after": "P1M"},
                    }
                ],
            }
        },
        "every_row": {"named": {"says": TEXT, "table": "shop.t", "condition": "name IS NOT NULL"}},
        "no_column": {"none": {"says": TEXT, "table": "shop.t", "columns": ["x*"]}},
        "attested": {"said": {"says": TEXT, "role": "office", "every": "P1Y"}},
    }
)


class _Log:
    def __init__(self) -> None:
        self.sealed: list[bytes] = []

    def append(self, entries: Any) -> None:
        self.sealed += entries

    def entries(self) -> list[bytes]:
        return self.sealed


class _Said:
    def latest(self, promise_id: str) -> date | None:
        return date(2024, 1, 1)


def test_no_value_of_any_row_stands_in_any_entry(tmp_path: Any) -> None:
    tables = inventory(table("t", {"id": "integer", "name": "text", "day": "date"}))
    rows = [{"id": 4711001 + n, "name": f"{MARKER}-{n}", "day": date(2010 + n, 5, 17)} for n in range(12)]
    rows.append({"id": 4711099, "name": MARKER, "day": "0000-00-00"})
    bench = SqliteBench(tmp_path)
    reader = bench.build(tables, {"t": rows}).reader()
    eyes = Eyes(
        outlook=Outlook(manifest=MANIFEST, rules=rules_of(MANIFEST), suspensions=(), as_of=AT),
        readers={"shop": reader},
        applications={"shop": MemoryApplication(MemorySystem(tables, {}))},
        blocked=MemoryVault(),
        attestations=_Said(),
        earlier=lambda _: None,
        unaccounted=lambda _: ("shop.t.day",),
    )
    log = _Log()
    outcomes = prove(eyes, promises_of(MANIFEST), log, manifest="m", program="p")
    bench.close()
    assert len(log.sealed) == len(outcomes) + 1
    text = b"\n".join(log.sealed).decode()
    assert "name" in text  # the statements are there
    for marker in (MARKER, "47110", "0000-00-00", "2010-05-17", "-05-17", str(tmp_path)):
        assert marker not in text, marker


def test_the_past_remembers_the_highest_census_and_since_when_a_verdict_stands() -> None:
    def look(day: int, now: dict[int, int], before: dict[int, int] | None) -> list[bytes]:
        seen = Seen(
            promise=replace(PROMISE, id="a/at-least"),
            observation=Census(now=now, before=before, protected=tuple(now), partly=(), visible=True, how_visible="x"),
        )
        judgement = judge(seen.observation)
        at = datetime(2024, 1, day, tzinfo=UTC)
        end = close_text({"a/at-least": judgement.verdict}, as_of=at, manifest="m", program="p", look=str(day))
        return [seal_text(seen, judgement, as_of=at, manifest="m", program="p", look=str(day)), end]

    past = history(
        [*look(1, {2023: 5}, None), *look(2, {2023: 4}, {2023: 5}), b"not ours", *look(3, {2023: 4, 2024: 1}, {2023: 5})]
    )
    assert past.censuses == {"a/at-least": {2023: 5, 2024: 1}}
    assert past.last_look == datetime(2024, 1, 3, tzinfo=UTC)
    standing = past.standings["a/at-least"]
    assert (standing.verdict, standing.since.day, standing.as_of.day) == (Verdict.BROKEN, 2, 3)
