"""Who named a person to a recipient."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds to notices who said by what the recipient knows the person, and when."""

    dependencies: ClassVar = [("zusage", "0019_case_answers")]

    operations: ClassVar = [
        migrations.AddField("noticerow", "named_by", models.TextField(blank=True, default="")),
        migrations.AddField("noticerow", "named_at", models.DateTimeField(null=True)),
    ]
