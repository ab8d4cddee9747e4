"""Records of consent, which nothing but an erasure changes: the database itself refuses everything else."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# An erasure empties a record that was not erased; its number, time and digests stay as they are.
_ERASES = """
    OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.content IS NULL AND NEW.subject IS NULL AND NEW.record IS NULL
    AND NEW.number = OLD.number AND NEW.at = OLD.at AND NEW.content_digest = OLD.content_digest AND NEW.digest = OLD.digest
"""
_SQLITE = (
    f"""CREATE TRIGGER zusage_consent_stays BEFORE UPDATE ON zusage_consent WHEN NOT ({_ERASES})
        BEGIN SELECT RAISE(ABORT, 'records of consent are append-only'); END""",
    """CREATE TRIGGER zusage_consent_kept BEFORE DELETE ON zusage_consent
        BEGIN SELECT RAISE(ABORT, 'records of consent are append-only'); END""",
)
_POSTGRESQL = (
    f"""CREATE FUNCTION zusage_consent_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' AND {_ERASES} THEN RETURN NEW; END IF;
            RAISE EXCEPTION 'records of consent are append-only';
        END $$""",
    """CREATE TRIGGER zusage_consent_stays BEFORE UPDATE OR DELETE ON zusage_consent
        FOR EACH ROW EXECUTE FUNCTION zusage_consent_stays()""",
    """CREATE TRIGGER zusage_consent_kept BEFORE TRUNCATE ON zusage_consent
        FOR EACH STATEMENT EXECUTE FUNCTION zusage_consent_stays()""",
)


def _guard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    statements = _POSTGRESQL if schema_editor.connection.vendor == "postgresql" else _SQLITE
    for statement in statements:
        schema_editor.execute(statement)


def _begin(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    from zusage.consent.record import BEFORE_FIRST

    head = apps.get_model("zusage", "ConsentHead")
    head.objects.using(schema_editor.connection.alias).create(id=1, records=0, digest=BEFORE_FIRST)


class Migration(migrations.Migration):
    """Makes the tables, their guard and an empty chain."""

    dependencies: ClassVar = [("zusage", "0001_initial")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="ConsentHead",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("records", models.BigIntegerField(default=0)),
                ("digest", models.CharField(max_length=64)),
            ],
            options={"db_table": "zusage_consent_head"},
        ),
        migrations.CreateModel(
            name="ConsentTextRow",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("language", models.CharField(max_length=2)),
                ("body", models.TextField()),
                ("since", models.DateTimeField()),
            ],
            options={"db_table": "zusage_consent_text"},
        ),
        migrations.CreateModel(
            name="ConsentRow",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("record", models.CharField(max_length=22, null=True, unique=True)),
                ("subject", models.CharField(max_length=64, null=True)),
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("content", models.TextField(null=True)),
                ("content_digest", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("erased_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "zusage_consent",
                "indexes": [models.Index(fields=["subject", "number"], name="consent_subject_number")],
            },
        ),
        migrations.RunPython(_begin, migrations.RunPython.noop),
        migrations.RunPython(_guard, migrations.RunPython.noop),
    ]
