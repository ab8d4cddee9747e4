"""Packages on their way to other controllers."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the table."""

    dependencies: ClassVar = [("zusage", "0022_gaps")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="TransferRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case", models.BigIntegerField()),
                ("number", models.PositiveIntegerField()),
                ("recipient", models.TextField()),
                ("key", models.CharField(max_length=36, unique=True)),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
                ("size", models.BigIntegerField(default=0)),
                ("files", models.PositiveIntegerField(default=0)),
                ("what", models.TextField(default="[]")),
                ("tries", models.PositiveIntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True)),
                ("trouble", models.TextField(blank=True, default="")),
                ("received_at", models.DateTimeField(null=True)),
                ("status", models.PositiveIntegerField(default=0)),
                ("confirmed", models.BooleanField(default=False)),
            ],
            options={"db_table": "zusage_transfer"},
        ),
        migrations.AddConstraint(
            model_name="transferrow",
            constraint=models.UniqueConstraint(fields=("case", "recipient"), name="one_transfer_to_a_recipient"),
        ),
    ]
