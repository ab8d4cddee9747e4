"""Every register of the state says the same on SQLite and on PostgreSQL, at once and after it was opened anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from zusage.evidence.witness.sighting import Sighting
from zusage.rights.case import Event
from zusage.rights.notification import Occasion
from zusage.rights.restriction import Instead
from zusage.rights.roles import Holder
from zusage.state import State, open_state
from zusage.state.errors import StateError

AT = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
LATER = AT + timedelta(days=40)
ODD = "Zoë 'x' \\ \x01 %s 😀"


def _refused(act: Callable[[], object]) -> str:
    try:
        act()
    except StateError as error:
        return type(error).__name__
    return ""


def _cases(state: State) -> Any:
    for right in ("access", "erasure"):
        id = state.cases.open(right, Event(kind="received", at=AT, by="clerk"), {"person": "customer=1", "words": ODD}).id  # type: ignore[arg-type]
        state.cases.add(id, Event(kind="withdrawn", at=LATER, by="clerk", detail="x"), ODD, lambda case: case)
    assert state.cases.erase(LATER + timedelta(days=1), LATER, ["C-0002"]) == 1
    return _refused(lambda: state.cases.get("C-0009"))


def _notices(state: State) -> Any:
    from zusage.state.notices import Draft  # its tables can be imported once a state was opened

    for n, about in enumerate(("plan a", "RC-0001", "R-0001 placed")):
        occasion = Occasion(kind="erased", about=about, code=f"code {n}", at=AT)
        drafts = [Draft(recipient=name, key=f"{n}{name}", upto="", sealed=b"\0sealed") for name in ("carrier", "printer")]
        state.notices.prepare(occasion, drafts, b"\xff")
        state.notices.prepare(occasion, drafts)
    state.notices.settle("plan a", AT)
    state.notices.settle("RC-0001", AT, lambda _: None)
    state.notices.begin("N-0001")
    state.notices.fail("N-0001", "HTTP status 500", LATER)
    state.notices.receive("N-0001", ODD, LATER, by="clerk")
    state.notices.excuse("N-0002", "impossible", ODD, "clerk", LATER)
    return state.notices.highest("RC-"), [one.id for one in state.notices.due(LATER)], len(state.notices.unsettled())


def _others(state: State) -> Any:
    state.holders.issue(Holder(name="clerk", role="intake"), AT)
    state.holders.issue(Holder(name="head", role="decider"), AT)
    state.holders.revoke("head")
    first = state.erasures.note("shop.customer", "a/b/at-most", "DeleteRows", AT, ["id", "since"], b"\0" * 16 + b"\xff" * 16)
    second = state.erasures.note("shop.line", "a/b/at-most", "DeleteRows", AT, ["id"], b"\x01" * 16)
    state.erasures.settle(first)
    state.erasures.keep(second, [])
    state.objections.place("letter", ["c1", "c2"], "clerk", AT, marketing=False)
    state.objections.place("letter", ["c3"], "clerk", AT, marketing=True)
    state.objections.decide("O-0001", "upheld", "clerk", "boss", ODD, LATER, lambda _: None)
    state.objections.end("O-0002", "clerk", ODD, LATER)
    state.withdrawals.note("alerts", ["c1"], "clerk", AT)
    state.withdrawals.note("alerts", ["c1", "c2"], "clerk", LATER)
    held = state.suspensions.place([("shop.customer", "id = 1")], ODD, date(2026, 9, 1), "clerk", "c1").id
    instead = Instead(paragraph="1", demanded="b", second="boss", reasons=ODD)
    state.restrictions.place("c1", "b", "clerk", AT, held, frozenset({"v1"}), instead)
    state.restrictions.told("R-0001", "clerk", "letter", LATER)
    state.restricted_uses.note("R-0001", "legal-claims", "clerk", "boss", ODD, AT, LATER)
    state.restricted_uses.close("U-0001", LATER)
    state.disclosures.record("c1", "carrier", ["name", ODD], AT, "ref 1")
    assert not state.disclosures.record("c1", "carrier", ["name"], AT, "ref 1")
    seen = Sighting(rule="a/b", row="0" * 64, codes=frozenset({"c2", "c1"}), recipient="carrier", at=AT)
    state.sightings.note([seen])
    state.sightings.note([replace(seen, missed=True), seen])
    state.silences.answer("a/b", "carrier", 1, "clerk", ODD, LATER)
    assert _refused(lambda: state.silences.answer("a/b", "carrier", 1, "clerk", ODD, LATER)) == "OthersSilent"
    state.attestations.attest("attested/x", "officer", "clerk", AT)
    number = state.warnings.begin("a/b", b"\0\xff", AT)
    state.warnings.sent(number, LATER)
    return _refused(lambda: state.restrictions.get("R-0009")), _refused(lambda: state.objections.get("O-0009"))


def _seen(state: State) -> Any:
    return {
        "cases": [(one, state.cases.content(one.id), state.cases.words(one.id)) for one in state.cases.all()],
        "about": list(state.cases.about("erasure", ["customer=1"])),
        "filed": list(state.cases.filed()),
        "notices": (
            state.notices.all(),
            list(state.notices.told()),
            list(state.notices.lists()),
            state.notices.sealed("N-0001"),
            state.notices.sealed("N-0005"),
        ),
        "sightings": [replace(one, answer=one.answer and replace(one.answer, digest="")) for one in state.sightings.all()],
        "silences": state.silences.answered(),
        "holders": state.holders.all(),
        "erasures": (list(state.erasures.batches({"shop"})), state.erasures.tables(), state.erasures.unsettled()),
        "objections": (state.objections.all(), state.objections.against("letter")),
        "withdrawals": (state.withdrawals.all(), state.withdrawals.of("alerts")),
        "restrictions": state.restrictions.all(),
        "uses": state.restricted_uses.all(),
        "disclosures": state.disclosures.of("c1"),
        "attested": state.attestations.latest("attested/x"),
        "warnings": state.warnings.of("a/b"),
        "suspensions": [(one.id, one.reason, one.review_on, one.holds) for one in state.suspensions.current()],
    }


def test_what_is_written_in_any_register_reads_alike_in_both(url: str, tmp_path: Path) -> None:
    read = []
    for kind, address in (("sqlite", None), ("postgresql", url)):
        folder = tmp_path / kind
        state = open_state(address, folder)
        said = (_cases(state), _notices(state), _others(state))
        at_once = _seen(state)
        state.close()
        anew = open_state(address, folder)
        assert _seen(anew) == at_once
        anew.close()
        read.append((said, at_once))
    (said, seen), (other, elsewhere) = read
    assert said == other
    assert [name for name in seen if seen[name] != elsewhere[name]] == []
    assert all(seen.values())
    assert [content is None for _, content, _ in seen["cases"]] == [True, False]
    assert ODD in str(seen["notices"][0][0].receipt)
