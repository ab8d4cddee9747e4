"""Cases: requests of people and what happened to each."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the tables."""

    dependencies: ClassVar = [("zusage", "0003_restrictions")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="CaseRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("right", models.CharField(max_length=20)),
                ("received_at", models.DateTimeField()),
                ("content", models.TextField(null=True)),
                ("content_digest", models.CharField(max_length=64)),
                ("events", models.PositiveIntegerField(default=0)),
                ("head", models.CharField(max_length=64)),
                ("closed_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "zusage_case"},
        ),
        migrations.CreateModel(
            name="CaseEventRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("by", models.TextField()),
                ("detail", models.TextField(blank=True)),
                ("words", models.TextField(null=True)),
                ("words_digest", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("case", models.ForeignKey(on_delete=models.deletion.PROTECT, related_name="+", to="zusage.caserow")),
            ],
            options={
                "db_table": "zusage_case_event",
                "constraints": [models.UniqueConstraint(fields=("case", "number"), name="one_case_event_per_number")],
            },
        ),
    ]
