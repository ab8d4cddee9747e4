"""What is being done of what recipients were told, and what came to nothing, is found without reading the rest."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the index."""

    dependencies: ClassVar = [("zusage", "0026_rule_lists")]

    operations: ClassVar = [
        migrations.AddIndex(model_name="noticerow", index=models.Index(fields=["progress"], name="notice_progress"))
    ]
