"""Uses of restricted data."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the table."""

    dependencies: ClassVar = [("zusage", "0009_erasure_columns")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="RestrictedUseRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("restriction", models.TextField()),
                ("use", models.CharField(max_length=20)),
                ("opened_by", models.TextField()),
                ("second", models.TextField()),
                ("reasons", models.TextField()),
                ("opened_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "zusage_restricted_use"},
        ),
    ]
