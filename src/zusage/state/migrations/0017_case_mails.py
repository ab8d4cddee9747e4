"""What is mailed about cases."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the tables of links and of mails."""

    dependencies: ClassVar = [("zusage", "0016_case_steps_sealed")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="CaseLinkRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField()),
                ("content", models.TextField(null=True)),
                ("code", models.CharField(max_length=64, blank=True)),
                ("case", models.BigIntegerField(null=True)),
                ("digest", models.CharField(max_length=64, null=True, unique=True)),
                ("until", models.DateTimeField(null=True)),
                ("mailed_at", models.DateTimeField(null=True)),
                ("refused_at", models.DateTimeField(null=True)),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "zusage_case_link",
                "indexes": [
                    models.Index(fields=["id"], condition=models.Q(mailed_at=None, refused_at=None), name="case_link_waiting"),
                    models.Index(fields=["code", "asked_at"], name="case_link_code"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseMailRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case", models.BigIntegerField()),
                ("what", models.CharField(max_length=60)),
                ("begun_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("refused_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "zusage_case_mail"},
        ),
        migrations.AddConstraint(
            "casemailrow",
            models.UniqueConstraint(fields=["case", "what"], name="one_mail_of_a_kind_about_a_case"),
        ),
    ]
