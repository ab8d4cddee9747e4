"""Two people with a row in every table: the answer to one has every value of theirs and none of the other's."""

import csv
import io
import json
import stat

import pytest
import sqlalchemy as sa
from expert_pool_two import KEPT_BACK, MANIFEST, OWNED, seed, telling

from zusage.bootstrap import opened
from zusage.bootstrap.rights.answering import Asked, access, find, portability
from zusage.cli import cli
from zusage.cli.failing import reported
from zusage.planning.places import PersonUnfit
from zusage.rights.person import NobodyFound, SeveralFound

ANNA, BERTA = "annaquill", "bertavex"
#: what only holds rows together, or is kept from its own row by the manifest
SILENT = {"id", "consent_id", "document_id"}
OTHERS = {("referee", "name"), ("referee", "email"), ("message", "audience")}
READER = "two_people_reader"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def pool(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("two")
    owner = reader = f"sqlite:///{folder}/pool.db"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        owner, reader = server.database("two_people"), server.url("two_people", READER)
    engine = sa.create_engine(owner.replace("postgresql:", "postgresql+psycopg:"))
    rows = seed(engine, ANNA, BERTA)
    if request.param == "postgresql":
        server.role(READER)
        server.run("REVOKE ALL ON DATABASE two_people FROM PUBLIC")
        server.run(f"GRANT CONNECT ON DATABASE two_people TO {READER}")
        server.run(f"GRANT USAGE ON SCHEMA public TO {READER}", "two_people")
        server.run(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {READER}", "two_people")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POOL_DATABASE_URL", reader)
        patch.setenv("POOL_APPLICATION_URL", owner)
        patch.setenv("POOL_FOLDER", str(folder / "files"))
        for name in ("documents", "previews", "spool"):
            (folder / "files" / name).mkdir(parents=True)
        yield engine, rows, folder
    engine.dispose()


@pytest.fixture
def product(pool):
    with opened(MANIFEST, pool[2] / "zusage") as one:
        yield one


def asked(given="1", **more):
    return Asked(people="person", given=given, **more)


def theirs(rows):
    """Each value of a person that is to be in their copy, by table and column."""
    for table in OWNED:
        for column, value in telling(rows[table]).items():
            if column not in SILENT and (table, column) not in OTHERS and column not in KEPT_BACK.get(table, ()):
                yield f"{table}.{column}", value


def test_the_copy_has_every_value_of_the_person_and_none_of_the_other(pool, product):
    copy = access(product, asked(), "de", paper=False).files["access.json"]
    wanted = dict(theirs(pool[1][ANNA]))
    assert [place for place, value in wanted.items() if value not in copy] == []
    assert len(wanted) > 60
    assert ANNA in copy
    assert BERTA not in copy
    assert BERTA in access(product, asked("2"), "de", paper=False).files["access.json"]  # the same words find the other


def test_the_saboteur_who_ties_the_others_row_to_the_person_is_seen(pool, product):
    table = sa.table("competence", sa.column("person_id"), sa.column("note"))
    engine = pool[0]
    with engine.begin() as connection:
        connection.execute(sa.update(table).where(table.c.person_id == 2).values(person_id=1))
    try:
        assert BERTA in access(product, asked(), "de", paper=False).files["access.json"]
    finally:
        with engine.begin() as connection:
            connection.execute(sa.update(table).where(table.c.note.like(f"{BERTA}%")).values(person_id=2))
    assert BERTA not in access(product, asked(), "de", paper=False).files["access.json"]


def test_what_is_somebody_elses_never_enters_and_free_text_only_after_a_human_looked(pool, product):
    row = pool[1][ANNA]
    before = access(product, asked(), "de", paper=False)
    assert row["referee"]["email"] not in before.files["access.json"]
    assert "pool.comment.text" in before.withheld
    assert row["comment"]["text"] not in before.files["access.json"]
    after = access(product, asked(include=frozenset({"pool.comment.text"})), "de", paper=False).files["access.json"]
    assert row["comment"]["text"] in after
    assert row["message"]["body"] not in after


def test_an_address_leads_to_the_one_person_and_two_with_one_are_refused_without_naming_them(pool, product):
    address = pool[1][ANNA]["person"]["email"]
    assert dict(find(product, asked(address.upper(), by_address=True)).rows)["pool.profile"] == 1
    person = sa.table("person", sa.column("id"), sa.column("email"))
    with pool[0].begin() as connection:
        connection.execute(sa.update(person).where(person.c.id == 2).values(email=address.title()))
    try:
        with pytest.raises(SeveralFound) as refused:
            find(product, asked(address, by_address=True))
        assert "2 people" in str(refused.value)
        assert address.lower() not in str(refused.value).lower()
    finally:
        with pool[0].begin() as connection:
            connection.execute(sa.update(person).where(person.c.id == 2).values(email=pool[1][BERTA]["person"]["email"]))


@pytest.mark.parametrize(
    ("given", "by_address"), [("99", False), ("0' OR 1=1", False), ("9" * 40, False), ("nobody@nowhere.example", True)]
)
def test_nobody_is_always_told_in_the_same_words(product, given, by_address):
    with pytest.raises(NobodyFound) as refused:
        find(product, asked(given, by_address=by_address))
    assert str(refused.value) == str(NobodyFound())


def test_a_candidate_is_counted_and_enters_only_by_its_name(pool, product):
    contact = sa.table("contact", sa.column("id"), sa.column("email"), sa.column("name"))
    address, name = pool[1][ANNA]["person"]["email"], "gemeinsam-contact-name"
    with pool[0].begin() as connection:
        connection.execute(sa.update(contact).values(email=address.upper()))
    found = access(product, asked(), "en", paper=False)
    assert dict(found.candidates) == {"pool.contact.email": 1}
    assert name not in found.files["access.json"]
    named = access(product, asked(include=frozenset({"pool.contact.email"})), "en", paper=False).files["access.json"]
    assert name in named
    assert "gemeinsam-contact_message-body" in named  # with what belongs to it
    other = access(product, asked("2"), "en", paper=False)
    assert dict(other.candidates) == {"pool.contact.email": 0}
    with pytest.raises(PersonUnfit):
        access(product, asked(include=frozenset({"pool.contact.name"})), "en", paper=False)


def test_the_document_says_all_that_article_15_wants_with_who_really_received_data(pool, product):
    row = pool[1][ANNA]["disclosure"]
    for language in ("de", "en"):
        files = access(product, asked(), language, paper=language == "de").files
        told = json.loads(files["access.json"])["information"]
        assert [key for key, lines in told.items() if not lines] == []
        assert len(told) == 9
        assert any(row["recipient"] in line for line in told["recipients"])
        assert any("Mission Delta" in line for line in told["abroad"])
        assert "Berlin" in " ".join(told["complaint"])
        assert row["recipient"] in files["access.html"]
        assert language == "en" or files["access.pdf"].startswith(b"%PDF-1.7")


def test_the_package_has_what_was_provided_on_consent_and_nothing_inferred_or_statutory(pool, product):
    files = portability(product, asked(), "en").files
    everything = "".join(text for text in files.values())
    row = pool[1][ANNA]
    for table, column in (("profile", "about"), ("competence", "note"), ("application", "letter")):
        assert row[table][column] in everything
    for table, column in (("receipt", "payer_name"), ("evidence", "reason"), ("referee", "name")):
        assert row[table][column] not in everything
    assert BERTA not in everything
    content = json.loads(files["datapackage.json"])
    assert {one["path"] for one in content["resources"]} == files.keys() - {"datapackage.json"}
    for one in content["resources"]:
        assert one["bytes"] == len(files[one["path"]].encode())
        if one["format"] == "csv":
            header = next(csv.reader(io.StringIO(files[one["path"]])))
            assert header == [field["name"] for field in one["schema"]["fields"]]


def test_files_are_for_their_owner_alone_and_a_folder_in_use_is_refused(pool, tmp_path, capsys):
    to = tmp_path / "answer"
    given = ["person", "access", str(MANIFEST), "person=1", "--folder", str(pool[2] / "zusage"), "--to", str(to)]
    assert reported(cli, given) == 0
    said = capsys.readouterr()
    assert ANNA not in said.out + said.err
    assert {stat.S_IMODE(path.stat().st_mode) for path in to.iterdir()} == {0o600}
    assert stat.S_IMODE(to.stat().st_mode) == 0o700
    before = (to / "access.json").read_bytes()
    assert reported(cli, given) == 3
    assert (to / "access.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["answer"]
