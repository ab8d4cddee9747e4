"""A tenth of the pool's people is erased with one plan; the others' rows and files are identical, byte by byte.

What is whose is worked out here by SQL of the test's own. ZUSAGE_MANY=10000 runs it with 10,000 people instead of a few, and
ZUSAGE_MANY_ON=postgres or mariadb on a server.
"""

import hashlib
import os
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import MetaData, select, text

from expert_pool.generate import generate
from plate_shop.database import open_engine
from plate_shop.roles import Roles
from zusage.bootstrap import opened
from zusage.bootstrap.granting import role_statements
from zusage.bootstrap.rights.erasing import Wish, answer, plan
from zusage.planning.holding import Person
from zusage.sealing import SigningKey

POOL = Path(__file__).parents[3] / "examples" / "expert_pool"
PEOPLE = int(os.environ.get("ZUSAGE_MANY", "400"))
SERVER = os.environ.get("ZUSAGE_MANY_ON", "")
#: tables whose rows say whose they are through another
THROUGH = {
    "application_event": ("application", "application_id"),
    "application_document": ("application", "application_id"),
    "alert_mail": ("alert", "alert_id"),
    "share_document": ("share", "share_id"),
    "share_view": ("share", "share_id"),
}
#: tables whose rows stay without saying whose they were
CHANGED = {"message", "comment"}


class Pool:
    """The pool and what of it belongs to whom."""

    def __init__(self, folder, url):
        self.folder, self.engine = folder, open_engine(url)
        self.key = SigningKey.generate(folder / "second.key", "second-person")
        named = f'guard:\n  approvers: ["{self.key.verifier.encode()}"]\n  share: 0.2'
        words = (POOL / "zusage.yaml").read_text().replace("guard:\n  share: 0.2", named)
        if SERVER:
            words = words.replace(
                "    url: ${POOL_DATABASE_URL}\n", "    url: ${POOL_READER_URL}\n    writer: ${POOL_WRITER_URL}\n"
            )
        (folder / "zusage.yaml").write_text(words)
        (folder / "standing.yaml").write_text((POOL / "standing.yaml").read_text())
        generate(url, folder / "pool", people=PEOPLE, now=datetime(2026, 6, 1, 9, 0))
        if SERVER:
            os.environ.update(Roles(url, list(role_statements(url, folder / "zusage.yaml", "pool"))).make("POOL"))

    def rows(self):
        """Per table: the number of a row → whose it is, or None, and a digest of all its values."""
        found, known = {}, MetaData()
        known.reflect(self.engine)
        with self.engine.connect() as connection:
            for name, table in known.tables.items():
                of, source = table.c.get("id" if name == "person" else "person_id"), table
                if name in THROUGH:
                    above, column = THROUGH[name]
                    owner = known.tables[above]
                    of, source = owner.c.person_id, table.join(owner, owner.c.id == table.c[column])
                key = next(iter(table.primary_key))
                rows = connection.execute(
                    select(key.label("k"), text("NULL") if of is None else of.label("o"), *table.c).select_from(source)
                )
                found[name] = {row[0]: (row[1], hashlib.sha256(repr(tuple(row[2:])).encode()).hexdigest()) for row in rows}
        return found

    def files(self):
        """Path → digest."""
        paths = (path for path in (self.folder / "pool").rglob("*") if path.is_file())
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}

    def documents(self):
        """Name of a document → whose it is."""
        with self.engine.connect() as connection:
            return dict(connection.execute(text("SELECT id, person_id FROM document")).all())

    def erase(self, people):
        file = self.folder / "many.json"
        with opened(self.folder / "zusage.yaml") as product:
            wish = Wish(people=[Person(people="person", key=str(key)) for key in people], ground="b", by="clerk", needed={})
            product.save_plan(plan(product, wish).plan, file)
            product.approve_plan(file, self.key)
            assert not [one.stopped for one in product.apply_plan(file, lambda _: None) if one.stopped]
            return answer(product, file)


@pytest.fixture(scope="module")
def pool(tmp_path_factory, request):
    folder = tmp_path_factory.mktemp("many")
    url = request.getfixturevalue(f"{SERVER}_server").database("many") if SERVER else f"sqlite:///{folder}/pool.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POOL_DATABASE_URL", url)
        patch.setenv("POOL_APPLICATION_URL", url)
        patch.setenv("POOL_FOLDER", str(folder / "pool"))
        made = Pool(folder, url)
        yield made
        made.engine.dispose()


def others(rows, erased):
    """The rows that are not theirs."""
    return {
        table: {number: row for number, row in found.items() if row[0] not in erased or row[0] is None}
        for table, found in rows.items()
    }


def test_a_tenth_goes_with_one_plan_and_the_others_are_identical_row_by_row_and_file_by_file(pool):
    erased = set(range(1, PEOPLE + 1, 10))
    before, files, documents = pool.rows(), pool.files(), pool.documents()
    theirs = {table for table, found in before.items() for person, _ in found.values() if person in erased}
    assert theirs >= CHANGED | {"person", "document", "receipt", "application_event"}  # presence before absence
    found = pool.erase(erased)
    assert found.complete, found.left
    after = pool.rows()
    assert not {person for rows in after.values() for person, _ in rows.values()} & erased
    for table, kept in others(before, erased).items():
        left = {number for number, (person, _) in before[table].items() if person in erased} if table in CHANGED else set()
        assert {number: row for number, row in after[table].items() if number not in left} == kept, table
        assert left <= after[table].keys()
    assert len(after["person"]) == PEOPLE - len(erased)
    kept_files = {name: digest for name, digest in files.items() if documents[name.partition(".")[0]] not in erased}
    assert len(kept_files) > 10
    assert len(files) - len(kept_files) > 10  # documents and previews of those who go
    assert pool.files() == kept_files


def test_the_comparison_sees_a_single_byte_of_somebody_else(pool):
    before = pool.rows()
    with pool.engine.begin() as connection:
        first = connection.scalar(text("SELECT min(person_id) FROM profile WHERE person_id > 1"))
        connection.execute(text("UPDATE profile SET city = 'elsewhere.' WHERE person_id = :first"), {"first": first})
    assert others(pool.rows(), {1}) != others(before, {1})
