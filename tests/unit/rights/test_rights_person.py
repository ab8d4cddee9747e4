"""Where the rows of a person are: against how a hold finds them, and for rows with two ends."""

from pathlib import Path

import pytest

from zusage.planning import holding
from zusage.planning.places import PersonUnfit, literals, places
from zusage.promises.inventory import ColumnInfo, Inventory, TableInfo
from zusage.promises.loading import load
from zusage.rights.content import content
from zusage.rights.objection import ObjectionRefused, is_marketing

EXAMPLES = Path(__file__).parents[3] / "examples"
HEAD = """\
zusage: 1
controller: {name: Beispiel GmbH, email: d@shop.example, address: Weg 1, land: NW}
systems: {shop: {url: "sqlite:///shop.db"}, post: {url: "sqlite:///post.db"}}
people: {customer: {record: shop.customer, known_by: [shop.customer.email, post.mail.sender]}}
classes: {text: {de: Texte, en: texts}}
activities:
"""
ACTIVITY = """\
  {name}:
    title: {{de: Post, en: Post}}
    purpose: {{de: Post, en: post}}
    legal_basis: {basis}
    data: {{{data}}}
"""


def manifest(folder, *activities):
    path = folder / "zusage.yaml"
    parts = [ACTIVITY.format(name=name, basis=basis, data=data) for name, basis, data in activities]
    path.write_text(HEAD + "".join(parts), encoding="utf-8")
    return load(path).manifest


@pytest.mark.parametrize(("example", "people"), [("expert_pool", "person"), ("plate_shop", "customer")])
def test_an_answer_looks_in_the_tables_that_a_hold_reaches(example, people):
    loaded = load(EXAMPLES / example / "zusage.yaml").manifest
    found = places(loaded, people)
    tables = {one.table for one in found if not one.candidate}
    held = holding.of_person(loaded, holding.Person(people=people, key="7"), _everything(found))
    assert {hold.table for hold in held} == tables
    assert len(tables) > 3


def _everything(found):
    """An inventory in which every table has the columns that are asked for."""
    columns = tuple(ColumnInfo(name, "integer", True) for name in {name for one in found for name in (*one.own, *one.referred)})
    systems = {one.system for one in found}
    return {
        system: Inventory(system, "memory", {one.bare: TableInfo(one.bare, columns) for one in found if one.system == system})
        for system in systems
    }


def test_a_row_with_two_ends_is_found_from_both_and_each_sees_its_own_share(tmp_path):
    two = manifest(
        tmp_path,
        (
            "sent",
            "art-6-1-a",
            "shop.message: {of: customer via sender_id, classes: {text: [subject, body]}, shared: [subject, body]}",
        ),
        (
            "got",
            "art-6-1-a",
            "shop.message: {of: customer via reader_id, classes: {text: [subject, read_at]}, shared: [read_at]}",
        ),
    )
    shares = {
        one.column: content(two, one, "access", ()).columns for one in places(two, "customer") if one.table == "shop.message"
    }
    assert shares == {"sender_id": ("subject", "body"), "reader_id": ("read_at",)}


def test_what_only_an_address_leads_to_is_a_candidate_with_all_that_belongs_to_it(tmp_path):
    two = manifest(
        tmp_path,
        (
            "post",
            "art-6-1-f",
            "post.mail: {classes: {text: [body]}}, post.file: {part_of: post.mail via mail_id, classes: {text: [name]}}",
        ),
    )
    found = {one.table: one for one in places(two, "customer")}
    assert [found[table].candidate for table in ("shop.customer", "post.mail", "post.file")] == [False, True, True]
    assert found["post.file"].name == "post.mail.sender"


def test_a_package_leaves_out_what_was_inferred_and_what_rests_on_another_basis(tmp_path):
    two = manifest(
        tmp_path,
        ("shop", "art-6-1-b", "shop.customer: {classes: {text: [name, score]}, structure: [state], inferred: [score]}"),
        ("tax", "art-6-1-c", "shop.customer: {classes: {text: [number]}}"),
        ("task", "art-6-1-e", "shop.customer: {classes: {text: [file]}}"),
    )
    (record,) = (one for one in places(two, "customer") if one.table == "shop.customer")
    assert content(two, record, "access", ()).columns == ("name", "score", "state", "number", "file")
    assert content(two, record, "portability", ()).columns == ("name",)


def test_one_can_object_to_a_public_task_and_not_to_a_duty_of_the_law(tmp_path):
    found = manifest(tmp_path, *((name, f"art-6-1-{name}", "shop.customer: {classes: {text: [name]}}") for name in "bcef"))
    assert [is_marketing(name, found.activities[name]) for name in "ef"] == [False, False]
    for name in "bc":
        with pytest.raises(ObjectionRefused, match="nobody can object"):
            is_marketing(name, found.activities[name])


def test_a_key_that_a_column_cannot_hold_is_nobodys_and_a_column_that_is_not_there_is_said(tmp_path):
    (record, _) = places(manifest(tmp_path, ("shop", "art-6-1-b", "shop.customer: {classes: {text: [name]}}")), "customer")
    columns = (ColumnInfo("id", "integer", False),)
    there = {"shop": Inventory("shop", "sqlite", {"customer": TableInfo("customer", columns)})}
    assert [one.value for one in literals(record, ("7", "x", "9" * 30, "-1", "²"), there)] == [7]
    texts = {"shop": Inventory("shop", "sqlite", {"customer": TableInfo("customer", (ColumnInfo("id", "text", False),))})}
    assert [one.value for one in literals(record, ("7", "a\0b"), texts)] == ["7"]
    with pytest.raises(PersonUnfit, match=r"shop\.customer\.id"):
        literals(record, ("7",), {})


def test_links_for_some_types_of_rows_lead_to_these_as_well_whatever_else_leads_to_the_table(tmp_path):
    found = places(
        manifest(
            tmp_path,
            ("shop", "art-6-1-b", "shop.order: {of: customer via customer_id, classes: {text: [number]}}"),
            ("written", "art-6-1-f", "shop.note: {of: customer via author_id, classes: {text: [body]}}"),
            ("about", "art-6-1-b", "shop.customer: {}, shop.note: {part_of: shop.customer via subject where kind = 'Customer'}"),
            ("orders", "art-6-1-b", "shop.order: {}, shop.note: {part_of: shop.order(number) via subject where kind = 'Order'}"),
            ("again", "art-6-1-c", "shop.customer: {}, shop.note: {part_of: shop.customer via subject where kind = 'Customer'}"),
        ),
        "customer",
    )
    notes = [(one.own, one.said.fixed, one.above.table if one.above else "") for one in found if one.table == "shop.note"]
    assert sorted(notes) == [
        (("author_id",), (), ""),
        (("subject",), (("kind", "Customer"),), ""),
        (("subject",), (("kind", "Order"),), "shop.order"),
    ]
