"""The purposes in a copy are those of what is processed about the person, and of nothing that their rows have room for.

Art. 15(1) GDPR gives whoever asks the information of point (a) where data *concerning them* are processed: the purposes of *the*
processing. A column that is empty says nothing of them, so that a purpose which holds nothing else processes nothing of theirs: named in the
copy it would tell the person something untrue. Why the purpose exists at all stands in the notice (Art. 13 GDPR). As soon as the column is filled
it is named, and so is one whose column is kept back from the answer: what nobody looked through yet is processed all the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.small_world import NOW, SmallWorld
from zusage.bootstrap import opened
from zusage.bootstrap.rights.answering import Asked, access
from zusage.evidence.answers import Answered, Put, copied, own_rows
from zusage.evidence.residue import Needles

TABLES = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT, size TEXT, remark TEXT, since DATETIME);
INSERT INTO customer VALUES (1, 'one@example.org', NULL, NULL, '2026-01-01'), (2, 'two@example.org', 'XL', NULL, '2026-01-01');
"""
KEEP = "    keep: [{name: NAME, data: shop.customer, at_most: P9Y, from: since}]\n"
ACTIVITIES = {
    "orders": "    data: {shop.customer: {classes: {one: [email, since]}}}\n" + KEEP.replace("NAME", "orders"),
    "sizing": "    data: {shop.customer: {classes: {two: [size]}}}\n",
    "service": "    data: {shop.customer: {classes: {two: [remark]}, mentions: [remark]}}\n",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> SmallWorld:
    made = SmallWorld.make(tmp_path_factory.mktemp("empty"), TABLES, ACTIVITIES)
    for name in ACTIVITIES:
        made.rewrite(f"  {name}:\n    title: {{de: X, en: X}}\n    purpose: {{de: X, en: X}}", f"  {name}:\n    title: {{de: {name}, en: {name}}}\n    purpose: {{de: Y, en: Y}}")  # fmt: skip
    made.rewrite("activities:", "people: {customer: {record: shop.customer, key: id, known_by: [shop.customer.email], title: {de: X, en: X}}}\nactivities:")  # fmt: skip
    return made


def _copy(folder: Path, key: str, spoil: Callable[[bytes], bytes] = lambda raw: raw) -> tuple[list[str], set[str], set[str]]:
    """The purposes that a copy names, and what the prover misses in them and finds too much."""
    with opened(folder / "zusage.yaml", clock=lambda: NOW) as product:
        made = access(product, Asked(people="customer", given=key), "en", paper=False).files
        files = {name: spoil(one.encode() if isinstance(one, str) else one) for name, one in made.items()}
        address = {"1": "one", "2": "two"}[key] + "@example.org"
        own = own_rows(product.loaded.manifest, "customer", address, product.reader)
        put = Put(needles=Needles.of(()), values={}, others=Needles.of(()), there=frozenset())
        judged = copied(product.loaded.manifest, Answered(people="customer", files=files, own=own), put, NOW.date())["purposes"]
        product.state.close()
    said = json.loads(made["access.json"])["information"]["purposes"]
    return [line.partition(":")[0] for line in said], {*judged.lacking}, {*judged.wrong}


def test_a_purpose_whose_only_column_is_empty_is_not_named_and_one_that_is_filled_or_kept_back_is(world: SmallWorld) -> None:
    assert _copy(world.folder, "2") == (["orders", "sizing", "service"], set(), set())
    assert _copy(world.folder, "1") == (["orders", "service"], set(), set())


def test_a_copy_that_names_it_all_the_same_is_found_wrong(world: SmallWorld) -> None:
    assert _copy(world.folder, "1", lambda raw: raw.replace(b"service: Y", b"sizing: Y"))[1:] == ({"service"}, {"sizing"})
