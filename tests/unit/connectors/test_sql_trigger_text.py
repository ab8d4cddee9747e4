"""Of which tables a trigger changes rows is read from its text, and what cannot be known may be any."""

import pytest

from zusage.connectors.sql.trigger_text import ANY, altered, needed


@pytest.mark.parametrize(
    ("text", "tables"),
    [
        ("UPDATE customer SET n = n - 1 WHERE id = OLD.customer_id", ("customer",)),
        ('delete from only "Shop"."Order" where true; Update or ignore line set a = 1', ("line", "order")),
        ("MERGE INTO a.b USING x ON true WHEN MATCHED THEN DELETE; TRUNCATE TABLE c; REPLACE INTO `d` VALUES (1)", ("b", "c", "d")),
        ("INSERT INTO copied VALUES (OLD.id, 'update customer') -- delete from customer", ()),
        ("INSERT INTO counted VALUES (1) ON CONFLICT DO UPDATE SET n = 2", ("counted", "set")),
        ("INSERT OR REPLACE INTO kept VALUES (1)", ("kept",)),
        ("NEW.changed_at := now(); RETURN NEW", ()),
        ("EXECUTE format('DELETE FROM %I', TG_TABLE_NAME)", (ANY,)),
        ("UPDATE a SET x = 1; PERFORM others(OLD.id)", (ANY, "a")),
        ("CALL others(OLD.id)", (ANY,)),
        (None, (ANY,)),
    ],
)  # fmt: skip
def test_what_a_text_changes(text: str | None, tables: tuple[str, ...]) -> None:
    assert altered(text) == tables


@pytest.mark.parametrize(
    ("text", "rights"),
    [
        ("INSERT INTO copied VALUES (OLD.id, 'update customer') -- delete from customer", ("INSERT on copied",)),
        ("delete from only a . b where true; UPDATE c SET n = 1", ("DELETE on a.b", "UPDATE on c")),
        ("INSERT INTO counted VALUES (1) ON CONFLICT DO UPDATE SET n = 2", ("INSERT on counted", "UPDATE on counted")),
        ("TRUNCATE c; INSERT INTO d VALUES (1)", ()),
        ("EXECUTE format('DELETE FROM %I', TG_TABLE_NAME)", ()),
        (None, ()),
    ],
)
def test_which_rights_a_text_says_that_it_needs(text: str | None, rights: tuple[str, ...]) -> None:
    assert needed(text) == rights
