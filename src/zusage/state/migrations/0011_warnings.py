"""Who was warned before an end."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the table."""

    dependencies: ClassVar = [("zusage", "0010_restricted_uses")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="WarningRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.TextField()),
                ("code", models.BinaryField(max_length=16)),
                ("begun_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("refused_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "zusage_warning",
                "constraints": [models.UniqueConstraint(fields=["rule", "code"], name="one_warning_of_an_end")],
            },
        ),
    ]
