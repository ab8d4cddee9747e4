"""One index less on the records of consent, where PostgreSQL was given one that no question needs.

Beside the one that keeps the names of records apart, Django makes a second for searches by the beginning of a name, of which there is
none. Each record would pay for it.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_SURPLUS = """
SELECT quote_ident(made.relname)
  FROM pg_index AS known
  JOIN pg_class AS made ON made.oid = known.indexrelid
 WHERE known.indrelid = 'zusage_consent'::regclass AND made.relname LIKE 'zusage\\_consent\\_record\\_%\\_like'
"""


def _drop(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_SURPLUS)
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX {name}")


class Migration(migrations.Migration):
    """Takes it away."""

    dependencies: ClassVar = [("zusage", "0014_restrictions_instead")]

    operations: ClassVar = [migrations.RunPython(_drop, migrations.RunPython.noop)]
