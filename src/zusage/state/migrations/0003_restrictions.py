"""Restrictions of people's data (Art. 18 GDPR)."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes their table."""

    dependencies: ClassVar = [("zusage", "0002_consents")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="RestrictionRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.TextField()),
                ("ground", models.CharField(max_length=1)),
                ("placed_by", models.TextField()),
                ("placed_at", models.DateTimeField()),
                ("suspension", models.TextField()),
                ("earlier", models.TextField(default="[]")),
                ("told_at", models.DateTimeField(null=True)),
                ("told_by", models.TextField(blank=True)),
                ("told_how", models.TextField(blank=True)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lifted_by", models.TextField(blank=True)),
            ],
            options={
                "db_table": "zusage_restriction",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at__isnull", True)), fields=("code",), name="one_restriction_of_a_person"
                    )
                ],
            },
        ),
    ]
