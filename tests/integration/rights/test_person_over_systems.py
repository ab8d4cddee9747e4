"""Several people at once over two systems, with texts as keys, a mailbox known by address alone, and rows in the vault."""

import json
import sqlite3
from datetime import date

import pytest

from zusage.bootstrap import opened
from zusage.bootstrap.rights.answering import Asked, access, portability
from zusage.bootstrap.rights.persons import Search
from zusage.connectors.blocked import BlockedWriter
from zusage.connectors.port import BlockedRow
from zusage.promises.finding import ManifestError
from zusage.promises.loading import load
from zusage.rights.person import NobodyFound

MANIFEST = """\
zusage: 1
controller: {{name: Beispiel GmbH, email: d@shop.example, address: Weg 1, land: NW}}
systems: {{shop: {{url: "sqlite:///{folder}/shop.db"}}, post: {{url: "sqlite:///{folder}/post.db"}}}}
people: {{customer: {{record: shop.customer, key: number, known_by: [shop.customer.email, post.mail.sender]}}}}
classes: {{text: {{de: Texte, en: texts}}}}
activities:
  shop:
    title: {{de: Kauf, en: Sale}}
    purpose: {{de: Kauf, en: sale}}
    legal_basis: art-6-1-b
    data:
      shop.customer: {{classes: {{text: [name, email]}}}}
      shop.purchase: {{of: customer via customer, classes: {{text: [what]}}}}
      shop.line: {{part_of: shop.purchase via purchase_id, classes: {{text: [engraving]}}}}
      post.mail: {{classes: {{text: [sender, body]}}}}
      post.file: {{part_of: post.mail via mail_id, classes: {{text: [name]}}}}
"""
PEOPLE = ("K-1", "K-2", "k-1")


@pytest.fixture
def product(tmp_path):
    with sqlite3.connect(tmp_path / "shop.db") as shop, sqlite3.connect(tmp_path / "post.db") as post:
        shop.executescript(
            "CREATE TABLE customer (number TEXT PRIMARY KEY, name TEXT, email TEXT);"
            "CREATE TABLE purchase (id INTEGER PRIMARY KEY, customer TEXT REFERENCES customer (number), what TEXT);"
            "CREATE TABLE line (id INTEGER PRIMARY KEY, purchase_id INTEGER REFERENCES purchase (id), engraving TEXT);"
        )
        post.executescript(
            "CREATE TABLE mail (id INTEGER PRIMARY KEY, sender TEXT, body TEXT);"
            "CREATE TABLE file (id INTEGER PRIMARY KEY, mail_id INTEGER REFERENCES mail (id), name TEXT);"
        )
        for n, key in enumerate(PEOPLE):
            shop.execute("INSERT INTO customer VALUES (?, ?, ?)", (key, f"name of {n}", f"some{n}@mail.example"))
            shop.execute("INSERT INTO purchase VALUES (?, ?, ?)", (n, key, f"what of {n}"))
            shop.execute("INSERT INTO line VALUES (?, ?, ?)", (n, n, f"engraving of {n}"))
            post.execute("INSERT INTO mail VALUES (?, ?, ?)", (n, f"Some{n}@Mail.example", f"body of {n}"))
            post.execute("INSERT INTO file VALUES (?, ?, ?)", (n, n, f"file of {n}"))
    (tmp_path / "zusage.yaml").write_text(MANIFEST.format(folder=tmp_path), encoding="utf-8")
    with opened(tmp_path / "zusage.yaml", tmp_path / "own") as one:
        yield one


def values(held):
    return {str(value) for one in held for row in one.rows for value in row[: len(one.columns)]}


def test_each_of_several_people_gets_their_own_and_the_same_as_alone(product):
    every = Search(product, "customer", include=frozenset({"post.mail.sender"})).gather(PEOPLE)
    for n, key in enumerate(PEOPLE):
        wanted = {f"{what} of {n}" for what in ("name", "what", "engraving", "body", "file")}
        got = values(every.people[key])
        assert wanted <= got
        assert not [value for value in got if " of " in value and not value.endswith(f" of {n}")]
        alone = Search(product, "customer", include=frozenset({"post.mail.sender"})).gather((key,))
        assert values(alone.people[key]) == got


def test_the_mailbox_is_counted_and_not_told_until_it_is_named(product):
    found = Search(product, "customer").gather(PEOPLE[:1])
    assert found.candidates == (("post.mail.sender", 1),)
    assert "body of 0" not in values(found.people["K-1"])


def test_two_people_with_one_address_get_nothing_that_only_the_address_leads_to(product, tmp_path):
    with sqlite3.connect(tmp_path / "shop.db") as shop:
        shop.execute("UPDATE customer SET email = 'some0@mail.example' WHERE number = 'K-2'")
    found = Search(product, "customer", include=frozenset({"post.mail.sender"})).gather(PEOPLE)
    assert "body of 0" not in values(found.people["K-1"]) | values(found.people["K-2"])
    assert "body of 2" in values(found.people["k-1"])


def test_what_is_blocked_in_the_vault_is_in_the_copy_of_its_person_alone(product, tmp_path):
    asked = Asked(people="customer", given="K-1")
    sealed = BlockedRow(
        system="shop",
        table="purchase",
        rule="shop/old",
        key=(77,),
        values={"id": 77, "customer": "K-1", "what": "what was sealed"},
        parts={"line": [{"id": 77, "purchase_id": 77, "engraving": "engraving sealed"}]},
        started_on=date(2020, 1, 1),
        delete_from=date(2040, 1, 1),
        person="customer:K-1",
    )
    gone = BlockedWriter(tmp_path / "own").seal([sealed])
    gone()
    text = access(product, asked, "en", paper=False).files["access.json"]
    assert "what was sealed" in text
    assert "engraving sealed" in text
    assert "sealed" not in access(product, Asked(people="customer", given="K-2"), "en", paper=False).files["access.json"]


def test_somebody_who_is_only_a_candidate_is_nobody(product, tmp_path):
    with sqlite3.connect(tmp_path / "post.db") as post:
        assert post.execute("SELECT count(*) FROM mail").fetchone() == (3,)
    with pytest.raises(NobodyFound):
        access(product, Asked(people="customer", given="K-9"), "en", paper=False)


def test_the_copy_says_nothing_else_is_there_only_where_that_is_so(product, tmp_path):
    """What only has the person's address is named, also where it is the record of another kind of people."""
    path = tmp_path / "zusage.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("people: {customer", "people: {sender: {record: post.mail, key: id}, customer"), encoding="utf-8"
    )

    def said(given, *include):
        with opened(path, tmp_path / "own") as one:
            asked = Asked(people="customer", given=given, include=frozenset(include))
            return str(access(one, asked, "en", paper=False).files["access.html"])

    nothing, named = "there is nothing else about you in the systems", "We also hold data for “Sale”"
    told = said("K-1")
    assert named in told
    assert "Except for what we name next, " + nothing in told
    with sqlite3.connect(tmp_path / "post.db") as post:
        post.execute("DELETE FROM mail WHERE id = 0")
    alone = said("K-1")
    assert named not in alone
    assert "In the systems that this answer covers there is nothing else about you." in alone
    looked = said("K-2", "post.mail.sender")
    assert "body of 1" in looked
    assert named not in looked


def test_what_a_number_refers_to_stands_beside_it_by_name_and_nobody_can_be_named_so(product, tmp_path):
    with sqlite3.connect(tmp_path / "shop.db") as shop:
        shop.executescript(
            "CREATE TABLE article (id INTEGER PRIMARY KEY, title TEXT); INSERT INTO article VALUES (7, 'a plate'), (8, 'a frame');"
            "ALTER TABLE purchase ADD COLUMN article_id INTEGER REFERENCES article (id); UPDATE purchase SET article_id = 7 WHERE id = 1"
        )
    path = tmp_path / "zusage.yaml"
    text = path.read_text(encoding="utf-8").replace("shop.db", 'shop.db", not_personal: {article: goods}, time_zone: "UTC')
    named = "classes: {text: [what, article_id]}, named: {article_id: shop.article.title}"
    path.write_text(text.replace("classes: {text: [what]}", named), encoding="utf-8")
    with opened(path, tmp_path / "own") as one:
        told = json.loads(access(one, Asked(people="customer", given="K-2"), "en", paper=False).files["access.json"])
        carried = portability(one, Asked(people="customer", given="K-2"), "en").files["data/shop-purchase.csv"]
    (row,) = next(held["rows"] for held in told["data"] if held["table"] == "shop.purchase")
    assert row == {"what": "what of 1", "article_id": 7, "article_id.title": "a plate"}
    assert carried.splitlines() == ["what,article_id,article_id.title", "what of 1,7,a plate"]
    path.write_text(path.read_text(encoding="utf-8").replace("shop.article.title", "shop.customer.name"), encoding="utf-8")
    with pytest.raises(ManifestError, match="holds nothing about people"):
        load(path)
