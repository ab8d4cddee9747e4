"""Rows by which a database is known again after a restore."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the table."""

    dependencies: ClassVar = [("zusage", "0020_notice_named")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="LandmarkRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.TextField(unique=True)),
                ("since", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("columns", models.TextField()),
                ("codes", models.BinaryField()),
            ],
            options={"db_table": "zusage_landmark"},
        ),
    ]
