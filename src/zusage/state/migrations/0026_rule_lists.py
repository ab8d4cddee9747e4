"""How many lists each batch of what rules took has."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the table. Of batches from before, nothing is claimed: what is lost of these is lost already."""

    dependencies: ClassVar = [("zusage", "0025_sightings")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="RuleListsRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("about", models.TextField(unique=True)),
                ("at", models.DateTimeField()),
                ("lists", models.PositiveIntegerField()),
            ],
            options={"db_table": "zusage_rule_lists"},
        ),
    ]
