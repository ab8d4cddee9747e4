"""Lines of a log that name a person by their key: found, in the copy, and gone on demand; everybody else's lines stay byte by byte."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from zusage.bootstrap import Product
from zusage.bootstrap.rights.answering import Asked, access, find
from zusage.bootstrap.rights.erased_letter import letter
from zusage.bootstrap.rights.erasing import Wish, answer, plan
from zusage.planning.holding import Person

from .erasing_shop import Shop

LINE = '192.0.2.0 - {who} [01/May/2026:10:00:{n:02d} +0000] "GET /order/{n} HTTP/1.1" 200 512 "-" "agent {n}"\n'
WEBLOG = """
  visits:
    title: {de: Zugriffe, en: Visits}
    purpose: {de: Sicherheit, en: security}
    legal_basis: art-6-1-f
    legitimate_interest: {de: X, en: X}
    data: {weblogs.line: {of: customer via user, classes: {one: [ip_address, user, time, request, referrer, user_agent]}, structure: [status, size, identity]}}
    keep: [{name: lines, at_most: P1Y, from: time}]
"""


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    one = Shop(tmp_path)
    path = tmp_path / "zusage.yaml"
    text = path.read_text().replace(
        "systems: {shop:", f'systems: {{weblogs: {{kind: access-log, path: "{tmp_path}/access.log*"}}, shop:'
    )
    path.write_text(text + WEBLOG)
    (tmp_path / "access.log").write_text("".join(LINE.format(who=n if n % 2 else "-", n=n) for n in range(1, 8)))
    with gzip.open(tmp_path / "access.log.1.gz", "wt") as packed:
        packed.write("".join(LINE.format(who=n, n=n + 10) for n in range(1, 8)))
    return one


@pytest.fixture
def product(shop: Shop) -> Iterator[Product]:
    with shop.opened() as one:
        yield one


def _lines(shop: Shop) -> set[str]:
    with gzip.open(shop.folder / "access.log.1.gz", "rt") as packed:
        lines = set((shop.folder / "access.log").read_text().splitlines()) | set(packed.read().splitlines())
    return {line for line in lines if line.strip()}  # what goes from a file that is written to becomes spaces


def test_lines_that_name_the_person_are_found_and_in_the_copy(product: Product) -> None:
    found = find(product, Asked(people="customer", given="3"))
    assert dict(found.rows)["weblogs.line"] == 2
    copy = str(access(product, Asked(people="customer", given="3"), "en", paper=False).files["access.json"])
    assert "agent 3" in copy
    assert "agent 13" in copy
    assert "agent 5" not in copy


def test_a_log_that_names_nobody_is_said_to_be_nobodys_with_the_reason_and_what_one_can_do(shop: Shop) -> None:
    path = shop.folder / "zusage.yaml"
    path.write_text(path.read_text().replace("weblogs.line: {of: customer via user, ", "weblogs.line: {"))
    with shop.opened() as product:
        for language, words in (("de", "Weder ein Schlüssel noch eine Anmeldung"), ("en", "neither a key nor a login")):
            made = access(product, Asked(people="customer", given="3"), language, paper=False)
            text = str(made.files["access.html"]) + str(made.files["access.json"])
            assert text.count(words) == 2
            assert ("„Zugriffe“" if language == "de" else "“Visits”") in text
            assert "agent 3" not in text
        people = [Person(people="customer", key="3")]
        made_plan = plan(product, Wish(people=people, ground="b", by="clerk", needed={})).plan
        product.save_plan(made_plan, shop.folder / "erasure.json")
        found = answer(product, shop.folder / "erasure.json")
        assert "“Visits”" in "".join(letter(product, shop.folder / "erasure.json", found, "en"))


def test_their_lines_go_on_demand_and_all_others_stay_as_they_are(shop: Shop) -> None:
    before = _lines(shop)
    with shop.opened() as product:
        people = [Person(people="customer", key=key) for key in ("3", "4")]
        made = plan(product, Wish(people=people, ground="b", by="clerk", needed={})).plan
        product.save_plan(made, shop.folder / "erasure.json")
        product.approve_plan(shop.folder / "erasure.json", shop.key)
    assert [(step.table, step.rows) for step in made.steps if step.system == "weblogs"] == [("line", 3)]
    assert not any(result.stopped for result in shop.apply())
    gone = before - _lines(shop)
    assert {line.rpartition('"agent ')[2].rstrip('"') for line in gone} == {"3", "13", "14"}
    assert _lines(shop) < before
    with shop.opened() as product:
        assert answer(product, shop.folder / "erasure.json").complete
