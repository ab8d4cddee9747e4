"""Restrictions in the place of an erasure."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds what was decided."""

    dependencies: ClassVar = [("zusage", "0013_holders")]

    operations: ClassVar = [
        migrations.AddField("restrictionrow", "instead", models.TextField(blank=True, default=""), preserve_default=False),
    ]
