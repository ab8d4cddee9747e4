"""Schemas in the manner of what people run: what is proposed about each, and that it can be read, planned and judged."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from schemas import surveyed

from zusage.bootstrap import opened
from zusage.planning.places import places
from zusage.promises.checking import against, check
from zusage.promises.inventory import ColumnInfo, Inventory, TableInfo
from zusage.promises.loading import load
from zusage.reading import as_data, draft, to_yaml

ON = date(2026, 1, 15)

#: accounts, groups and generic comments as a Python web framework makes them
DJANGO = """
CREATE TABLE auth_user (id INTEGER PRIMARY KEY, password VARCHAR(128) NOT NULL, last_login DATETIME, username VARCHAR(150) NOT NULL UNIQUE,
  first_name VARCHAR(150) NOT NULL, last_name VARCHAR(150) NOT NULL, email VARCHAR(254) NOT NULL, is_active BOOL NOT NULL, date_joined DATETIME NOT NULL);
CREATE TABLE auth_group (id INTEGER PRIMARY KEY, name VARCHAR(150) NOT NULL UNIQUE);
CREATE TABLE auth_user_groups (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES auth_user (id), group_id INTEGER NOT NULL REFERENCES auth_group (id));
CREATE TABLE django_content_type (id INTEGER PRIMARY KEY, app_label VARCHAR(100), model VARCHAR(100));
CREATE TABLE django_session (session_key VARCHAR(40) PRIMARY KEY, session_data TEXT NOT NULL, expire_date DATETIME NOT NULL);
CREATE TABLE comments_comment (id INTEGER PRIMARY KEY, content_type_id INTEGER NOT NULL REFERENCES django_content_type (id),
  object_id INTEGER NOT NULL, comment TEXT NOT NULL, submit_date DATETIME NOT NULL, is_removed BOOL NOT NULL);
"""
#: models with types beside numbers, marks instead of deletions, and versions of everything
RAILS = """
CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR NOT NULL, encrypted_password VARCHAR, created_at DATETIME NOT NULL, deleted_at DATETIME);
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, street VARCHAR, total INTEGER, created_at DATETIME NOT NULL);
CREATE TABLE notes (id INTEGER PRIMARY KEY, notable_type VARCHAR NOT NULL, notable_id INTEGER NOT NULL, body TEXT, created_at DATETIME NOT NULL);
CREATE TABLE users_versions (id INTEGER PRIMARY KEY, user_id INTEGER, email VARCHAR, encrypted_password VARCHAR, changed_at DATETIME NOT NULL);
CREATE TABLE events (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, payload JSON, search_vector TEXT, created_at DATETIME NOT NULL);
"""
#: a blog whose tables bear a prefix, with whatever people want in a table of keys and values
BLOG = """
CREATE TABLE wp_users (ID INTEGER PRIMARY KEY, user_login VARCHAR(60), user_pass VARCHAR(255), user_email VARCHAR(100), user_registered DATETIME NOT NULL);
CREATE TABLE wp_usermeta (umeta_id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, meta_key VARCHAR(255), meta_value TEXT);
CREATE TABLE wp_posts (ID INTEGER PRIMARY KEY, post_author INTEGER NOT NULL, post_title TEXT, post_date DATETIME);
CREATE TABLE wp_postmeta (meta_id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL, meta_key VARCHAR(255), meta_value TEXT);
CREATE TABLE wp_comments (comment_ID INTEGER PRIMARY KEY, comment_post_ID INTEGER, comment_author_email VARCHAR(100), comment_date DATETIME NOT NULL);
"""
#: a shop with keys of several columns
SHOP = """
CREATE TABLE customer (no TEXT PRIMARY KEY, full_name TEXT, email TEXT, last_order_at DATETIME);
CREATE TABLE sales_order (year INTEGER NOT NULL, no INTEGER NOT NULL, customer_no TEXT NOT NULL REFERENCES customer (no),
  completed_at DATETIME, placed_at DATETIME NOT NULL, PRIMARY KEY (year, no));
CREATE TABLE sales_order_line (id INTEGER PRIMARY KEY, order_year INTEGER NOT NULL, order_no INTEGER NOT NULL, text TEXT,
  FOREIGN KEY (order_year, order_no) REFERENCES sales_order (year, no));
CREATE TABLE "delivery note" (id INTEGER PRIMARY KEY, order_year INTEGER NOT NULL, order_no INTEGER NOT NULL, recipient_name TEXT, "sent on" DATE,
  FOREIGN KEY (order_year, order_no) REFERENCES sales_order (year, no));
"""
#: a club as somebody's nephew made it: camel case, German, not a single key
VEREIN = """
CREATE TABLE Mitglieder (MitgliedNr INTEGER PRIMARY KEY, Vorname TEXT, Nachname TEXT, EMail TEXT, IBAN TEXT, EintrittAm DATE NOT NULL, geloescht INTEGER);
CREATE TABLE Beitraege (BeitragId INTEGER PRIMARY KEY, MitgliedNr INTEGER NOT NULL, Betrag NUMERIC, FaelligAm DATE);
CREATE TABLE Kurse (KursId INTEGER PRIMARY KEY, Bezeichnung TEXT);
CREATE TABLE KursTeilnahme (MitgliedNr INTEGER NOT NULL, KursId INTEGER NOT NULL, AngemeldetAm DATE NOT NULL, PRIMARY KEY (MitgliedNr, KursId));
CREATE TABLE Spenden (SpendeId INTEGER PRIMARY KEY, fk_mitglied INTEGER, Betrag NUMERIC, Datum DATE NOT NULL);
CREATE TABLE MitgliederArchiv (ArchivId INTEGER PRIMARY KEY, MitgliedNr INTEGER, Vorname TEXT, Nachname TEXT, EMail TEXT, IBAN TEXT);
"""
#: a garage's database as it grew: short German words, keys that bear their own names, nothing declared
WERKSTATT = """
CREATE TABLE Kunden (KdNr INTEGER PRIMARY KEY, Vorn TEXT, Nachn TEXT, gebdat TEXT, Tel TEXT, angelegt TEXT);
CREATE TABLE Auftrag (AuftrNr INTEGER PRIMARY KEY, KdNr INTEGER, Datum TEXT, Bem TEXT);
CREATE TABLE AuftragPos (AuftrNr INTEGER, Pos INTEGER, ArtNr TEXT, PRIMARY KEY (AuftrNr, Pos));
CREATE TABLE Termine (ID INTEGER PRIMARY KEY, Wann TEXT, Kunde INTEGER);
CREATE TABLE tblMA (MAID INTEGER PRIMARY KEY, Kuerzel TEXT, SVNr TEXT);
CREATE TABLE Stunden (ID INTEGER PRIMARY KEY, MAID INTEGER, Std REAL);
CREATE TABLE invoice (number TEXT PRIMARY KEY, issued_on DATE, recipient TEXT, amount REAL);
CREATE TABLE Gutschrift (Code TEXT PRIMARY KEY, Wert REAL);
CREATE TABLE Einstellungen (Schluessel TEXT PRIMARY KEY, Wert TEXT);
"""
#: a forum: whoever did it beside every row, and nothing declared either
FORUM = """
CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT, last_posted_at DATETIME, last_seen_at DATETIME);
CREATE TABLE user_profiles (user_id INTEGER PRIMARY KEY, bio_raw TEXT);
CREATE TABLE user_emails (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, email TEXT, created_at DATETIME);
CREATE TABLE invites (id INTEGER PRIMARY KEY, invited_by_id INTEGER NOT NULL, created_at DATETIME);
CREATE TABLE email_logs (id INTEGER PRIMARY KEY, to_address TEXT, email_type TEXT, message_id TEXT, acting_user_id INTEGER NOT NULL, created_at DATETIME);
CREATE TABLE forum_posts (id INTEGER PRIMARY KEY, post_author INTEGER NOT NULL, post_title TEXT, post_type TEXT, message_count INTEGER);
CREATE TABLE forum_rechnung (id INTEGER PRIMARY KEY, ausgestellt_am DATE NOT NULL, empfaenger TEXT);
CREATE TABLE history_historicalrechnung (history_id INTEGER PRIMARY KEY, id INTEGER, empfaenger TEXT, history_type TEXT, history_date DATETIME);
"""
ALL = {
    "django": DJANGO, "rails": RAILS, "blog": BLOG, "shop": SHOP, "verein": VEREIN, "werkstatt": WERKSTATT, "forum": FORUM,
}  # fmt: skip


def _drafted(folder: Path, name: str) -> dict[str, Any]:
    return as_data(draft(surveyed(folder / "db.sqlite3", ALL[name]), ON))


def _data(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {data["table"]: data for one in found["activities"] for data in one["data"]}


def _questions(found: dict[str, Any]) -> str:
    return "\n".join(question for one in found["activities"] for question in one["questions"])


@pytest.mark.parametrize("name", ALL)
def test_the_draft_can_be_read_and_judged_as_it_stands(name: str, tmp_path: Path) -> None:
    inventory = surveyed(tmp_path / "db.sqlite3", ALL[name])
    file = tmp_path / "zusage.yaml"
    text = to_yaml(draft(inventory, ON), url=f"sqlite:///{tmp_path / 'db.sqlite3'}", secret=False, file="zusage.yaml")
    file.write_text(text, encoding="utf-8")
    unaccounted = [one.what for one in against(load(file), {"db": inventory}) if one.code.startswith("unaccounted")]
    assert unaccounted == []
    with opened(file, tmp_path / "own", lambda: datetime(2026, 1, 15, tzinfo=UTC)) as product:
        outcomes = product.verify()
        assert len(outcomes) > 1
        assert not [one for one in outcomes if "nobody could look" in one.judgement.reason]
        product.state.close()


def test_a_composite_key_says_what_belongs_together(tmp_path: Path) -> None:
    data = _data(_drafted(tmp_path, "shop"))
    assert data["sales_order_line"]["part_of"] == "db.sales_order(year, no) via (order_year, order_no)"
    assert data["sales_order"]["of"] == "customer via customer_no"
    assert data["delivery note"]["part_of"] == "db.sales_order(year, no) via (order_year, order_no)"


def test_a_type_beside_a_number_is_a_question_with_what_to_write(tmp_path: Path) -> None:
    found = _drafted(tmp_path, "rails")
    assert _data(found)["notes"]["because"] == "its rows may belong to rows of any table"
    assert "part_of: db.… via notable_id where notable_type = 'Order'" in _questions(found)
    (tmp_path / "django").mkdir()
    assert "via object_id where content_type_id = 7" in _questions(_drafted(tmp_path / "django", "django"))


def test_a_type_beside_a_number_is_a_question_where_both_are_the_key(tmp_path: Path) -> None:
    key = "PRIMARY KEY (objekt_typ, objekt_id, datei)"
    made = (
        f"CREATE TABLE anhang (objekt_typ VARCHAR(20) NOT NULL, objekt_id INTEGER NOT NULL, datei VARCHAR(200) NOT NULL, {key})"
    )
    numbered = "CREATE TABLE vorgang (vorgang_id INTEGER PRIMARY KEY, vorgang_typ VARCHAR(20))"
    found = _questions(as_data(draft(surveyed(tmp_path / "db.sqlite3", f"{made}; {numbered};"), ON)))
    assert "objekt_typ and objekt_id together" in found
    assert "vorgang_typ" not in found


def test_a_mark_instead_of_a_deletion_gets_a_rule_or_a_question(tmp_path: Path) -> None:
    rules = {one["name"]: one["keep"] for one in _drafted(tmp_path, "rails")["activities"]}
    first = rules["users"][0]
    assert (first["name"], first["only"], first["from"]) == ("marked", "deleted_at IS NOT NULL", "deleted_at")
    (tmp_path / "verein").mkdir()
    assert "only to mark rows as deleted (geloescht) and notes no time" in _questions(_drafted(tmp_path / "verein", "verein"))


def test_copies_of_rows_are_found_by_their_name_and_their_columns(tmp_path: Path) -> None:
    found = _drafted(tmp_path, "rails")
    assert "users_versions: it is called after users" in _questions(found)
    assert _data(found)["users_versions"]["part_of"] == "db.users via user_id"
    (tmp_path / "verein").mkdir()
    assert "MitgliederArchiv: it is called after Mitglieder" in _questions(_drafted(tmp_path / "verein", "verein"))


def test_documents_and_copies_for_searching_are_said_to_be_unseen(tmp_path: Path) -> None:
    found = _drafted(tmp_path, "rails")
    columns = {column["name"]: column for column in _data(found)["events"]["columns"]}
    assert (columns["payload"]["role"], columns["search_vector"]["role"]) == ("maybe", "maybe")
    assert "payload holds values inside a value, and not a single one was looked at" in _questions(found)
    assert "search_vector seems to be a copy of other columns" in _questions(found)


def test_names_lead_from_table_to_table_in_either_language_and_any_spelling(tmp_path: Path) -> None:
    verein = _data(_drafted(tmp_path, "verein"))
    assert verein["Beitraege"]["part_of"] == "db.Mitglieder(MitgliedNr) via MitgliedNr"
    assert verein["Spenden"]["of"] == "mitglieder via fk_mitglied"
    (tmp_path / "blog").mkdir()
    found = _drafted(tmp_path / "blog", "blog")
    assert _data(found)["wp_usermeta"]["part_of"] == "db.wp_users(ID) via user_id"
    assert "meta_value holds whatever meta_key says" in _questions(found)


def test_what_joins_two_tables_belongs_to_the_people_in_it(tmp_path: Path) -> None:
    assert _data(_drafted(tmp_path, "django"))["auth_user_groups"]["part_of"] == "db.auth_user via user_id"
    (tmp_path / "verein").mkdir()
    assert (
        _data(_drafted(tmp_path / "verein", "verein"))["KursTeilnahme"]["part_of"] == "db.Mitglieder(MitgliedNr) via MitgliedNr"
    )


def test_a_divided_table_is_named_once_with_its_partitions_and_a_stored_view_as_well(tmp_path: Path) -> None:
    columns = (ColumnInfo("id", "integer", False), ColumnInfo("email", "text", True), ColumnInfo("at", "time", False))
    tables = (
        TableInfo("visit", columns, ("id",)),
        *(TableInfo(f"visit_{year}", columns, ("id",), inherits="visit") for year in range(2001, 2025)),
        TableInfo("visit_2024_05", columns, ("id",), inherits="visit_2024"),
        TableInfo("call", columns, ("id",)),
        TableInfo("call_1", columns, ("id",), inherits="call"),
        TableInfo("visitors", columns, is_view=True, materialised=True),
    )
    found = draft(Inventory("db", "postgresql", {one.name: one for one in tables}), ON)
    assert {data.guess.name for one in found.activities for data in one.data} == {"visit", "call"}
    divided = ("call (with the rows of 1: call_1)", "visit (with the rows of 25: visit_2001 to visit_2024_05)")
    assert (found.partitions, found.stored, found.unsayable) == (divided, ("visitors",), ())
    text = to_yaml(found, url="${DB}", secret=True, file="zusage.yaml")
    assert "visit (with the rows of 25: visit_2001 to visit_2024_05)" in text
    assert "visit_2010" not in text
    assert "The rows of these views are stored" in text


def test_a_key_that_bears_its_own_name_leads_from_table_to_table(tmp_path: Path) -> None:
    data = _data(_drafted(tmp_path, "werkstatt"))
    assert data["Auftrag"]["of"] == data["Termine"]["of"].replace("Kunde", "KdNr") == "kunden via KdNr"
    assert data["AuftragPos"]["part_of"] == "db.Auftrag(AuftrNr) via AuftrNr"
    assert data["Stunden"]["because"] == "its rows refer to tblMA through MAID"
    columns = {one["name"]: one["role"] for table in ("Kunden", "tblMA") for one in data[table]["columns"]}
    assert {name for name, role in columns.items() if role == "personal"} == {"Vorn", "Nachn", "gebdat", "Tel", "SVNr"}


def test_whoever_a_voucher_names_is_somebody_and_what_is_taken_for_things_says_what_speaks_against_it(tmp_path: Path) -> None:
    found = _drafted(tmp_path, "werkstatt")
    assert _data(found)["invoice"]["because"] == "recipient is about a person"
    reasons = found["not_personal"]
    assert set(reasons) == {"Gutschrift", "Einstellungen"}
    assert "its name sounds like a voucher, which is seldom about nobody" in reasons["Gutschrift"]
    assert "Wert holds whatever Schluessel says" in reasons["Einstellungen"]


def test_whoever_did_it_is_led_to_but_what_they_did_does_not_go_with_them(tmp_path: Path) -> None:
    found = _drafted(tmp_path, "forum")
    data = _data(found)
    for table, column in (("invites", "invited_by_id"), ("email_logs", "acting_user_id"), ("forum_posts", "post_author")):
        assert (data[table]["of"], data[table]["part_of"]) == (f"users via {column}", None)
    assert data["user_emails"]["part_of"] == data["user_profiles"]["part_of"] == "db.users via user_id"
    users = next(one for one in found["activities"] if one["name"] == "users")
    assert {one["link"] for one in users["waits_for"]} >= {"db.invites via invited_by_id", "db.forum_posts via post_author"}
    assert all("no foreign key says so" in one["because"] for one in users["waits_for"])
    assert users["keep"][0]["from"] == "end_of_year(last_seen_at)"


def test_names_are_read_for_what_they_mean_in_their_table(tmp_path: Path) -> None:
    found = _drafted(tmp_path, "forum")
    data = _data(found)
    roles = {(table, one["name"]): one["role"] for table, seen in data.items() for one in seen["columns"]}
    telling = {name for name, role in roles.items() if role == "personal"}
    assert {("email_logs", "to_address"), ("forum_rechnung", "empfaenger"), ("user_profiles", "bio_raw")} <= telling
    assert not telling & {("email_logs", "email_type"), ("email_logs", "message_id"), ("forum_posts", "message_count")}
    assert roles["forum_posts", "post_title"] == "maybe"
    assert (data["forum_rechnung"]["kind"], data["email_logs"]["kind"]) == ("voucher", "log")
    assert "history_historicalrechnung: it is called after forum_rechnung" in _questions(found)
    assert "history_type and history_id together" not in _questions(found)


def test_tables_that_were_only_guessed_to_be_about_nobody_are_found_until_somebody_says_why(tmp_path: Path) -> None:
    inventory = surveyed(tmp_path / "db.sqlite3", WERKSTATT)
    file = tmp_path / "zusage.yaml"
    text = to_yaml(draft(inventory, ON), url="${DB}", secret=True, file="zusage.yaml")
    for reason, wanted in (
        ("guessed:", ["that Einstellungen, Gutschrift of db hold nothing about people was only guessed from names"]),
        ("ours:", []),
    ):
        file.write_text(text.replace("guessed:", reason), encoding="utf-8")
        assert [one.what for one in check(load(file), ON) if one.code == "not-personal-guessed"] == wanted


#: what people complain of and photograph lies four tables from them; one key is declared, one only named, one leads twice
CHAIN = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, email TEXT, closed_at DATETIME);
CREATE TABLE purchase (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer (id), payer_customer_id INTEGER, completed_at DATETIME);
CREATE TABLE purchase_line (id INTEGER PRIMARY KEY, purchase_id INTEGER NOT NULL REFERENCES purchase (id), engraving TEXT);
CREATE TABLE complaint (id INTEGER PRIMARY KEY, purchase_line_id INTEGER, words TEXT, closed_at DATETIME);
CREATE TABLE photo (id INTEGER PRIMARY KEY, complaint_id INTEGER REFERENCES complaint (id), taken_at DATETIME);
CREATE TABLE invoice (id INTEGER PRIMARY KEY, purchase_id INTEGER REFERENCES purchase (id), recipient TEXT, issued_on DATE);
"""


def test_the_way_over_several_tables_is_proposed_with_a_reason_for_each_link_and_can_be_gone(tmp_path: Path) -> None:
    inventory = surveyed(tmp_path / "db.sqlite3", CHAIN)
    found = draft(inventory, ON)
    data = _data(as_data(found))
    assert data["purchase"]["of"] == "customer via customer_id"
    assert "through payer_customer_id (to customer): whose are they" in "".join(_questions(as_data(found)).split("\n"))
    assert data["purchase_line"]["part_of"] == "db.purchase via purchase_id"
    assert (data["invoice"]["about"], data["complaint"]["about"], data["photo"]["about"]) == (
        "db.purchase via purchase_id", "db.purchase_line via purchase_line_id", "db.complaint via complaint_id",
    )  # fmt: skip
    assert data["invoice"]["whose"].endswith("invoice → purchase → customer; foreign keys say so all the way")
    assert data["photo"]["whose"].endswith(
        "photo → complaint → purchase_line → purchase → customer; complaint.purchase_line_id guessed by the name alone"
    )
    (tmp_path / "zusage.yaml").write_text(
        to_yaml(found, url=f"sqlite:///{tmp_path}/db.sqlite3", secret=False, file="zusage.yaml")
    )
    manifest = load(tmp_path / "zusage.yaml").manifest
    reached = {place.table for place in places(manifest, "customer")}
    assert reached == {f"db.{name}" for name in inventory.tables}


def test_other_schemas_codes_that_refer_types_in_german_and_times_within_keys_are_proposed() -> None:
    def of(name: str, *columns: str, key: tuple[str, ...] = ("id",), **more: Any) -> TableInfo:
        kinds: dict[str, Any] = {"am": "date", "typ": "text", "kennung": "text", "email": "text"}
        infos = tuple(ColumnInfo(c, kinds.get(c.rpartition("_")[2], "integer"), nullable=False) for c in (*key, *columns))
        return TableInfo(name, infos, key, **more)

    tables = (
        of("mitglied", "kennung", "email", unique=(("kennung",), ("email",))),
        of("besuch", "mitglied_kennung", "mitglied_email"),
        of("Buch.Rechnung", "email", "bezahlt_am", schema="Buch"),
        of("ereignis", "mitglied_id", key=("id", "am")),
        of("notiz", "ziel_typ", "ziel_id", "email"),
    )
    text = to_yaml(
        draft(Inventory("v", "postgresql", {one.name: one for one in tables}), ON), url="${V}", secret=True, file="zusage.yaml"
    )
    assert "v.Buch.Rechnung:" in text
    assert "part_of: v.mitglied(kennung) via mitglied_kennung" in text
    assert "via mitglied_email" not in text
    assert "- am  # a date: when something began" in text
    assert "ziel_typ and ziel_id together seem to refer to a row of any table" in text


def test_an_index_over_all_words_is_a_copy_of_what_is_in_it_with_all_that_belongs_to_the_index(tmp_path: Path) -> None:
    made = """CREATE TABLE member (id INTEGER PRIMARY KEY, email TEXT, left_at TEXT);
CREATE VIRTUAL TABLE member_fts USING fts5(email, content='member', content_rowid='id');"""
    found = draft(surveyed(tmp_path / "fts.sqlite3", made), ON)
    questions = " ".join(question for one in found.activities for question in one.questions)
    assert "member_fts_data: it is called after member, so that its rows seem to be copies of rows there" in questions
    assert "fts" not in " ".join(found.not_personal)


def test_a_list_of_keys_in_one_value_is_said_with_its_reason_and_makes_its_table_personal(tmp_path: Path) -> None:
    made = (
        "CREATE TABLE member (id INTEGER PRIMARY KEY, email TEXT); CREATE TABLE tag (id INTEGER PRIMARY KEY, word TEXT); "
        "CREATE TABLE team (id INTEGER PRIMARY KEY, colour TEXT, memberIds TEXT); "
        "CREATE TABLE crew (id INTEGER PRIMARY KEY, colour TEXT, member_ids JSON); "
        "CREATE TABLE thing (id INTEGER PRIMARY KEY, colour TEXT, tag_ids TEXT, grids TEXT);"
    )
    found = as_data(draft(surveyed(tmp_path / "db.sqlite3", made), ON))
    said = _questions(found)
    assert "memberIds seems, by its name, to hold the keys of several rows of member in one value" in said
    assert "No link goes through such a text" in said
    assert "member_ids[]" in said
    assert "grids" not in said
    assert {"team", "crew"} <= set(_data(found))
    assert "thing" not in _data(found)


def test_a_day_of_birth_begins_no_period_and_an_address_is_data_whatever_it_refers_to(tmp_path: Path) -> None:
    inventory = surveyed(
        tmp_path / "db.sqlite3",
        """
        CREATE TABLE newsletter (email VARCHAR(190) PRIMARY KEY, seit DATETIME NOT NULL);
        CREATE TABLE patient (id INTEGER PRIMARY KEY, vorname VARCHAR(60), email VARCHAR(190), geburt DATE NOT NULL, geboren DATE,
          angelegt_am DATETIME NOT NULL, letzter_besuch DATETIME, geloescht_am DATETIME);
        """,
    )
    (patient,) = [one for one in draft(inventory, ON).activities if one.name == "patient"]
    assert [(rule.name, rule.only, rule.start) for rule in patient.rules] == [
        ("marked", "geloescht_am IS NOT NULL", "geloescht_am"),
        ("used", "geloescht_am IS NULL AND letzter_besuch IS NOT NULL", "end_of_year(letzter_besuch)"),
        ("not-used", "geloescht_am IS NULL AND letzter_besuch IS NULL", "end_of_year(angelegt_am)"),
    ]
    (data,) = patient.data
    assert "email" in {column.name for columns in data.classes.values() for column in columns}
    assert "email" not in {column.name for column in data.structure}
