"""In which message a notice goes out with others."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds to notices the key of the message that many of them share."""

    dependencies: ClassVar = [("zusage", "0023_transfers")]

    operations: ClassVar = [
        migrations.AddField("noticerow", "bundle", models.CharField(max_length=36, null=True)),
        migrations.AddIndex("noticerow", models.Index(fields=["bundle"], name="notice_bundle")),
    ]
