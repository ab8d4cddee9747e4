"""Of each entry of the register of erasures, the columns from which its codes were made."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the column."""

    dependencies: ClassVar = [("zusage", "0008_withdrawals")]

    operations: ClassVar = [
        migrations.AddField(model_name="erasurerow", name="columns", field=models.TextField(default="[]")),
    ]
