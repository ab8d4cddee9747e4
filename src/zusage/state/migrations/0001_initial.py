"""The first tables."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes every table of the first version."""

    initial = True

    dependencies: ClassVar = []

    operations: ClassVar = [
        migrations.CreateModel(
            name="SuspensionRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField()),
                ("review_on", models.DateField()),
                ("person_digest", models.TextField(null=True)),
                ("placed_by", models.TextField()),
                ("placed_at", models.DateTimeField()),
                ("lifted_by", models.TextField(blank=True)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lift_reason", models.TextField(blank=True)),
                ("digest", models.CharField(max_length=64)),
            ],
            options={
                "db_table": "zusage_suspension",
            },
        ),
        migrations.CreateModel(
            name="AttestationRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("promise", models.TextField()),
                ("role", models.TextField()),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
                ("note_digest", models.TextField(null=True)),
            ],
            options={
                "db_table": "zusage_attestation",
                "indexes": [models.Index(fields=["promise", "at"], name="attestation_promise_at")],
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("plan", models.CharField(max_length=64)),
                ("lines", models.PositiveIntegerField(default=0)),
                ("head", models.CharField(default="", max_length=64)),
                ("ended", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("ended", False)), fields=("plan",), name="one_unfinished_run")
                ],
            },
        ),
        migrations.CreateModel(
            name="HoldRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.TextField()),
                ("condition", models.TextField()),
                (
                    "suspension",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="zusage.suspensionrow"),
                ),
            ],
            options={
                "db_table": "zusage_hold",
            },
        ),
        migrations.CreateModel(
            name="JournalLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=20)),
                ("step", models.TextField(blank=True)),
                ("rows", models.BigIntegerField(default=0)),
                ("reason", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("digest", models.CharField(max_length=64)),
                ("run", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="zusage.run")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("run", "number"), name="one_line_per_number")],
            },
        ),
    ]
