"""Objections to purposes."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the table."""

    dependencies: ClassVar = [("zusage", "0004_cases")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="ObjectionRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("activity", models.TextField()),
                ("marketing", models.BooleanField()),
                ("codes", models.TextField()),
                ("placed_by", models.TextField()),
                ("placed_at", models.DateTimeField()),
                ("finding", models.CharField(blank=True, max_length=20)),
                ("decided_by", models.TextField(blank=True)),
                ("second", models.TextField(blank=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("reasons", models.TextField(blank=True)),
                ("ended_by", models.TextField(blank=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_because", models.TextField(blank=True)),
            ],
            options={
                "db_table": "zusage_objection",
                "indexes": [models.Index(fields=["activity"], name="objection_activity")],
            },
        ),
    ]
