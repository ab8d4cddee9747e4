"""What is sealed of each step of a case, and the role of whoever took it."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the role, the salt of the seal, and whether a step is sealed; steps of an older program are sealed by this one."""

    dependencies: ClassVar = [("zusage", "0015_consent_index")]

    operations: ClassVar = [
        migrations.AddField(
            "caseeventrow", "role", models.CharField(max_length=10, blank=True, default=""), preserve_default=False
        ),
        migrations.AddField(
            "caseeventrow", "salt", models.CharField(max_length=32, blank=True, default=""), preserve_default=False
        ),
        migrations.AddField("caseeventrow", "sealed", models.BooleanField(default=False)),
        migrations.AddIndex(
            "caseeventrow",
            models.Index(fields=["id"], condition=models.Q(sealed=False), name="case_event_unsealed"),
        ),
    ]
