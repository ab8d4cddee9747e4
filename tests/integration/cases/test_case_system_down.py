"""A system is down for a day: requests come in all the same, whoever acts is told so, nothing is lost, and it goes on when it is back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.integration.servers import Postgres
from zusage.promises.inventory import Inventory
from zusage.testing.postgres_bench import APPLICATION, PASSWORD, READER, WRITER, PostgresBench

from .asking_world import MANIFEST
from .door_world import Door, door_, empty_state
from .office import serving

__all__ = ["door_", "empty_state"]

TABLES = (
    "CREATE TABLE customer (id integer PRIMARY KEY, name varchar(80), email varchar(80), since timestamp)",
    "CREATE TABLE purchase (id integer PRIMARY KEY, customer_id integer REFERENCES customer (id), what varchar(80), at timestamp)",
    "INSERT INTO customer VALUES (1, 'Marker Otter', 'otter@mail.example', '2026-01-01 10:00:00')",
    "INSERT INTO purchase VALUES (1, 1, 'Marker Lamp', '2026-01-01 10:00:00')",
)


@contextmanager
def _down(server: Postgres) -> Iterator[None]:
    server.stop()
    try:
        yield
    finally:
        with suppress(RuntimeError):
            server.start()


@pytest.fixture
def shop(postgres_server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    bench = PostgresBench(postgres_server.url())
    bed = bench.build(Inventory("shop", "postgresql", {}), {})
    bed.by(*TABLES)
    for role, name in ((READER, "SHOP_READER"), (WRITER, "SHOP_WRITER"), (APPLICATION, "SHOP_APPLICATION")):
        monkeypatch.setenv(name, bed.address(role, PASSWORD))
    text = MANIFEST.replace(
        'shop: {url: "sqlite:///FOLDER/shop.sqlite3"}', 'shop: {url: "${SHOP_READER}", writer: "${SHOP_WRITER}"}'
    )
    text = text.replace('  post: {url: "sqlite:///FOLDER/post.sqlite3"}\n', "").replace(", post.mail.sender", "")
    start, end = text.index("  mailbox:"), text.index("  orders:")
    (tmp_path / "zusage.yaml").write_text((text[:start] + text[end:]).replace("[KEY]", "[]"))
    yield tmp_path
    bench.close()


def test_a_case_that_comes_in_while_a_system_is_down_is_led_on_when_it_is_back(shop: Path, postgres_server: Postgres) -> None:
    with _down(postgres_server), serving(shop) as office:  # it starts without the system, too
        case = office.open("erasure")
        assert office.step("intake", case, "acknowledge").status_code == 200
        assert office.step("intake", case, "identify", how="login").status_code == 200
        due = office.call("auditor", "GET", f"/cases/{case}").json()["answer_by"]
        refused = [
            office.step("decider", case, "grant"),  # asks where the person is written to afterwards
            office.call("decider", "GET", f"/cases/{case}/found"),
            office.order(case, "hold", reason="claim 7", review_on="2099-01-01"),
        ]
        for answer in refused:
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60"), answer.text
            assert ("cannot be reached" in answer.json()["detail"], "Marker" in answer.text, PASSWORD in answer.text) == (
                True,
                False,
                False,
            )
        kinds = [one["kind"] for one in office.call("auditor", "GET", f"/cases/{case}").json()["events"]]
        assert kinds == ["received", "acknowledged", "identity shown"]  # what could not be done was not noted
        postgres_server.start()
        assert office.step("decider", case, "grant").json()["answer_by"] == due  # the clock went on
        assert office.call("decider", "GET", f"/cases/{case}/found").json()["rows"] == {"shop.customer": 1, "shop.purchase": 1}
        held = office.order(case, "hold", reason="claim 7", review_on="2099-01-01").json()
        assert (held["number"], held["outcome"][:2]) == (5, "S-"), held
        assert len(office.call("auditor", "GET", "/holds").json()) == 1
        postgres_server.stop()  # and down once more, with connections open
        assert office.order(case, "plan-erasure", ground="b").status_code == 503
        postgres_server.start()
        made = office.order(case, "plan-erasure", ground="b").json()
        assert made["outcome"].startswith("plan "), made
        assert [one["outcome"][:5] for one in office.call("auditor", "GET", f"/cases/{case}/operations").json()][1:] == ["plan "]


def test_where_our_own_state_is_down_everybody_is_told_so_and_whoever_asks_again_is_heard(
    door_: Door, postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZUSAGE_STATE_URL", postgres_server.database("own_state"))
    from .office_calls import asked

    with door_.product() as product:
        with asked(product) as call:
            person = {"right": "access", "address": "otter@example.org", "words": "Kennwort-77"}
            assert call("POST", "/rights/", data=person).status_code == 202
            with _down(postgres_server):
                answers: list[httpx.Response] = [
                    call("POST", "/rights/", data=person),
                    call("GET", "/office/cases", role="auditor"),
                    call("POST", "/office/cases", role="intake", json={"right": "access"}),
                    call("GET", "/office/health"),
                ]
            assert [one.status_code for one in answers] == [503] * 4
            assert not [one.text for one in answers if "otter" in one.text or "own_state" in one.text or PASSWORD in one.text]
            assert call("POST", "/rights/", data=person).status_code == 202
            assert call("POST", "/office/cases", role="intake", json={"right": "access"}).status_code == 201
        product.state.close()  # the connection of this thread was lost as well
        assert len(product.state.case_links.asked()) == 2
        product.state.close()
