"""Cases found by whom they are about."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the keyed code of a person to cases; `zusage case sweep` fills it in for those that are there."""

    dependencies: ClassVar = [("zusage", "0017_case_mails")]

    operations: ClassVar = [
        migrations.AddField("caserow", "whose", models.CharField(max_length=64, blank=True, default="")),
        migrations.AddIndex("caserow", models.Index(fields=["right", "whose"], name="case_whose")),
    ]
