"""Times of which our own record may know nothing."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the table."""

    dependencies: ClassVar = [("zusage", "0021_landmarks")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="GapRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("of", models.TextField()),
                ("since", models.DateTimeField(null=True)),
                ("until", models.DateTimeField()),
                ("entries", models.BigIntegerField(default=0)),
                ("settled_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "zusage_gap"},
        ),
    ]
