"""The register of erasures."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the table."""

    dependencies: ClassVar = [("zusage", "0006_notices")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="ErasureRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.TextField()),
                ("promise", models.TextField()),
                ("action", models.TextField()),
                ("at", models.DateTimeField(db_index=True)),
                ("gone", models.BooleanField(default=False)),
                ("codes", models.BinaryField()),
            ],
            options={"db_table": "zusage_erasure"},
        ),
    ]
