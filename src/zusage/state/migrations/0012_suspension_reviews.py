"""Of each suspension, who reviewed it and why it still holds."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the column."""

    dependencies: ClassVar = [("zusage", "0011_warnings")]

    operations: ClassVar = [
        migrations.AddField(model_name="suspensionrow", name="reviews", field=models.TextField(default="[]")),
    ]
