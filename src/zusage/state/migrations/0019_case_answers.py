"""Answers on their way to a person."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the table of answers that are mailed or lie ready."""

    dependencies: ClassVar = [("zusage", "0018_case_whose")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="CaseAnswerRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case", models.BigIntegerField(unique=True)),
                ("whose", models.CharField(max_length=64, blank=True, default="")),
                ("address", models.TextField(null=True)),
                ("way", models.CharField(max_length=20, blank=True, default="")),
                ("file", models.CharField(max_length=80, blank=True, default="")),
                ("digest", models.CharField(max_length=64, null=True, unique=True)),
                ("ready_at", models.DateTimeField(null=True)),
                ("until", models.DateTimeField(null=True)),
                ("mailed_at", models.DateTimeField(null=True)),
                ("refused_at", models.DateTimeField(null=True)),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "zusage_case_answer",
                "indexes": [models.Index(fields=["whose"], name="case_answer_whose")],
            },
        ),
    ]
