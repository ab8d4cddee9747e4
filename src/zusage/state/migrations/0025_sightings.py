"""What is noted of rows before a rule takes them."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the table."""

    dependencies: ClassVar = [("zusage", "0024_notice_bundle")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="SightingRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.TextField()),
                ("row", models.CharField(max_length=64)),
                ("codes", models.TextField()),
                ("recipient", models.TextField()),
                ("at", models.DateTimeField()),
                ("missed", models.BooleanField(default=False)),
            ],
            options={"db_table": "zusage_sighting"},
        ),
    ]
