"""Withdrawals of consents."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the table."""

    dependencies: ClassVar = [("zusage", "0007_erasures")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="WithdrawalRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("activity", models.TextField()),
                ("codes", models.TextField()),
                ("noted_by", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "zusage_withdrawal",
                "indexes": [models.Index(fields=["activity"], name="withdrawal_activity")],
            },
        ),
    ]
