"""Who answers for recipients that were noted with rows and are on no list."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the table."""

    dependencies: ClassVar = [("zusage", "0027_notice_progress")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="SilenceRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.TextField()),
                ("recipient", models.TextField()),
                ("rows", models.TextField()),
                ("by", models.TextField()),
                ("because", models.TextField()),
                ("at", models.DateTimeField()),
                ("salt", models.CharField(max_length=32)),
            ],
            options={"db_table": "zusage_silence"},
        ),
    ]
