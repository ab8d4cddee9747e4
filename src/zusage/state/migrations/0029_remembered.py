"""What is remembered of rows before a plan's first step has tables of its own, so that it need not be in memory all at once."""

from __future__ import annotations

from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_SOME = 500


def move(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    """A plan that was interrupted goes on with what had been found for it: it cannot be found again."""
    alias = schema.connection.alias
    occasions = apps.get_model("zusage", "OccasionRow").objects.using(alias)
    plans, rows = (apps.get_model("zusage", name).objects.using(alias) for name in ("RememberedPlanRow", "RememberedRow"))
    early = occasions.filter(about__startswith="rule ", about__endswith=" early", settled_at=None).order_by("id")
    some = []
    for about, at, code, sealed in early.values_list("about", "at", "code", "sealed").iterator(chunk_size=_SOME):
        digest = about.removeprefix("rule ").removesuffix(" early")
        plans.get_or_create(digest=digest, defaults={"at": at, "whole": True})
        some.append(rows.model(digest=digest, code=code, sealed=sealed))
        if len(some) == _SOME:
            rows.bulk_create(some)
            some = []
    rows.bulk_create(some)
    early.delete()


class Migration(migrations.Migration):
    """Makes the tables, and moves to them what stood among the lists."""

    dependencies: ClassVar = [("zusage", "0028_silences")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="RememberedPlanRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("at", models.DateTimeField()),
                ("whole", models.BooleanField(default=False)),
            ],
            options={"db_table": "zusage_remembered_plan"},
        ),
        migrations.CreateModel(
            name="RememberedRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                ("code", models.CharField(max_length=64)),
                ("sealed", models.BinaryField()),
            ],
            options={
                "db_table": "zusage_remembered",
                "constraints": [models.UniqueConstraint(fields=("digest", "code"), name="one_memory_of_a_row")],
            },
        ),
        migrations.RunPython(move, migrations.RunPython.noop, elidable=True),
    ]
