"""Notices to recipients, and the ledger of what went to whom where no table of the service says so."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the tables."""

    dependencies: ClassVar = [("zusage", "0005_objections")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="DisclosureRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.TextField()),
                ("recipient", models.TextField()),
                ("what", models.TextField()),
                ("at", models.DateTimeField()),
                ("reference_digest", models.CharField(max_length=64, null=True, unique=True)),
            ],
            options={
                "db_table": "zusage_disclosure",
                "indexes": [models.Index(fields=["code"], name="disclosure_code")],
            },
        ),
        migrations.CreateModel(
            name="OccasionRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=12)),
                ("about", models.TextField()),
                ("code", models.TextField()),
                ("at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("recipients", models.TextField(default="[]")),
                ("digest", models.CharField(max_length=64)),
                ("sealed", models.BinaryField(null=True)),
            ],
            options={
                "db_table": "zusage_occasion",
                "indexes": [models.Index(fields=["code"], name="occasion_code")],
                "constraints": [models.UniqueConstraint(fields=("about", "code"), name="one_occasion_of_a_person")],
            },
        ),
        migrations.CreateModel(
            name="NoticeRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recipient", models.TextField()),
                ("key", models.CharField(max_length=36, unique=True)),
                ("upto", models.TextField(blank=True)),
                ("sealed", models.BinaryField(null=True)),
                ("state", models.CharField(default="waiting", max_length=16)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("in_doubt", models.BooleanField(default=False)),
                ("next_at", models.DateTimeField(null=True)),
                ("trouble", models.TextField(blank=True)),
                ("told_at", models.DateTimeField(null=True)),
                ("receipt", models.TextField(blank=True)),
                ("progress", models.TextField(blank=True)),
                ("because", models.TextField(blank=True)),
                ("by", models.TextField(blank=True)),
                (
                    "occasion",
                    models.ForeignKey(on_delete=models.deletion.PROTECT, related_name="+", to="zusage.occasionrow"),
                ),
            ],
            options={
                "db_table": "zusage_notice",
                "indexes": [models.Index(fields=["state", "next_at"], name="notice_state_next")],
                "constraints": [
                    models.UniqueConstraint(fields=("occasion", "recipient"), name="one_notice_to_a_recipient"),
                ],
            },
        ),
    ]
