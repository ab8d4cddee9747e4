"""What columns are called where people read them: in a copy, a package and a notice to recipients."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from zusage.documents import publish
from zusage.documents.answering import Copy, HeldRows, answer
from zusage.documents.catalogue import catalogue
from zusage.documents.columns import column_title
from zusage.documents.notification import Notification, text
from zusage.documents.portability import package
from zusage.promises.loading import load

from .conftest import FILE, ON, Changed

TABLE = "shop.customer"
COLUMNS = ("email", "dt_geb", "cust_nm", "kind", "place_id.name_de", "payload->guest", "x_y")
TITLES = {
    "dt_geb": {"de": "Geburtsdatum", "en": "date of birth"},
    f"{TABLE}.cust_nm": {"de": "Kundenname", "en": "customer's name"},
    f"{TABLE}.kind": {"de": "Kundengruppe", "en": "group of customers"},
    "place_id": {"de": "Filiale", "en": "branch"},
    TABLE: {"de": "Kundenkonto", "en": "customer account"},
}
EXAMPLES = Path(__file__).parents[3] / "examples"


def titled(values: dict[str, Any]) -> None:
    values["titles"] = TITLES


def held(rows: int = 1) -> HeldRows:
    return HeldRows(table=TABLE, classes=(), columns=COLUMNS, rows=(tuple(f"v{at}" for at in range(len(COLUMNS))),) * rows)


def test_this_column_goes_before_all_of_its_name_and_that_before_what_is_usual(changed: Changed) -> None:
    manifest = changed(titled)
    german, english = (
        [column_title(manifest, catalogue(language), TABLE, name) for name in COLUMNS]  # type: ignore[arg-type]
        for language in ("de", "en")
    )
    assert german == ["E-Mail-Adresse", "Geburtsdatum", "Kundenname", "Kundengruppe", "Filiale: name de", "Payload: guest", "X y"]
    assert english[:5] == ["E-mail address", "Date of birth", "Customer's name", "Group of customers", "Branch: name de"]
    assert column_title(manifest, catalogue("de"), "shop.other", "kind") == "Art"


def test_a_copy_is_headed_by_titles_and_its_data_have_both(changed: Changed) -> None:
    loaded = replace(load(FILE), manifest=changed(titled))
    copy = Copy(held=(held(),), activities=frozenset(), received=None, told=(), withheld=False)
    files = answer(loaded, "de", ON, copy, paper=False)
    page, (table,) = str(files["access.html"]), json.loads(files["access.json"])["data"]
    assert [word for word in ("Kundenkonto", "Geburtsdatum", "Kundenname") if word not in page] == []
    assert [word for word in ("dt_geb", "cust_nm", TABLE) if word in page] == []
    assert (table["title"], table["columns"]["dt_geb"], table["rows"][0]["dt_geb"]) == ("Kundenkonto", "Geburtsdatum", "v1")


WORDS = {"kind": {"r": {"de": "abgelehnt", "en": "rejected"}, "s": {"de": "gesendet", "en": "sent"}}}


def spoken(values: dict[str, Any]) -> None:
    values["words"] = WORDS


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("kind", "r", "abgelehnt"),
        ("kind", "r, s", "abgelehnt, gesendet"),
        ("kind", "r, other", "r, other"),  # half in words would say something else
        ("country", "AT", "Österreich"),
        ("country", "Terra Alta", "Terra Alta"),
        ("paid", True, "ja"),
        ("at", "2026-07-01 23:30:00.000000", "2. Juli 2026, 01:30:00 Uhr"),  # without a zone: meant in UTC, shown in Berlin
        ("at", "2026-01-05T09:00:00+00:00", "5. Januar 2026, 10:00:00 Uhr"),
        ("at", "2026-01-05", "5. Januar 2026"),
        ("at", "soon", "soon"),
        ("note", "2026-01-05", "2026-01-05"),  # only what is a time by its column is read as one
    ],
)
def test_a_copy_says_values_as_people_do_and_its_data_as_the_database(
    changed: Changed, column: str, value: object, said: str
) -> None:
    one = HeldRows(table=TABLE, classes=(), columns=(column,), rows=((value,),), zones={"at": "UTC"})
    copy = Copy(held=(one,), activities=frozenset(), received=None, told=(), withheld=False)
    files = answer(replace(load(FILE), manifest=changed(spoken)), "de", ON, copy, paper=False)
    assert f'<span class="line">{said}</span>' in str(files["access.html"])
    assert "in der Zeitzone Europe/Berlin angegeben" in str(files["access.html"])
    assert json.loads(files["access.json"])["data"][0]["rows"] == [{column: value}]


def test_a_package_has_titles_beside_the_names_of_its_fields(changed: Changed) -> None:
    made = package(replace(load(FILE), manifest=changed(titled)), "en", ON, (held(),), {}, {})
    (table, _) = json.loads(made["datapackage.json"])["resources"]
    assert table["title"] == "Customer account"
    assert {one["name"]: one["title"] for one in table["schema"]["fields"]}["cust_nm"] == "Customer's name"
    assert str(made["data/shop-customer.csv"]).startswith("email,dt_geb,cust_nm")


@pytest.mark.parametrize(("column", "said"), [("cust_nm", "„Kundenname“"), ("street", "„Straße“"), ("dt_geb", "„Geburtsdatum“")])
def test_a_recipient_reads_what_was_rectified_by_its_title(changed: Changed, column: str, said: str) -> None:
    told = Notification(
        number="n", what="corrected", on=date(2026, 6, 1), identities={}, corrected={"what": column}, public=False
    )
    assert said in text(changed(titled), told, "de")
    assert column not in text(changed(titled), told, "de")


def test_a_recipient_reads_by_what_they_know_the_person_as_people_call_it(changed: Changed) -> None:
    def known(values: dict[str, Any]) -> None:
        titled(values)
        values["recipients"]["carrier"]["notices"] = {
            "by": "email",
            "to": "a@carrier.example",
            "names": {"customer-name": f"{TABLE}.cust_nm"},
        }
        values["telling"] = {"within": "P14D", "mail": {"server": "smtp://127.0.0.1:25", "sender": "a@shop.example"}}

    identities = {"customer-name": ["Kim"], "something": ["x"]}
    told = Notification(number="n", what="erased", on=date(2026, 6, 1), identities=identities, corrected=None, public=False)
    assert "Kundenname: Kim\nsomething: x" in text(changed(known), told, "de")


@pytest.mark.parametrize("example", ["expert_pool", "plate_shop", "citizen_platform"])
def test_no_copy_of_an_example_names_a_column_as_its_database_does(example: str) -> None:
    manifest = load(EXAMPLES / example / "zusage.yaml").manifest
    titles, usual = manifest.titles, catalogue("de").usual_column
    held = [
        (table, column)
        for activity in manifest.activities.values()
        for table, data in activity.data.items()
        if table.split(".")[0] in manifest.databases
        for column in (*(name for names in data.classes.values() for name in names), *data.structure)
    ]
    assert held
    assert [f"{t}.{c}" for t, c in held if f"{t}.{c}" not in titles and c not in titles and not usual(c)] == []


def test_what_rows_wait_for_is_named_by_its_activity_where_its_table_has_no_title(changed: Changed) -> None:
    def waiting(values: dict[str, Any]) -> None:
        values["activities"]["orders"]["keep"][0]["waits_for"] = [
            "shop.invoice via order_id",
            "shop.invoice via number",
            "shop.nobodys via order_id",
        ]

    def named(values: dict[str, Any]) -> None:
        waiting(values)
        values["titles"] = {"shop.invoice": {"de": "Belege", "en": "vouchers"}}

    for change, word in ((waiting, "Rechnungen"), (named, "Belege")):
        notice = publish(changed(change), ON)["notice.de.md"]
        assert notice.count(f"einen Eintrag unter „{word}“") == 1
        assert "einen Eintrag unter „nobodys“" in notice
        assert "„invoice“" not in notice


def test_conditions_and_tables_of_several_activities_are_said_in_words(changed: Changed) -> None:
    def told(values: dict[str, Any]) -> None:
        orders = values["activities"]["orders"]
        again = {**orders, "title": {"de": "Gewährleistung", "en": "Warranty"}}
        again["data"] = {"shop.invoice": {"classes": {"voucher": ["number"]}}}
        values["activities"]["warranty"] = {name: one for name, one in again.items() if name not in ("keep", "objection")}
        orders["keep"][0] |= {"waits_for": ["shop.invoice via order_id"], "only": "status = 'x' AND NOT in_dispute"}
        orders["keep"][0].pop("only_says", None)
        values["titles"] = {f"{TABLE.partition('.')[0]}.order.in_dispute": {"de": "strittig", "en": "in dispute"}}
        values["words"] = {"status": {"x": {"de": "versandt", "en": "sent"}}}

    notice = publish(changed(told), ON)["notice.de.md"]
    assert "„Stand“ gleich „versandt“ ist und „strittig“ nicht zutrifft" in notice
    assert "einen Eintrag unter „Rechnungen“ oder „Gewährleistung“" in notice


NESTED = {
    "address": {"street": "Weg 1 <b>", "zip": "00000", "lines": []},
    "guests": [{"name": "Kim", "vegan": True}, {"name": "Lou", "vegan": None}],
    "tags": ["a, b", "c"],
}


def nested(values: dict[str, Any]) -> None:
    values["titles"] = {
        f"{TABLE}.form": {"de": "Formular", "en": "form"},
        f"{TABLE}.form->address->zip": {"de": "Postleitzahl", "en": "postcode"},
        "form->guests->vegan": {"de": "isst vegan", "en": "eats vegan"},
    }


@pytest.mark.parametrize("stored", [NESTED, json.dumps(NESTED)])
def test_documents_and_lists_stand_in_a_copy_as_lists_with_titles_and_in_its_data_as_they_are(
    changed: Changed, stored: object
) -> None:
    columns = ("form", "skills", "note")
    row = (stored, ["Zoë", {"deep": [[1]]}], '{"no": "document"}')
    one = HeldRows(table=TABLE, classes=(), columns=columns, rows=(row,), documents=frozenset({"form", "skills"}))
    copy = Copy(held=(one,), activities=frozenset(), received=None, told=(), withheld=False)
    files = answer(replace(load(FILE), manifest=changed(nested)), "de", ON, copy)
    page = str(files["access.html"])
    assert (
        "<ul><li>Address:<ul><li>Street: Weg 1 &lt;b&gt;</li><li>Postleitzahl: 00000</li><li>Lines: –</li></ul></li>".replace(
            "Address", "Anschrift"
        ).replace("Street", "Straße")
        in page
    )
    assert "<li>Eintrag 1 von 2<ul><li>Name: Kim</li><li>Isst vegan: ja</li></ul></li>" in page
    assert "<li>Name: Lou</li><li>Isst vegan: –</li>" in page
    assert "<ul><li>a, b</li><li>c</li></ul>" in page
    assert "<li>Zoë</li>" in page
    assert "{&#34;no&#34;: &#34;document&#34;}" in page, "of a plain text nobody says that it is a document"
    assert "&#34;street&#34;" not in page
    assert json.loads(files["access.json"])["data"][0]["rows"][0] == {"form": stored, "skills": row[1], "note": row[2]}
    assert bytes(files["access.pdf"]).startswith(b"%PDF")  # type: ignore[arg-type]


def test_a_document_of_any_depth_is_shown(changed: Changed) -> None:
    deep: Any = "end"
    for _ in range(200):
        deep = {"more": deep}
    one = HeldRows(table=TABLE, classes=(), columns=("form",), rows=((deep,),), documents=frozenset({"form"}))
    copy = Copy(held=(one,), activities=frozenset(), received=None, told=(), withheld=False)
    page = str(answer(replace(load(FILE), manifest=changed(nested)), "en", ON, copy, paper=False)["access.html"])
    assert "end" in page
    assert page.count("<li>More:") == 8
